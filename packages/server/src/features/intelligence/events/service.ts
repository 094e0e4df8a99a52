import { choiceName, threatLevels } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import { type JsonObject, readId } from '../../../http/lenient.ts';
import type { RelatedAhead } from '../../search/correlations/related-ahead.ts';
import type { WriteAttributesOptions } from '../attributes/write.ts';
import { requestAlert } from '../event-alerts/job.ts';
import { type AddEventOptions, type AddedEvent, addEvent as addEventWithin, foldEvent } from './add.ts';
import { setEventCorrelation } from './correlation-switch.ts';
import { attachDefaultTags } from './default-tags.ts';
import { removeEvent } from './delete.ts';
import { editEvent as editEventWithin } from './edit.ts';
import { loadEventTags, loadKnownEvent } from './load.ts';
import { lookBeside, readKnownEvent } from './read.ts';
import type { ReadEventOptions } from './read-options.ts';
import { refoldEvent } from './refold.ts';
import { canModifyEvent, canPublishEvent, canToggleCorrelation, findEvent, isOwnCreationBlocked } from './rights.ts';
import type { EventRow } from './rows.ts';
import { createGroupResolver, createWriteContext } from './write-context.ts';

/** Stores an event in a transaction of its own. See `add.ts`. */
export function addEvent(
  magpie: Magpie,
  viewer: Viewer,
  body: JsonObject,
  options: AddEventOptions & AlertOption = {},
): Promise<AddedEvent> {
  return magpie.database.as(viewer, async (tx) => {
    const added = await addEventWithin(magpie, tx, viewer, body, options);
    if (!options.keepCreator) await attachDefaultTags(magpie, tx, added.id);
    if (options.alert) await alertIfPublished(magpie, tx, viewer, added.id);
    return added;
  });
}

/** Merges a body into an event in a transaction of its own. See `edit.ts`. */
export function editEvent(
  magpie: Magpie,
  viewer: Viewer,
  pathId: string | undefined,
  body: JsonObject,
  options: WriteAttributesOptions & AlertOption = {},
) {
  return magpie.database.as(viewer, async (tx) => {
    const edited = await editEventWithin(magpie, tx, viewer, pathId, body, options);
    if (options.alert) await alertIfPublished(magpie, tx, viewer, edited.id);
    return edited;
  });
}

/** Whether users who asked for it are told by mail when the event is published by the call. */
interface AlertOption {
  alert?: boolean;
}

/** As MISP does for events that a client sends as published, unless the instance is told not to. */
async function alertIfPublished(magpie: Magpie, tx: Transaction, viewer: Viewer, id: number): Promise<void> {
  if (magpie.settings.get('MISP.disablerestalert') || !magpie.mail.isOn) return;
  const event = await findEvent(tx, String(id));
  if (event?.published) await requestAlert(magpie, tx, viewer, event);
}

/** The event row; throws `NotFound` when the viewer may not see it. */
export function getEvent(magpie: Magpie, viewer: Viewer, idOrUuid: string | undefined): Promise<EventRow> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, idOrUuid);
    if (event === null) throw new NotFound('Invalid event');
    return event;
  });
}

/** JSON text of an event found by id or uuid. Throws `NotFound` before the first piece. */
export function viewEvent(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  options: ReadEventOptions,
  ahead: RelatedAhead | null = null,
): AsyncGenerator<string> {
  const reading: ReadEventOptions = options.correlations ? { ...options, correlations: 'beside' } : options;
  const read = async function* (tx: Transaction) {
    const known = await loadKnownEvent(tx, idOrUuid);
    if (known === null) throw new NotFound('Invalid event');
    for await (const { chunks } of readKnownEvent(magpie, tx, viewer, known, reading, early)) yield* chunks;
  };
  // Known from the id alone, related events are on their way before the event itself is.
  const id = readId(idOrUuid);
  const isEarly = options.correlations && !options.extended && id !== null;
  const early = isEarly ? lookBeside(magpie, viewer, [id], ahead) : null;
  return magpie.database.stream(viewer, read, { plans: 'once' });
}

/** Title, threat level and tags; an empty list when the event is not visible, as in MISP. */
export async function eventInfo(magpie: Magpie, viewer: Viewer, idOrUuid: string | undefined): Promise<unknown> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, idOrUuid);
    if (event === null) return [];
    const tags = await loadEventTags(tx, [event.id], { includeAllTags: true });
    return {
      Event: {
        id: String(event.id),
        info: event.info,
        threat_level_id: String(event.threat_level_id),
        analysis: String(event.analysis),
      },
      ThreatLevel: {
        name: choiceName(threatLevels, event.threat_level_id),
        id: String(event.threat_level_id),
      },
      EventTag: tags.map((tag) => ({
        id: String(tag.link_id),
        event_id: String(tag.event_id),
        tag_id: String(tag.id),
        local: tag.local,
        relationship_type: tag.relationship_type,
        Tag: { id: String(tag.id), name: tag.name, colour: tag.colour },
      })),
    };
  });
}

