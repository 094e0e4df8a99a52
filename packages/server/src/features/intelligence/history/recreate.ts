import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { isObject, type JsonObject, readId, readInteger } from '../../../http/lenient.ts';
import { contextOf } from '../attributes/service.ts';
import { writeAttributes } from '../attributes/write.ts';
import { captureEventReports } from '../event-reports/service.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { EventRow, ObjectRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { writeReferences } from '../objects/references.ts';
import { writeObjects } from '../objects/write.ts';
import { bodyOfState } from './body-of-state.ts';
import { historyKinds, type State, type Subject } from './kinds.ts';
import { findDeletion, type HistoryRow } from './states.ts';

/** Members of one object that are brought back with it. */
const MAX_MEMBERS = 5000;

/**
 * Makes an element anew, under its old uuid, that was deleted for good: from what its history kept of it, with tags and
 * file; an object with its members and references. Returns the new id. Throws `NotFound`, `Forbidden`, `Refused`
 * when the uuid was taken meanwhile or its object is gone too, `Invalid`.
 */
export async function recreate(magpie: Magpie, tx: Transaction, viewer: Viewer, subject: Subject): Promise<number> {
  const deletion = await findDeletion(tx, subject);
  const event = await findEvent(tx, deletion.event_id, { lock: true });
  if (event === null) throw new NotFound(historyKinds[subject.kind].missing);
  if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
  const context = await contextOf(magpie, tx, viewer, event);
  const id = await remake(context, subject, deletion, event);
  await touchEvent(tx, event.id, magpie.now());
  return id;
}

function remake(context: WriteContext, subject: Subject, deletion: HistoryRow, event: EventRow): Promise<number> {
  switch (subject.kind) {
    case 'attribute':
      return remakeAttribute(context, deletion);
    case 'object':
      return remakeObject(context, deletion, event);
    case 'event_report':
      return remakeReport(context, deletion);
    case 'event':
      throw new Refused('A deleted event is brought back from the bin.');
  }
}

async function remakeAttribute(context: WriteContext, deletion: HistoryRow): Promise<number> {
  const objectId = readId(deletion.before?.object_id);
  const [outcome] = await writeAttributes(context, [
    {
      body: attributeBody(deletion),
      path: 'Attribute',
      object: objectId === null ? null : await objectPlace(context, objectId),
    },
  ]);
  if (outcome === undefined || 'errors' in outcome) throw new Invalid('', failure(outcome?.errors));
  await relinkFiles(context, [deletion]);
  return outcome.id;
}

async function objectPlace(context: WriteContext, objectId: number) {
  const object = await context.tx.first<Pick<ObjectRow, 'distribution' | 'sharing_group_id'>>(
    'select distribution, sharing_group_id from visible_objects where id = $1 and event_id = $2',
    [objectId, context.event.id],
  );
  if (object === null) throw new Refused('The object that held it is gone too: restore the object.');
  const reach = { distribution: object.distribution, sharingGroupId: object.sharing_group_id || null };
  return { id: objectId, audience: await context.fold(context.event.audience, reach) };
}

function attributeBody({ before, model_uuid }: HistoryRow): JsonObject {
  const state: State = before ?? {};
  const { tags } = state;
  return {
    ...bodyOfState(state, historyKinds.attribute.fields),
    uuid: model_uuid,
    Tag: Array.isArray(tags) ? tags : [],
  };
}

async function remakeObject(context: WriteContext, deletion: HistoryRow, event: EventRow): Promise<number> {
  const before: State = deletion.before ?? {};
  const members = await context.tx.query<HistoryRow>(
    `select * from (
       select distinct on (c.model_id) c.* from visible_event_changes c
       where c.event_id = $1 and c.model = 'MispAttribute' and c.action = 'delete' and c.before ->> 'object_id' = $2
         and c.id <= $3 order by c.model_id, c.id desc) members
     order by model_id limit $4`,
    [event.id, String(deletion.model_id), deletion.id, MAX_MEMBERS],
  );
  const body = {
    ...bodyOfState(before, historyKinds.object.fields),
    uuid: deletion.model_uuid,
    name: before.name,
    'meta-category': before.meta_category,
    description: before.description,
    template_uuid: before.template_uuid,
    template_version: before.template_version,
    Attribute: members.map(attributeBody),
  };
  const [written] = await writeObjects(context, [{ body, path: 'Object' }]);
  if (written === undefined) throw new Invalid('', failure(context.rejected));
  await relinkFiles(context, members);
  const references = Array.isArray(before.references) ? before.references.filter(isObject) : [];
  await writeReferences(
    context,
    references.map((reference) => ({
      objectId: written.id,
      objectUuid: written.uuid,
      body: reference,
      path: 'ObjectReference',
    })),
  );
  return written.id;
}

async function remakeReport(context: WriteContext, deletion: HistoryRow): Promise<number> {
  const before: State = deletion.before ?? {};
  const { tags } = before;
  const body = { ...bodyOfState(before, historyKinds.event_report.fields), uuid: deletion.model_uuid };
  await captureEventReports(context, [{ ...body, Tag: Array.isArray(tags) ? tags : [] }]);
  const row = await context.tx.first<{ id: number }>(
    'select id from visible_event_reports where uuid = $1 and event_id = $2',
    [deletion.model_uuid, context.event.id],
  );
  if (row === null) throw new Invalid('', failure(context.rejected));
  return row.id;
}

/** Files stay in the store; the new attributes get their links. */
async function relinkFiles(context: WriteContext, deletions: readonly HistoryRow[]): Promise<void> {
  const files = deletions.flatMap(({ before, model_uuid }) => {
    const file = before?.file;
    if (!isObject(file) || typeof file.sha256 !== 'string' || model_uuid === null) return [];
    return [{ uuid: model_uuid, sha256: file.sha256, size: readInteger(file.size) ?? 0 }];
  });
  if (files.length === 0) return;
  await context.tx.execute(
    `insert into visible_attachments (attribute_id, event_id, sha256, size, audience_id)
     select a.id, a.event_id, decode(f.sha256, 'hex'), f.size, a.audience_id
     from unnest($2::uuid[], $3::text[], $4::bigint[]) as f (uuid, sha256, size)
       join visible_attributes a on a.uuid = f.uuid and a.event_id = $1
     on conflict (attribute_id) do nothing`,
    [
      context.event.id,
      files.map((file) => file.uuid),
      files.map((file) => file.sha256),
      files.map((file) => file.size),
    ],
  );
}

function failure(reason: unknown): Record<string, unknown> {
  return isObject(reason) ? reason : { element: reason ?? 'It could not be stored.' };
}
