import { actorValues } from '../../../changes/changes.ts';
import { arrayLiteral } from '../../../database/array-literal.ts';
import type { SqlValue } from '../../../database/transaction.ts';
import type { Half } from '../../search/correlations/related-ahead.ts';
import type { WriteContext } from '../events/write-context.ts';
import { type PlannedAttribute, sameAttributeKey } from './plan.ts';
import { correlationMode, valueDigest } from './value-digest.ts';

/** Rows of one statement: large enough to amortise the round trip, small enough to bound memory. */
const BATCH_ROWS = 5000;

/** MISP's text for a value that the event has already; clients look for it. */
export const DUPLICATE = 'A similar attribute already exists for this event.';

/** MISP's text for the uuid of something else. */
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
  context.kept?.add(context.event.id, planned, ids);
  return ids;
}

// What each attribute has for itself, and what attributes of one batch mostly share.
const OWN = [
  ...['uuid uuid', 'category text', 'type text', 'value1 text', 'value2 text', 'to_ids boolean', 'comment text'],
  ...['h1 bigint', 'h2 bigint', 'correlates smallint'],
];
const SHARED = [
  ...[
    'object_id bigint',
    'object_relation text',
    'timestamp bigint',
    'distribution smallint',
    'sharing_group_id bigint',
  ],
  ...['deleted boolean', 'disable_correlation boolean', 'first_seen bigint', 'last_seen bigint', 'audience_id integer'],
];
const nameOf = (column: string) => column.slice(0, column.indexOf(' '));
const typeOf = (column: string) => column.slice(column.indexOf(' ') + 1);

// A uuid that the client chose may be taken; one that was made here cannot, and checking it costs a tenth of the insert.
// Taking apart an array costs as much as an index, so what the whole batch shares comes once.
function insertStatement({ mayConflict, sharing }: { mayConflict: boolean; sharing: boolean }): string {
  const parameter = (index: number) => `$${index + 7}`;
  const lists = sharing ? OWN : [...OWN, ...SHARED];
  const arrays = lists.map((column, index) => `${parameter(index)}::${typeOf(column)}[]`);
  const once = SHARED.map((column, index) =>
    sharing ? `${parameter(index + OWN.length)}::${typeOf(column)}` : nameOf(column),
  );
  const own = OWN.map(nameOf).join(', ');
  return `with made as (
    insert into visible_attributes (event_id, ${own}, ${SHARED.map(nameOf).join(', ')})
    select $6::bigint, ${own}, ${once.join(', ')}
    from unnest(${arrays.join(', ')}) with ordinality as i (${lists.map(nameOf).join(', ')}, n) order by n
    ${mayConflict ? 'on conflict (uuid) do nothing' : ''}
    returning id, uuid, object_id, category, type, value1, value2, to_ids, comment, distribution
  ), logged as (
    insert into changes (request_id, user_id, org_id, auth_key_id, ip, model, model_id, model_uuid, event_id, action, title, after)
    select $1, $2, $3, $4, $5, 'MispAttribute', id, uuid, $6, 'add', category || '/' || type || ' ' || left(value1, 200),
      jsonb_build_object('type', type, 'category', category, 'value1', value1, 'value2', value2, 'to_ids', to_ids,
        'comment', comment, 'distribution', distribution, 'object_id', object_id)
    from made
  )
  select id, uuid from made`;
}

const INSERT = {
  anyUuid: {
    apart: insertStatement({ mayConflict: true, sharing: false }),
    sharing: insertStatement({ mayConflict: true, sharing: true }),
  },
  ownUuids: {
    apart: insertStatement({ mayConflict: false, sharing: false }),
    sharing: insertStatement({ mayConflict: false, sharing: true }),
  },
};

type Cell = string | number | boolean | null;

/** Values of the columns `SHARED`. */
function sharedValues({ values, ...plan }: PlannedAttribute): Cell[] {
  return [
    ...[plan.objectId, values.objectRelation, plan.timestamp, values.distribution, plan.sharingGroupId],
    ...[values.deleted, values.disableCorrelation, values.firstSeen, values.lastSeen, plan.audienceId],
  ];
}

async function insertBatch(context: WriteContext, batch: readonly PlannedAttribute[]): Promise<(number | null)[]> {
  const column = (read: (plan: PlannedAttribute) => Cell) => arrayLiteral(batch.map(read));
  const shared = batch.map(sharedValues);
  const first = shared[0] ?? [];
  const sharing = shared.every((row) => row.every((value, index) => value === first[index]));
  const h1 = batch.map((plan) => valueDigest(plan.values.value1));
  const h2 = batch.map((plan) => (plan.values.value2 === '' ? null : valueDigest(plan.values.value2)));
  const correlates = batch.map((plan) => correlatesOf(context, plan));
  context.ahead?.add(halvesOf(batch, { h1, h2, correlates }));
  const values: SqlValue[] = [
    ...actorValues(context.viewer),
    context.event.id,
    column((plan) => plan.uuid),
    column((plan) => plan.values.category),
    column((plan) => plan.values.type),
    column((plan) => plan.values.value1),
    column((plan) => plan.values.value2),
    column((plan) => plan.values.toIds),
    column((plan) => plan.values.comment),
    ...[arrayLiteral(h1), arrayLiteral(h2), arrayLiteral(correlates)],
    ...(sharing ? first : SHARED.map((_, index) => arrayLiteral(shared.map((row) => row[index] ?? null)))),
  ];
  const statements = batch.some((plan) => plan.values.uuid !== null) ? INSERT.anyUuid : INSERT.ownUuids;
  const rows = await context.tx.prepared<{ id: number; uuid: string }>(
    sharing ? statements.sharing : statements.apart,
    values,
  );
  if (rows.length < batch.length) context.ahead?.spoil();
  const idOf = new Map(rows.map((row) => [row.uuid, row.id]));
  return batch.map((plan) => idOf.get(plan.uuid) ?? null);
}

/** What correlation goes by: the first halves, and the second ones where these take part. */
function halvesOf(
  batch: readonly PlannedAttribute[],
  { h1, h2, correlates }: { h1: readonly string[]; h2: readonly (string | null)[]; correlates: readonly number[] },
): Half[] {
  return batch.flatMap(({ values }, index) => {
    const [first, second] = [h1[index], h2[index] ?? null];
    if (correlates[index] === 0 || first === undefined) return [];
    const half = { h: first, text: values.value1 };
    return correlates[index] === 2 && second !== null ? [half, { h: second, text: values.value2 }] : [half];
  });
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
