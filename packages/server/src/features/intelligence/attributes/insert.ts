import { actorValues } from '../../../changes/changes.ts';
import { arrayLiteral } from '../../../database/array-literal.ts';
import type { SqlValue } from '../../../database/transaction.ts';
import type { WriteContext } from '../events/write-context.ts';
import { type PlannedAttribute, sameAttributeKey } from './plan.ts';
import { correlationMode, valueDigest } from './value-digest.ts';

/** Rows of one statement: large enough to amortise the round trip, small enough to bound memory. */
const BATCH_ROWS = 5000;

export const DUPLICATE = 'A similar attribute already exists for this event.';
export const UUID_TAKEN = 'The UUID provided is not unique';

/**
 * Keys of live attributes outside objects that the event already has, among the planned values.
 * One indexed probe per distinct value.
 */
export async function findStoredKeys(
  context: WriteContext,
  planned: readonly PlannedAttribute[],
): Promise<Map<string, number>> {
  if (planned.length === 0) return new Map();
  const digests = [...new Set(planned.map((plan) => valueDigest(plan.values.value1)))];
  const rows = await context.tx.query<{ id: number; type: string; category: string; value1: string; value2: string }>(
    `select id, type, category, value1, value2 from visible_attributes
     where h1 = any ($2::bigint[]) and event_id = $1 and object_id = 0 and not deleted`,
    [context.event.id, digests],
  );
  return new Map(rows.map((row) => [sameAttributeKey(row.type, row.category, row.value1, row.value2), row.id]));
}

/**
 * Inserts attributes with their change records and files, in the order given, and returns the id of each; null
 * where the uuid belongs to another attribute already.
 */
export async function insertAttributes(
  context: WriteContext,
  planned: readonly PlannedAttribute[],
): Promise<(number | null)[]> {
  const ids: (number | null)[] = [];
  for (let start = 0; start < planned.length; start += BATCH_ROWS) {
    ids.push(...(await insertBatch(context, planned.slice(start, start + BATCH_ROWS))));
  }
  await insertFiles(context, planned, ids);
  return ids;
}

// A uuid that the client chose may be taken; one that was made here cannot, and checking it costs a tenth of the insert.
const insertStatement = (mayConflict: boolean) => `with input as (
    select * from unnest($6::uuid[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
      $13::boolean[], $14::bigint[], $15::smallint[], $16::bigint[], $17::text[], $18::boolean[], $19::boolean[],
      $20::bigint[], $21::bigint[], $22::integer[], $23::bigint[], $24::bigint[], $25::smallint[]) with ordinality
      as i (uuid, object_id, object_relation, category, type, value1, value2, to_ids, timestamp, distribution,
        sharing_group_id, comment, deleted, disable_correlation, first_seen, last_seen, audience_id, h1, h2, correlates, n)
  ), made as (
    insert into visible_attributes (uuid, event_id, object_id, object_relation, category, type, value1, value2, to_ids,
      timestamp, distribution, sharing_group_id, comment, deleted, disable_correlation, first_seen, last_seen,
      audience_id, h1, h2, correlates)
    select uuid, $26, object_id, object_relation, category, type, value1, value2, to_ids, timestamp, distribution,
      sharing_group_id, comment, deleted, disable_correlation, first_seen, last_seen, audience_id, h1, h2, correlates
    from input order by n
    ${mayConflict ? 'on conflict (uuid) do nothing' : ''}
    returning id, uuid, object_id, category, type, value1, value2, to_ids, comment, distribution
  ), logged as (
    insert into changes (request_id, user_id, org_id, auth_key_id, ip, model, model_id, model_uuid, event_id, action, title, after)
    select $1, $2, $3, $4, $5, 'MispAttribute', id, uuid, $26, 'add', category || '/' || type || ' ' || left(value1, 200),
      jsonb_build_object('type', type, 'category', category, 'value1', value1, 'value2', value2, 'to_ids', to_ids,
        'comment', comment, 'distribution', distribution, 'object_id', object_id)
    from made
  )
  select id, uuid from made`;
const INSERT = { anyUuid: insertStatement(true), ownUuids: insertStatement(false) };

async function insertBatch(context: WriteContext, batch: readonly PlannedAttribute[]): Promise<(number | null)[]> {
  const column = (read: (plan: PlannedAttribute) => string | number | boolean | null) => arrayLiteral(batch.map(read));
  const values: SqlValue[] = [
    ...actorValues(context.viewer),
    column((plan) => plan.uuid),
    column((plan) => plan.objectId),
    column((plan) => plan.values.objectRelation),
    column((plan) => plan.values.category),
    column((plan) => plan.values.type),
    column((plan) => plan.values.value1),
    column((plan) => plan.values.value2),
    column((plan) => plan.values.toIds),
    column((plan) => plan.timestamp),
    column((plan) => plan.values.distribution),
    column((plan) => plan.sharingGroupId),
    column((plan) => plan.values.comment),
    column((plan) => plan.values.deleted),
    column((plan) => plan.values.disableCorrelation),
    column((plan) => plan.values.firstSeen),
    column((plan) => plan.values.lastSeen),
    column((plan) => plan.audienceId),
    column((plan) => valueDigest(plan.values.value1)),
    column((plan) => (plan.values.value2 === '' ? null : valueDigest(plan.values.value2))),
    column((plan) => correlatesOf(context, plan)),
    context.event.id,
  ];
  const rows = await context.tx.prepared<{ id: number; uuid: string }>(
    batch.some((plan) => plan.values.uuid !== null) ? INSERT.anyUuid : INSERT.ownUuids,
    values,
  );
  const idOf = new Map(rows.map((row) => [row.uuid, row.id]));
  return batch.map((plan) => idOf.get(plan.uuid) ?? null);
}

/** The `correlates` column of a planned attribute. */
export function correlatesOf(context: WriteContext, plan: PlannedAttribute): 0 | 1 | 2 {
  return correlationMode({
    type: plan.values.type,
    value2: plan.values.value2,
    deleted: plan.values.deleted,
    disableCorrelation: plan.values.disableCorrelation,
    eventDisablesCorrelation: context.event.disableCorrelation,
  });
}

/** Links stored files to their attributes; a changed attribute gets its new file. */
export async function insertFiles(
  context: WriteContext,
  planned: readonly PlannedAttribute[],
  ids: readonly (number | null)[],
): Promise<void> {
  const withFile = planned.flatMap((plan, index) => {
    const id = ids[index];
    return plan.file && id ? [{ id, file: plan.file, audienceId: plan.audienceId }] : [];
  });
  if (withFile.length === 0) return;
  await context.tx.execute(
    `insert into visible_attachments (attribute_id, event_id, sha256, size, audience_id)
     select f.id, $1, f.sha256, f.size, f.audience_id
     from unnest($2::bigint[], $3::bytea[], $4::bigint[], $5::integer[]) as f (id, sha256, size, audience_id)
     on conflict (attribute_id) do update set sha256 = excluded.sha256, size = excluded.size`,
    [
      context.event.id,
      withFile.map((entry) => entry.id),
      withFile.map((entry) => entry.file.sha256),
      withFile.map((entry) => entry.file.size),
      withFile.map((entry) => entry.audienceId),
    ],
  );
}
