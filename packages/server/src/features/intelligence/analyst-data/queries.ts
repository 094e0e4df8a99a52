import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import type { AnalystKind, AnalystRow } from './rows.ts';

/** A row that has no id yet. */
export type NewAnalystRow = Omit<AnalystRow, 'id'>;

/** A visible entry by id or uuid, of one kind or of any. */
export function findAnalystRow(
  tx: Transaction,
  kind: AnalystKind | null,
  key: { id: number } | { uuid: string },
  options: { lock?: boolean } = {},
): Promise<AnalystRow | null> {
  const [column, value] = 'id' in key ? ['id', key.id] : ['uuid', key.uuid];
  return tx.first<AnalystRow>(
    `select * from visible_analyst_data where ${column} = $1 and ($2::text is null or kind = $2)
     ${options.lock ? 'for update' : ''}`,
    [value, kind],
  );
}

/** Visible entries about these uuids, oldest first, by the index on what they are about. */
export function findByObjects(tx: Transaction, objectUuids: readonly string[]): Promise<AnalystRow[]> {
  return tx.prepared<AnalystRow>(
    'select * from visible_analyst_data where object_uuid = any ($1::uuid[]) order by object_uuid, id',
    [objectUuids],
  );
}

/** True when there is any entry at all, visible or not: an instance without is spared the look-ups. */
export async function hasAnalystData(tx: Transaction): Promise<boolean> {
  const [row] = await tx.prepared<{ any: boolean }>('select any_analyst_data() as any');
  return row?.any ?? false;
}

/** What a list of entries is restricted to; null: not by this. */
export interface AnalystFilter {
  kind: AnalystKind;
  uuids: readonly string[] | null;
  objectUuids: readonly string[] | null;
  objectType: string | null;
}

/** Visible entries of a kind behind `afterId`, in the order of their ids. */
export function listAnalystRows(
  tx: Transaction,
  filter: AnalystFilter,
  page: { afterId: number; limit: number },
): Promise<AnalystRow[]> {
  return tx.query<AnalystRow>(
    `select * from visible_analyst_data where kind = $1 and id > $2
       and ($3::uuid[] is null or uuid = any ($3::uuid[])) and ($4::uuid[] is null or object_uuid = any ($4::uuid[]))
       and ($5::text is null or object_type = $5)
     order by id limit $6`,
    [filter.kind, page.afterId, filter.uuids, filter.objectUuids, filter.objectType, page.limit],
  );
}

const COLUMNS = {
  uuid: 'uuid',
  kind: 'text',
  object_uuid: 'uuid',
  object_type: 'text',
  authors: 'text',
  org_id: 'bigint',
  orgc_id: 'bigint',
  created: 'timestamptz',
  modified: 'timestamptz',
  distribution: 'smallint',
  sharing_group_id: 'bigint',
  locked: 'boolean',
  note: 'text',
  language: 'text',
  opinion: 'integer',
  comment: 'text',
  relationship_type: 'text',
  related_object_uuid: 'uuid',
  related_object_type: 'text',
  audience_id: 'integer',
} as const satisfies Record<keyof NewAnalystRow, string>;
const NAMES = Object.keys(COLUMNS) as (keyof NewAnalystRow)[];

/** Inserts entries in the order given; those whose uuid is taken are missing from the answer. */
export function insertAnalystRows(tx: Transaction, rows: readonly NewAnalystRow[]): Promise<AnalystRow[]> {
  const parameters = NAMES.map((name, index) => `$${index + 1}::${COLUMNS[name]}[]`).join(', ');
  // The new row may be under an audience that the writer does not belong to: a note of another organisation.
  return tx.elevated('notes that a peer brings for others', () =>
    tx.query<AnalystRow>(
      `insert into analyst_data (${NAMES.join(', ')})
       select ${NAMES.join(', ')} from unnest(${parameters}) with ordinality as i (${NAMES.join(', ')}, place)
       order by place on conflict (uuid) do nothing returning *`,
      NAMES.map((name): SqlValue => rows.map((row): SqlValue => row[name])),
    ),
  );
}

/** Stores the changeable columns of an entry; false when the viewer does not see it. */
export async function updateAnalystRow(tx: Transaction, row: AnalystRow): Promise<boolean> {
  const updated = await tx.execute(
    `update visible_analyst_data set authors = $2, modified = $3, distribution = $4, sharing_group_id = $5, note = $6,
       language = $7, opinion = $8, comment = $9, relationship_type = $10, locked = $11, audience_id = $12 where id = $1`,
    [
      row.id,
      row.authors,
      row.modified,
      row.distribution,
      row.sharing_group_id,
      row.note,
      row.language,
      row.opinion,
      row.comment,
      row.relationship_type,
      row.locked,
      row.audience_id,
    ],
  );
  return updated > 0;
}

/** Those of the uuids that are stored, whoever sees them. */
export async function findStoredUuids(tx: Transaction, uuids: readonly string[]): Promise<Map<string, AnalystRow>> {
  const rows = await tx.elevated('a uuid that is taken is taken for everybody', () =>
    tx.query<AnalystRow>('select * from analyst_data where uuid = any ($1::uuid[])', [uuids]),
  );
  return new Map(rows.map((row) => [row.uuid, row]));
}

/** Those of the uuids that were deleted here and must not come back. */
export async function findBlockedUuids(tx: Transaction, uuids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.elevated('the blocklist is nobody’s to read', () =>
    tx.query<{ uuid: string }>(
      'select analyst_data_uuid as uuid from analyst_data_blocklists where analyst_data_uuid = any ($1::uuid[])',
      [uuids],
    ),
  );
  return new Set(rows.map((row) => row.uuid));
}

/** Removes an entry and, unless told otherwise, keeps it from coming back. */
export async function deleteAnalystRow(
  tx: Transaction,
  row: AnalystRow,
  block: { info: string } | null,
): Promise<void> {
  await tx.execute('delete from visible_analyst_data where id = $1', [row.id]);
  if (block === null) return;
  await tx.elevated('blocklist of deleted notes', () =>
    tx.execute(
      `insert into analyst_data_blocklists (analyst_data_uuid, analyst_data_info, analyst_data_orgc)
       select $1, $2, coalesce((select name from organisations where id = $3), '')
       on conflict (analyst_data_uuid) do nothing`,
      [row.uuid, block.info, row.orgc_id],
    ),
  );
}
