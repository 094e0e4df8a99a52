import { randomUUID } from 'node:crypto';
import { eventAudience, readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Conflict, Invalid, Refused } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean } from '../../../http/lenient.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import { lookAhead, type RelatedAhead } from '../../search/correlations/related-ahead.ts';
import { refuseEventByRule } from '../../sharing/blocklists/event-rules.ts';
import { refuseBlockedEvent } from '../../sharing/blocklists/service.ts';
import { captureOrganisation } from '../../sharing/organisations/capture.ts';
import { createKeptRows } from '../attributes/kept-rows.ts';
import { NOTHING_STORED, writeEventContent } from './event-content.ts';
import { type EventFields, readEventFields } from './event-fields.ts';
import { findEvent, isOwnCreationBlocked } from './rights.ts';
import type { AttributeRow, EventRow } from './rows.ts';
import {
  createGroupResolver,
  createWriteContext,
  type FoldedAudience,
  type GroupResolver,
  type Rejection,
} from './write-context.ts';

/** What adding an event gave. */
export interface AddedEvent {
  id: number;
  uuid: string;
  rejected: Rejection[];
  /** Its attributes outside objects as they were stored; null when there are too many to hold. */
  attributes: readonly AttributeRow[] | null;
  /** Of a large event: what correlates with it, as looked up meanwhile. */
  ahead: RelatedAhead | null;
}

/** From so many attributes in a body on, what correlates with the event is looked for while it is stored. */
const LARGE = 1000;

/** Switches of `addEvent`. */
export interface AddEventOptions {
  /** Kept for the import of files: the creator organisation in the body is honoured for site administrators too. */
  keepCreator?: boolean;
  /** The answer will show what correlates with the event. */
  showsRelated?: boolean;
  /** As of `WriteAttributesOptions`: for progress, and for ending a long write. */
  onWritten?: ((count: number) => void) | undefined;
}

const NO_GROUP = 'Invalid Sharing Group or not authorised.';

/**
 * Stores an event with all that its MISP body holds, in the caller's transaction.
 *
 * Parts that break a rule are left out and told in `rejected`. Throws `Invalid` (fields under `Event`) when the event
 * itself is not acceptable, `Conflict` when its uuid exists, `Forbidden` when it is blocklisted, `Refused` for a
 * sharing group the viewer may not use.
 */
export async function addEvent(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  body: JsonObject,
  options: AddEventOptions = {},
): Promise<AddedEvent> {
  await refuseBlockedEvent(magpie, {
    uuid: readUuid(body.uuid),
    creatorUuid: namedCreator(viewer, body, options) ?? viewer.organisationUuid,
  });
  refuseEventByRule(magpie, body);
  const fields = readNewEvent(body);
  const uuid = fields.uuid ?? randomUUID();
  await refuseKnownUuid(tx, uuid);
  const groups = createGroupResolver(magpie, tx, viewer);
  const wanted = fields.distribution ?? defaultDistribution(magpie);
  const { distribution, sharingGroupId } = await resolveReach(groups, body, wanted);
  const locked = can(viewer, 'perm_sync') && readBoolean(body.locked) === true;
  const isBlocked = isOwnCreationBlocked(magpie, viewer, { user_id: viewer.userId, locked });
  const published = (fields.published ?? false) && can(viewer, 'perm_publish') && !isBlocked;
  const ownerId = viewer.organisationId;
  const audience = await foldEvent(magpie, { ownerId, distribution, sharingGroupId, published, delegatedTo: null });
  const creator = await creatorOf(tx, viewer, body, options);
  const row = await insertEvent(tx, viewer, {
    fields,
    uuid,
    distribution,
    sharingGroupId,
    published,
    audienceId: audience.id,
    creatorId: creator ?? viewer.organisationId,
    threatLevelId: fields.threatLevelId ?? Number(magpie.settings.get('MISP.default_event_threat_level')),
    extendsUuid: await resolveExtends(tx, fields.extendsUuid),
    now: magpie.now(),
    locked,
  });
  if (row === null) {
    // Somebody was faster, maybe at this moment: who sees his event is told where it is.
    await refuseKnownUuid(tx, uuid);
    throw new Invalid('', { Event: { uuid: ['The UUID provided is not unique'] } });
  }
  await recordChanges(tx, [
    {
      model: 'Event',
      action: 'add',
      modelId: row.id,
      modelUuid: uuid,
      eventId: row.id,
      title: row.info,
      after: addedFields(row),
    },
  ]);
  const kept = createKeptRows();
  const ahead = options.showsRelated === true && isLarge(body) ? relatedAhead(magpie, viewer, row.id) : null;
  const context = createWriteContext({
    kept,
    ...(ahead === null ? {} : { ahead }),
    magpie,
    tx,
    viewer,
    groups,
    event: { id: row.id, ownerId: row.org_id, disableCorrelation: row.disable_correlation, audience },
  });
  if (distribution !== wanted) context.rejected.push({ path: 'SharingGroup', reason: NO_GROUP });
  await writeEventContent(context, body, NOTHING_STORED, { eventIsNew: true, onWritten: options.onWritten });
  return { id: row.id, uuid, rejected: context.rejected, attributes: kept.rows, ahead };
}

function readNewEvent(body: JsonObject): EventFields {
  const { fields, errors } = readEventFields(body, { infoRequired: true });
  if (errors) throw new Invalid('', { Event: errors });
  if (fields.published && !holdsAnything(body)) {
    throw new Invalid('', { Event: 'Received a published event that was empty. Event add process blocked.' });
  }
  return fields;
}

