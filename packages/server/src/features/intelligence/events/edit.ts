import { readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import type { WriteAttributesOptions } from '../attributes/write.ts';
import { membersOf } from '../objects/write.ts';
import { foldEvent, resolveExtends } from './add.ts';
import { setEventCorrelation } from './correlation-switch.ts';
import { type StoredContent, writeEventContent } from './event-content.ts';
import { type EventFields, readEventFields } from './event-fields.ts';
import { refoldEvent } from './refold.ts';
import { canEditEvent, findEvent, isOwnCreationBlocked } from './rights.ts';
import type { AttributeRow, EventRow, ObjectRow } from './rows.ts';
import { createGroupResolver, createWriteContext, type Rejection } from './write-context.ts';

const NO_GROUP =
  'Event could not be saved: Sharing group chosen as the distribution level, but no sharing group specified. Make sure that the event includes a valid sharing_group_id or change to a different distribution level.';
const FOREIGN_GROUP = "Event could not be saved: Invalid sharing group or you don't have access to that sharing group.";
const NO_RIGHT_TO_GROUP = 'Event could not be saved: User not authorised to create the associated sharing group.';
const NOT_CREATOR =
  'Event could not be saved: The user used to edit the event is not authorised to do so. This can be caused by the user not being of the same organisation as the original creator of the event whilst also not being a site administrator.';
const NOT_NEWER = 'Event could not be saved: Event in the request not newer than the local copy.';

/**
 * Merges a MISP body into an event: what is absent stays, except `published`, which absent means false. Elements are
 * matched by uuid and changed when newer.
 *
 * The event is the one whose uuid the body names, else the one of the path. Throws `NotFound`, `Forbidden` (no right,
 * or a body uuid that is not known here), `Invalid` (field errors, or a text when the body is not newer, or comes from a
 * synchronisation account that may not change the event).
 */
export async function editEvent(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  pathId: string | undefined,
  body: JsonObject,
  options: WriteAttributesOptions = {},
): Promise<{ id: number; rejected: Rejection[] }> {
  const event = await locateEvent(tx, pathId, body);
  if (!canEditEvent(viewer, event)) {
    // Peers that push read this text.
    throw can(viewer, 'perm_sync') ? new Invalid('', NOT_CREATOR) : new Forbidden('You are not authorised to do that.');
  }
  const { fields, errors } = readEventFields(body, { infoRequired: false });
  if (fields.timestamp !== undefined && fields.timestamp <= event.timestamp) throw new Invalid('', NOT_NEWER);
  if (body.info === '' || body.info === '0') throw new Invalid('', { info: ['valueNotEmpty'] });
  if (errors) throw new Invalid('', errors);

  const groups = createGroupResolver(magpie, tx, viewer);
  const distribution = fields.distribution ?? event.distribution;
  const sharingGroupId = distribution === 4 ? await nextGroup(event, body, groups) : 0;
  const extendsUuid =
    fields.extendsUuid === undefined ? event.extends_uuid : await resolveExtends(tx, fields.extendsUuid);
  const next = nextEvent(magpie, viewer, event, { ...fields, distribution, sharingGroupId, extendsUuid });
  const audience = await foldEvent(magpie, {
    ownerId: event.org_id,
    distribution: next.distribution,
    sharingGroupId: next.sharing_group_id,
    published: next.published,
    delegatedTo: event.delegated_to,
  });
  await storeEvent(tx, event, next, audience.id);
  const context = createWriteContext({
    magpie,
    tx,
    viewer,
    groups,
    event: { id: event.id, ownerId: event.org_id, disableCorrelation: next.disable_correlation, audience },
  });
  if (audience.id !== event.audience_id) await refoldEvent(context);
  if (next.disable_correlation !== event.disable_correlation) {
    await setEventCorrelation(tx, event.id, !next.disable_correlation);
  }
  await writeEventContent(context, body, await loadStored(tx, event.id, body), options);
  return { id: event.id, rejected: context.rejected };
}

async function locateEvent(tx: Transaction, pathId: string | undefined, body: JsonObject): Promise<EventRow> {
  const bodyUuid = readUuid(body.uuid);
  if (bodyUuid !== null) {
    const event = await findEvent(tx, bodyUuid, { lock: true });
    if (event) return event;
    if (await findEvent(tx, pathId)) {
      throw new Forbidden('Event could not be saved: Could not find the local event.');
    }
  }
  const event = bodyUuid === null ? await findEvent(tx, pathId, { lock: true }) : null;
  if (event === null) throw new NotFound('Invalid event');
  return event;
}

/** The columns an edit may change. */
type EditableColumns = Pick<
  EventRow,
  | 'date'
  | 'threat_level_id'
  | 'analysis'
  | 'info'
  | 'published'
  | 'distribution'
  | 'sharing_group_id'
  | 'disable_correlation'
  | 'extends_uuid'
  | 'timestamp'
  | 'publish_timestamp'
>;

/** What a body says of an event, with what had to be looked up. */
type ResolvedFields = Omit<EventFields, 'distribution' | 'extendsUuid'> & {
  readonly distribution: number;
  readonly sharingGroupId: number;
  readonly extendsUuid: EventRow['extends_uuid'];
};

function nextEvent(magpie: Magpie, viewer: Viewer, event: EventRow, fields: ResolvedFields): EditableColumns {
  const now = magpie.now();
  const isBlocked = isOwnCreationBlocked(magpie, viewer, event);
  const published = (fields.published ?? false) && can(viewer, 'perm_publish') && !isBlocked;
  return {
    date: fields.date ?? event.date,
    threat_level_id: fields.threatLevelId ?? event.threat_level_id,
    analysis: fields.analysis ?? event.analysis,
    info: fields.info ?? event.info,
    published,
    distribution: fields.distribution,
    sharing_group_id: fields.sharingGroupId,
    disable_correlation: fields.disableCorrelation ?? event.disable_correlation,
    extends_uuid: fields.extendsUuid,
    timestamp: fields.timestamp ?? Math.max(now, event.timestamp),
    publish_timestamp: published ? now : event.publish_timestamp,
  };
}

async function nextGroup(
  event: EventRow,
  body: JsonObject,
  groups: ReturnType<typeof createGroupResolver>,
): Promise<number> {
  const named = body.sharing_group_id !== undefined || isObject(body.SharingGroup);
  const stays = !named || Number(body.sharing_group_id) === event.sharing_group_id;
  if (stays && event.distribution === 4) return event.sharing_group_id;
  if (!named) throw new Invalid('', NO_GROUP);
  const id = await groups.resolve(body);
  if (id === null) throw new Invalid('', isObject(body.SharingGroup) ? NO_RIGHT_TO_GROUP : FOREIGN_GROUP);
  return id;
}

async function storeEvent(tx: Transaction, event: EventRow, next: EditableColumns, audienceId: number): Promise<void> {
  await tx.execute(
    `update visible_events set date = $2, threat_level_id = $3, analysis = $4, info = $5, published = $6,
       distribution = $7, sharing_group_id = $8, disable_correlation = $9, extends_uuid = $10, timestamp = $11,
       publish_timestamp = $12, audience_id = $13 where id = $1`,
    [
      event.id,
      next.date,
      next.threat_level_id,
      next.analysis,
      next.info,
      next.published,
      next.distribution,
      next.sharing_group_id,
      next.disable_correlation,
      next.extends_uuid,
      next.timestamp,
      next.publish_timestamp,
      audienceId,
    ],
  );
  const changed = difference({ ...event }, { ...next });
  if (changed === null) return;
  const identity = { modelId: event.id, modelUuid: event.uuid, eventId: event.id, title: next.info };
  await recordChanges(tx, [{ model: 'Event', action: 'edit', ...identity, ...changed }]);
}

/** Stored attributes and objects that the body names by uuid. Two indexed look-ups. */
async function loadStored(tx: Transaction, eventId: number, body: JsonObject): Promise<StoredContent> {
  const objects = Array.isArray(body.Object) ? body.Object.filter(isObject) : [];
  const uuidsOf = (list: readonly unknown[]) =>
    list.flatMap((item) => (isObject(item) ? (readUuid(item.uuid) ?? []) : []));
  const attributeUuids = uuidsOf([...membersOf(body), ...objects.flatMap(membersOf)]);
  const attributes = await tx.query<AttributeRow>(
    'select * from visible_attributes where uuid = any ($2::uuid[]) and event_id = $1',
    [eventId, attributeUuids],
  );
  const storedObjects = await tx.query<ObjectRow>(
    'select * from visible_objects where uuid = any ($2::uuid[]) and event_id = $1',
    [eventId, uuidsOf(objects)],
  );
  return {
    attributes: new Map(attributes.map((row) => [row.uuid, row])),
    objects: new Map(storedObjects.map((row) => [row.uuid, row])),
  };
}