/** Publishes; publishing again only renews the time. Throws `NotFound` and `Refused`. */
export function publishEvent(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  options: AlertOption = {},
): Promise<void> {
  return magpie.database.as(viewer, (tx) => publishEventWithin(magpie, tx, viewer, idOrUuid, options));
}

/** The same in the caller's transaction, for what is to be stored and published or not at all. */
export async function publishEventWithin(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  idOrUuid: string | undefined,
  options: AlertOption = {},
): Promise<void> {
  const event = await findEvent(tx, idOrUuid, { lock: true });
  if (event === null) throw new NotFound('Invalid event.');
  if (!canPublishEvent(viewer, event) || isOwnCreationBlocked(magpie, viewer, event)) {
    throw new Refused('You do not have the permission to do that.');
  }
  await setPublished(magpie, tx, viewer, event, true);
  if (options.alert && magpie.mail.isOn) await requestAlert(magpie, tx, viewer, event);
}

/** Unpublishes; the timestamp stays. Throws `Forbidden` also when the event is not visible, as MISP does. */
export function unpublishEvent(magpie: Magpie, viewer: Viewer, idOrUuid: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, idOrUuid, { lock: true });
    if (event === null || !canModifyEvent(viewer, event)) {
      throw new Forbidden('You do not have permission to do that.');
    }
    await setPublished(magpie, tx, viewer, event, false);
  });
}

async function setPublished(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  published: boolean,
): Promise<void> {
  const audience = await foldEvent(magpie, {
    ownerId: event.org_id,
    distribution: event.distribution,
    sharingGroupId: event.sharing_group_id,
    published,
    delegatedTo: event.delegated_to,
  });
  await tx.execute(
    `update visible_events set published = $2, audience_id = $3,
       publish_timestamp = case when $2 then $4 else publish_timestamp end,
       first_publication = case when $2 and first_publication = 0 then $4 else first_publication end
     where id = $1`,
    [event.id, published, audience.id, magpie.now()],
  );
  if (audience.id !== event.audience_id) {
    const owner = { id: event.id, ownerId: event.org_id, disableCorrelation: event.disable_correlation, audience };
    const groups = createGroupResolver(magpie, tx, viewer);
    await refoldEvent(createWriteContext({ magpie, tx, viewer, groups, event: owner }));
  }
  await recordChanges(tx, [
    {
      model: 'Event',
      action: published ? 'publish' : 'unpublish',
      modelId: event.id,
      modelUuid: event.uuid,
      eventId: event.id,
      title: event.info,
      before: { published: event.published },
      after: { published },
    },
  ]);
}

/** Switches correlation of the whole event; returns whether it is now disabled. */
export function toggleCorrelation(magpie: Magpie, viewer: Viewer, idOrUuid: string | undefined): Promise<boolean> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, idOrUuid, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    const allowed = magpie.settings.get('MISP.allow_disabling_correlation');
    const isOff = magpie.settings.get('MISP.completely_disable_correlation');
    if (isOff || !canToggleCorrelation(viewer, event, allowed)) {
      throw new Refused('Disabling the correlation is not permitted on this instance.');
    }
    const disabled = !event.disable_correlation;
    await tx.execute('update visible_events set disable_correlation = $2 where id = $1', [event.id, disabled]);
    await setEventCorrelation(tx, event.id, !disabled);
    await recordChanges(tx, [
      {
        model: 'Event',
        action: 'edit',
        modelId: event.id,
        modelUuid: event.uuid,
        eventId: event.id,
        title: event.info,
        before: { disable_correlation: !disabled },
        after: { disable_correlation: disabled },
      },
    ]);
    return disabled;
  });
}

/**
 * Deletes events with everything in them, all or none. Returns how many. Throws `NotFound` when one of them is not
 * there, not visible, or not the viewer's to delete: MISP does not tell which.
 */
export function deleteEvents(magpie: Magpie, viewer: Viewer, idsOrUuids: readonly string[]): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const events: EventRow[] = [];
    for (const idOrUuid of idsOrUuids) {
      const event = await findEvent(tx, idOrUuid, { lock: true });
      if (event === null || !canModifyEvent(viewer, event)) throw new NotFound('Invalid event');
      events.push(event);
    }
    if (events.length === 0) throw new NotFound('Invalid event');
    for (const event of events) await removeEvent(magpie, tx, event);
    return events.length;
  });
}
