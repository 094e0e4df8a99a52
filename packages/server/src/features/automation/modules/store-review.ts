import { randomUUID } from 'node:crypto';
import { readAttribute, readUuid, splitComposite } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { contextOf } from '../../intelligence/attributes/service.ts';
import { type AttributeOutcome, writeAttributes } from '../../intelligence/attributes/write.ts';
import { captureEventReports } from '../../intelligence/event-reports/service.ts';
import { canModifyEvent, findEvent, touchEvent } from '../../intelligence/events/rights.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';
import { readTagDrafts, type TagDraft } from '../../intelligence/events/tag-drafts.ts';
import { attachTags, type TagWish } from '../../intelligence/events/tag-links.ts';
import type { WriteContext } from '../../intelligence/events/write-context.ts';
import { findTargets, referencesOf, writeReferences } from '../../intelligence/objects/references.ts';
import { writeObjects } from '../../intelligence/objects/write.ts';
import { prepareWarnings } from '../../knowledge/warninglists/attribute-warnings.ts';
import { findEqualObjects, uuidsOf } from './equal-objects.ts';
import { proposeReview } from './propose-review.ts';
import type { ClusterName, Review, StoredReview } from './review.ts';

/** How a review is stored. */
export interface StoreOptions {
  /** Values that warninglists know lose their IDS flag. */
  readonly softWarninglists?: boolean;
}

/**
 * Stores what a module found in one transaction: what the event has already is not stored twice, and references point
 * to what is there. Who may not change the event proposes the attributes. Uuids that are known elsewhere are replaced,
 * so that nothing of others is touched. Throws `NotFound` for the event.
 */
export async function storeReview(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | number,
  review: Review,
  options: StoreOptions = {},
): Promise<StoredReview> {
  const stored = await magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    return canModifyEvent(viewer, event) ? storeWithin(magpie, tx, viewer, event, review, options) : null;
  });
  return stored ?? proposeReview(magpie, viewer, String(eventKey), review);
}

async function storeWithin(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  review: Review,
  options: StoreOptions,
): Promise<StoredReview> {
  const context = await contextOf(magpie, tx, viewer, event);
  context.rejected.push(...review.rejected);
  const places = await createPlaces(context, review);
  const attributes = await storeAttributes(context, places, await judged(context, review.attributes, options));
  const objects = await storeObjects(context, places, review.objects);
  const reports = await captureEventReports(context, await newReports(context, review.reports));
  const tags = [...readTagDrafts({ Tag: review.tags }), ...(await clusterTags(tx, review.clusters))];
  const tagged = await attachTags(context, [
    { attributeId: null, audienceId: context.event.audience.id, tags, path: 'Event' },
  ]);
  const isChanged = attributes.stored + objects.stored + reports > 0 || attributes.tagged || tagged;
  if (isChanged) await touchEvent(tx, event.id, magpie.now());
  return {
    attributes: attributes.stored,
    objects: objects.stored,
    reports,
    proposals: 0,
    known: attributes.known + objects.known,
    rejected: context.rejected,
  };
}

/** Where things with a uuid of the review are found in the end. */
interface Places {
  /** The uuid of the element of the event that a uuid means; the same uuid where nothing is known of it. */
  of(uuid: string): string;
  /** True when the event has it under this very uuid. */
  has(uuid: string): boolean;
  /** A uuid for a new element: the wished one unless something else has it. */
  forNew(wished: unknown): string;
  put(uuid: unknown, place: string): void;
}

async function createPlaces(context: WriteContext, { attributes, objects }: Review): Promise<Places> {
  const members = objects.flatMap(({ Attribute }) => (Array.isArray(Attribute) ? Attribute : []));
  const known = await findTargets(context.tx, uuidsOf([...attributes, ...objects, ...members]));
  const places = new Map<string, string>();
  const given = new Set<string>();
  return {
    of: (uuid) => places.get(uuid) ?? uuid,
    has: (uuid) => known.get(uuid)?.event_id === context.event.id,
    forNew(wished) {
      const uuid = readUuid(wished);
      const free = uuid !== null && !known.has(uuid) && !given.has(uuid);
      const own = free ? uuid : randomUUID();
      given.add(own);
      if (uuid !== null && !places.has(uuid)) places.set(uuid, own);
      return own;
    },
    put(uuid, place) {
      const read = readUuid(uuid);
      if (read !== null) places.set(read, place);
    },
  };
}

async function storeAttributes(
  context: WriteContext,
  places: Places,
  bodies: readonly JsonObject[],
): Promise<{ stored: number; known: number; tagged: boolean }> {
  const there = bodies.filter(({ uuid }) => places.has(readUuid(uuid) ?? ''));
  const fresh = bodies.filter(({ uuid }) => !places.has(readUuid(uuid) ?? ''));
  const inputs = fresh.map((body, index) => ({
    body: { ...body, uuid: places.forNew(body.uuid) },
    path: `Attribute[${index}]`,
    object: null,
  }));
  const outcomes = await writeAttributes(context, inputs);
  const existing = new Map<string | number, TagDraft[]>();
  for (const body of there) addTags(existing, readUuid(body.uuid) ?? '', body);
  const duplicates = outcomes.flatMap((outcome, index) => {
    const body = fresh[index];
    const id = duplicateOf(outcome);
    if (body !== undefined && id !== null) addTags(existing, id, body);
    return body !== undefined && id !== null ? [{ body, id }] : [];
  });
  for (const outcome of outcomes) {
    if ('errors' in outcome && duplicateOf(outcome) === null) {
      context.rejected.push({ path: outcome.path, reason: outcome.errors });
    }
  }
  const rows = await existingRows(context, [...existing.keys()]);
  for (const { body, id } of duplicates) {
    const row = rows.find((candidate) => candidate.id === id);
    if (row) places.put(body.uuid, row.uuid);
  }
  const wishes = rows.map((row): TagWish => {
    const tags = [...(existing.get(row.id) ?? []), ...(existing.get(row.uuid) ?? [])];
    return { attributeId: row.id, audienceId: row.audience_id, tags, path: `Attribute ${row.uuid}` };
  });
  const tagged = await attachTags(context, wishes);
  const stored = outcomes.filter((outcome) => 'id' in outcome).length;
  return { stored, known: there.length + duplicates.length, tagged };
}