/**
 * How far a new event is shared. A group that comes along and cannot be taken over leaves the event to its organisation
 * alone; one that is named by its id must be usable.
 */
async function resolveReach(
  groups: GroupResolver,
  body: JsonObject,
  wanted: number,
): Promise<{ distribution: number; sharingGroupId: number }> {
  if (wanted !== 4) return { distribution: wanted, sharingGroupId: 0 };
  const sharingGroupId = await groups.resolve(body);
  if (sharingGroupId !== null) return { distribution: wanted, sharingGroupId };
  if (!isObject(body.SharingGroup)) throw new Refused(NO_GROUP);
  return { distribution: 0, sharingGroupId: 0 };
}

function relatedAhead(magpie: Magpie, viewer: Viewer, eventId: number): RelatedAhead | null {
  const limits = correlationLimits(magpie);
  return limits === null || limits.advanced ? null : lookAhead(magpie.database, viewer, eventId, limits);
}

function isLarge({ Attribute }: JsonObject): boolean {
  return Array.isArray(Attribute) && Attribute.length >= LARGE;
}

function holdsAnything(body: JsonObject): boolean {
  const filled = (key: string) => {
    const value = body[key];
    return Array.isArray(value) ? value.length > 0 : isObject(value);
  };
  return filled('Attribute') || filled('Object') || filled('EventReport');
}

function defaultDistribution(magpie: Magpie): number {
  return Number(magpie.settings.get('MISP.default_event_distribution'));
}

/** Audience of an event under the instance's settings. */
export async function foldEvent(
  magpie: Magpie,
  event: {
    ownerId: number;
    distribution: number;
    sharingGroupId: number;
    published: boolean;
    /** Who is asked to take the event over. */
    delegatedTo: number | null;
  },
): Promise<FoldedAudience> {
  const audience = eventAudience({
    ownerId: event.ownerId,
    distribution: event.distribution,
    sharingGroupId: event.sharingGroupId || null,
    published: event.published,
    delegatedTo: event.delegatedTo,
    unpublishedPrivate: magpie.settings.get('MISP.unpublishedprivate'),
  });
  return { audience, id: await magpie.audiences.idOf(audience) };
}

async function refuseKnownUuid(tx: Transaction, uuid: string): Promise<void> {
  const existing = await findEvent(tx, uuid);
  if (existing) {
    throw new Conflict(
      'Event already exists, if you would like to edit it, use the url in the location header.',
      existing.id,
    );
  }
}

/** The uuid of the creator organisation that a body names, where the viewer may name one. */
function namedCreator(viewer: Viewer, body: JsonObject, options: AddEventOptions): string | null {
  return mayNameCreator(viewer, options) && isObject(body.Orgc) ? readUuid(body.Orgc.uuid) : null;
}

function mayNameCreator(viewer: Viewer, options: AddEventOptions): boolean {
  return can(viewer, 'perm_sync') || (options.keepCreator === true && can(viewer, 'perm_site_admin'));
}

/** The creator organisation: one's own, unless a synchronisation account names another. */
async function creatorOf(
  tx: Transaction,
  viewer: Viewer,
  body: JsonObject,
  options: AddEventOptions,
): Promise<number | null> {
  return mayNameCreator(viewer, options) && isObject(body.Orgc) ? captureOrganisation(tx, viewer, body.Orgc) : null;
}

/** A uuid stays; the id of an event the viewer sees becomes its uuid; '' and unknown ids become no link. */
export async function resolveExtends(tx: Transaction, extendsUuid: string | undefined): Promise<string | null> {
  if (extendsUuid === undefined || extendsUuid === '') return null;
  const event = await findEvent(tx, extendsUuid);
  if (event) return event.uuid;
  return readUuid(extendsUuid);
}

interface NewEvent {
  fields: EventFields;
  uuid: string;
  distribution: number;
  sharingGroupId: number;
  published: boolean;
  audienceId: number;
  creatorId: number;
  threatLevelId: number;
  extendsUuid: string | null;
  now: number;
  locked: boolean;
}

async function insertEvent(tx: Transaction, viewer: Viewer, event: NewEvent): Promise<EventRow | null> {
  const { fields, now } = event;
  return tx.first<EventRow>(
    `insert into visible_events (uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution,
       sharing_group_id, published, timestamp, publish_timestamp, first_publication, disable_correlation, extends_uuid,
       protected, audience_id, locked)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17, $18)
     on conflict (uuid) do nothing returning *`,
    [
      event.uuid,
      viewer.organisationId,
      event.creatorId,
      viewer.userId,
      fields.info ?? '',
      fields.date ?? new Date(now * 1000).toISOString().slice(0, 10),
      event.threatLevelId,
      fields.analysis ?? 0,
      event.distribution,
      event.sharingGroupId,
      event.published,
      fields.timestamp ?? now,
      event.published ? now : 0,
      fields.disableCorrelation ?? false,
      event.extendsUuid,
      fields.protected ?? null,
      event.audienceId,
      event.locked,
    ],
  );
}

function addedFields(row: EventRow): Record<string, unknown> {
  const { info, date, threat_level_id, analysis, distribution, sharing_group_id, published, orgc_id } = row;
  return { info, date, threat_level_id, analysis, distribution, sharing_group_id, published, orgc_id };
}
