import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject, readBoolean, readInteger } from '../../../http/lenient.ts';
import type { ReferenceRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';

/** What a reference points to, when the viewer sees it. */
export interface ReferenceTarget {
  id: number;
  uuid: string;
  event_id: number;
  /** 0 attribute, 1 object, as MISP's referenced_type. */
  type: 0 | 1;
}

/** Why a target that the viewer sees cannot be referenced. */
export const UNREACHABLE = 'Invalid target. Target has to be within the same event or extending it.';

/** A reference to store. */
export interface ReferenceInput {
  objectId: number;
  objectUuid: string;
  body: JsonObject;
  path: string;
}

/** Targets by uuid among what the viewer may see, in any event. Two indexed look-ups however many uuids. */
export async function findTargets(tx: Transaction, uuids: readonly string[]): Promise<Map<string, ReferenceTarget>> {
  const rows = await tx.query<ReferenceTarget>(
    `select id, uuid, event_id, 0 as type from visible_attributes where uuid = any ($1::uuid[])
     union all select id, uuid, event_id, 1 as type from visible_objects where uuid = any ($1::uuid[])`,
    [uuids],
  );
  return new Map(rows.map((row) => [row.uuid, row]));
}

/** Ids of the event itself, of the one it extends and of those that extend it: where reference targets may be. */
export async function reachableEvents(tx: Transaction, eventId: number): Promise<Set<number>> {
  const rows = await tx.query<{ id: number }>(
    `select e.id from visible_events me join visible_events e
       on e.id = me.id or e.uuid = me.extends_uuid or e.extends_uuid = me.uuid where me.id = $1`,
    [eventId],
  );
  return new Set(rows.map((row) => row.id));
}

/** References of an object body. */
export function referencesOf(body: JsonObject): JsonObject[] {
  return Array.isArray(body.ObjectReference) ? body.ObjectReference.filter(isObject) : [];
}

/**
 * Stores references of an event's objects. Known ones (by uuid) are changed when newer; those without a reachable
 * target, or whose uuid belongs elsewhere, are told as rejections.
 */
export async function writeReferences(context: WriteContext, inputs: readonly ReferenceInput[]): Promise<void> {
  if (inputs.length === 0) return;
  const uuids = inputs.flatMap(({ body }) => readUuid(body.referenced_uuid) ?? []);
  const targets = await findTargets(context.tx, uuids);
  const events = (await reachableEvents(context.tx, context.event.id)).add(context.event.id);
  const stored = await storedReferences(context);
  const fresh: FoundReference[] = [];
  for (const input of inputs) {
    const target = targets.get(readUuid(input.body.referenced_uuid) ?? '');
    const uuid = readUuid(input.body.uuid) ?? randomUUID();
    const known = stored.get(uuid);
    if (known) await changeReference(context, known, input);
    else if (target === undefined || !events.has(target.event_id)) {
      context.rejected.push({ path: input.path, reason: UNREACHABLE });
    } else fresh.push({ input, target, uuid });
  }
  await insertReferences(context, fresh);
}

/** A reference whose target was found and may be reached. */
export interface FoundReference {
  input: ReferenceInput;
  target: ReferenceTarget;
  uuid: string;
}

async function storedReferences(context: WriteContext): Promise<Map<string, ReferenceRow>> {
  const rows = await context.tx.query<ReferenceRow>('select * from visible_object_references where event_id = $1', [
    context.event.id,
  ]);
  return new Map(rows.map((row) => [row.uuid, row]));
}

async function changeReference(context: WriteContext, stored: ReferenceRow, input: ReferenceInput): Promise<void> {
  const { body } = input;
  const sent = readInteger(body.timestamp);
  if (stored.object_id !== input.objectId || (sent !== null && sent <= stored.timestamp)) return;
  const next = {
    relationship_type: textOr(body.relationship_type, stored.relationship_type),
    comment: textOr(body.comment, stored.comment),
    deleted: readBoolean(body.deleted) ?? stored.deleted,
  };
  await context.tx.execute(
    'update visible_object_references set relationship_type = $2, comment = $3, deleted = $4, timestamp = $5 where id = $1',
    [stored.id, next.relationship_type, next.comment, next.deleted, sent ?? context.now],
  );
  await recordChanges(context.tx, [
    {
      model: 'ObjectReference',
      action: 'edit',
      modelId: stored.id,
      modelUuid: stored.uuid,
      eventId: context.event.id,
      after: next,
    },
  ]);
}

/** Inserts references with their change records and returns their rows; a taken uuid is told as a rejection. */
export async function insertReferences(
  context: WriteContext,
  fresh: readonly FoundReference[],
): Promise<ReferenceRow[]> {
  if (fresh.length === 0) return [];
  const column = <T>(read: (entry: (typeof fresh)[number]) => T) => fresh.map(read);
  // The object may be under an audience that this very write made: its transaction does not see it yet.
  const rows = await context.tx.elevated('references of objects just written', () =>
    context.tx.query<ReferenceRow>(
      `insert into object_references (uuid, event_id, object_id, source_uuid, referenced_uuid, referenced_id,
       referenced_type, relationship_type, comment, timestamp, deleted, audience_id)
     select i.uuid, $1, o.id, o.uuid, i.referenced_uuid, i.referenced_id, i.referenced_type, i.relationship_type, i.comment,
       i.timestamp, i.deleted, o.audience_id
     from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::smallint[], $7::text[], $8::text[], $9::bigint[],
       $10::boolean[]) with ordinality
       as i (uuid, object_id, referenced_uuid, referenced_id, referenced_type, relationship_type, comment, timestamp, deleted, n)
     join objects o on o.id = i.object_id and o.event_id = $1
     order by n on conflict (uuid) do nothing returning *`,
      [
        context.event.id,
        column((entry) => entry.uuid),
        column((entry) => entry.input.objectId),
        column((entry) => entry.target.uuid),
        column((entry) => entry.target.id),
        column((entry) => entry.target.type),
        column((entry) => textOr(entry.input.body.relationship_type, '')),
        column((entry) => textOr(entry.input.body.comment, '')),
        column((entry) => readInteger(entry.input.body.timestamp) ?? context.now),
        column((entry) => readBoolean(entry.input.body.deleted) ?? false),
      ],
    ),
  );
  const made = new Set(rows.map((row) => row.uuid));
  for (const { input, uuid } of fresh) {
    if (!made.has(uuid))
      context.rejected.push({ path: input.path, reason: { uuid: ['The UUID provided is not unique'] } });
  }
  await recordChanges(
    context.tx,
    rows.map((row) => ({
      model: 'ObjectReference',
      action: 'add',
      modelId: row.id,
      modelUuid: row.uuid,
      eventId: context.event.id,
      after: {
        relationship_type: row.relationship_type,
        referenced_uuid: row.referenced_uuid,
        comment: row.comment,
        uuid: row.uuid,
        source_uuid: row.source_uuid,
        object_id: row.object_id,
        referenced_id: row.referenced_id,
        event_id: row.event_id,
      },
    })),
  );
  return rows;
}

function textOr(value: unknown, fallback: string): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : fallback;
}