/** The id of the equal attribute of the event, 0 for one of this very review; null for other outcomes. */
function duplicateOf(outcome: AttributeOutcome): number | null {
  return 'duplicateOf' in outcome && outcome.duplicateOf !== undefined ? outcome.duplicateOf : null;
}

function addTags(existing: Map<string | number, TagDraft[]>, key: string | number, body: JsonObject): void {
  existing.set(key, [...(existing.get(key) ?? []), ...readTagDrafts({ Tag: body.Tag })]);
}

function existingRows(
  { tx, event }: WriteContext,
  keys: readonly (string | number)[],
): Promise<{ id: number; uuid: string; audience_id: number }[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return tx.query(
    `select id, uuid, audience_id from visible_attributes
     where event_id = $1 and (id = any ($2::bigint[]) or uuid = any ($3::uuid[]))`,
    [event.id, keys.filter((key) => typeof key === 'number'), keys.filter((key) => typeof key === 'string')],
  );
}

async function storeObjects(
  context: WriteContext,
  places: Places,
  bodies: readonly JsonObject[],
): Promise<{ stored: number; known: number }> {
  const asked = bodies.filter(({ uuid }) => !places.has(readUuid(uuid) ?? ''));
  const equal = await findEqualObjects(context, asked);
  for (const [index, uuid] of equal) places.put(asked[index]?.uuid, uuid);
  const fresh = asked.filter((_body, index) => !equal.has(index));
  const inputs = fresh.map((body, index) => {
    const path = `Object[${index}]`;
    return {
      path,
      body: { ...body, uuid: places.forNew(body.uuid), Attribute: usableMembers(context, places, body, path) },
    };
  });
  const usable = inputs.filter(({ body }) => body.Attribute.length > 0);
  const written = await writeObjects(context, usable);
  for (const object of written) {
    for (const outcome of object.attributes) {
      if ('errors' in outcome) context.rejected.push({ path: outcome.path, reason: outcome.errors });
    }
  }
  await writeReferences(
    context,
    written.flatMap((object) =>
      referencesOf(object.body).map((body, index) => ({
        objectId: object.id,
        objectUuid: object.uuid,
        body: { ...body, referenced_uuid: places.of(readUuid(body.referenced_uuid) ?? '') },
        path: `${object.path}.ObjectReference[${index}]`,
      })),
    ),
  );
  return { stored: written.length, known: bodies.length - fresh.length };
}

/** Members that can be stored, so that no object is left without any. */
function usableMembers(context: WriteContext, places: Places, object: JsonObject, path: string): JsonObject[] {
  const list = Array.isArray(object.Attribute) ? object.Attribute.filter(isObject) : [];
  return list.flatMap((member, index) => {
    const read = readAttribute(member, { defaultDistribution: 5, inObject: true, now: context.now });
    // Values of files are made when the file is taken.
    if (read.ok || typeof member.data === 'string') return [{ ...member, uuid: places.forNew(member.uuid) }];
    context.rejected.push({ path: `${path}.Attribute[${index}]`, reason: read.errors });
    return [];
  });
}

/** Reports that the event has not yet, without uuids: a module changes no report. */
async function newReports({ tx, event }: WriteContext, reports: readonly JsonObject[]): Promise<JsonObject[]> {
  if (reports.length === 0) return [];
  const rows = await tx.query<{ n: number }>(
    `select i.n::integer as n from unnest($2::text[], $3::text[]) with ordinality as i (name, content, n)
     where exists (select from visible_event_reports r
       where r.event_id = $1 and not r.deleted and r.name = i.name and r.content = i.content)`,
    [event.id, reports.map(({ name }) => String(name)), reports.map(({ content }) => String(content))],
  );
  const known = new Set(rows.map((row) => row.n - 1));
  return reports.filter((_report, index) => !known.has(index)).map(({ uuid: _uuid, ...report }) => report);
}

/** Tags of clusters that are known here, by their uuid or tag; others are left out. */
async function clusterTags(tx: Transaction, clusters: readonly ClusterName[]): Promise<TagDraft[]> {
  if (clusters.length === 0) return [];
  const rows = await tx.query<{ tag_name: string }>(
    `select distinct tag_name from visible_galaxy_clusters
     where uuid = any ($1::uuid[]) or lower(tag_name) = any ($2::text[])`,
    [
      clusters.flatMap(({ uuid }) => uuid ?? []),
      clusters.flatMap(({ tagName }) => (tagName === null ? [] : [tagName.toLowerCase()])),
    ],
  );
  return readTagDrafts({ Tag: rows.map(({ tag_name }) => ({ name: tag_name })) });
}

async function judged(
  context: WriteContext,
  bodies: readonly JsonObject[],
  { softWarninglists }: StoreOptions,
): Promise<readonly JsonObject[]> {
  if (!softWarninglists || bodies.length === 0) return bodies;
  const finder = await prepareWarnings(context.magpie, context.tx);
  return bodies.map((body) => {
    const type = String(body.type);
    const halves = splitComposite(type, String(body.value));
    return finder.isListed({ type, ...halves, toIds: true }) ? { ...body, to_ids: false } : body;
  });
}
