import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import type { BlocklistKind } from './kinds.ts';

// Names of tables and columns come from kinds.ts alone; values are always bound.

/** An entry; the kind's own columns beside these. */
export interface BlocklistRow {
  id: number;
  created: Date;
  comment: string;
  blocked_amount?: number;
  blocked_last_time?: number | null;
  [column: string]: unknown;
}

/**
 * Entries after `afterId`, by id, at most `limit`. As system: blocklists are the administrators', who were admitted
 * before.
 */
export function selectEntries(
  tx: Transaction,
  kind: BlocklistKind,
  { conditions, values }: { conditions: readonly string[]; values: readonly SqlValue[] },
  { afterId, limit, offset }: { afterId: number; limit: number; offset: number },
): Promise<BlocklistRow[]> {
  return tx.query<BlocklistRow>(
    `select * from ${kind.table} b where ${[`b.id > ${Number(afterId)}`, ...conditions].join(' and ')}
     order by id limit ${Number(limit)} offset ${Number(offset)}`,
    values,
  );
}

/** Adds those of `uuids` that are not there yet; returns them with their ids. */
export function insertEntries(
  tx: Transaction,
  kind: BlocklistKind,
  uuids: readonly string[],
  texts: readonly string[],
): Promise<{ id: number; uuid: string }[]> {
  const columns = ['comment', ...kind.textColumns];
  const placeholders = columns.map((_, index) => `$${index + 2}`);
  return tx.query(
    `insert into ${kind.table} (${kind.uuidColumn}, ${columns.join(', ')})
     select uuid, ${placeholders.join(', ')} from unnest($1::uuid[]) uuid
     on conflict (${kind.uuidColumn}) do nothing returning id, ${kind.uuidColumn} as uuid`,
    [uuids, ...texts],
  );
}

/** The entry with this id or uuid, locked. */
export function lockEntry(
  tx: Transaction,
  kind: BlocklistKind,
  which: { id: number } | { uuid: string },
): Promise<BlocklistRow | null> {
  const [column, value] = 'id' in which ? ['id', which.id] : [kind.uuidColumn, which.uuid];
  return tx.first<BlocklistRow>(`select * from ${kind.table} where ${column} = $1 for update`, [value]);
}

/** Changes texts of an entry, named by the columns of its kind and never by a client; what it blocks stays. */
export async function updateEntry(
  tx: Transaction,
  kind: BlocklistKind,
  id: number,
  values: Readonly<Record<string, string>>,
): Promise<BlocklistRow> {
  const columns = Object.keys(values);
  const row = await tx.first<BlocklistRow>(
    `update ${kind.table} set ${columns.map((column, index) => `${column} = $${index + 2}`).join(', ')}
     where id = $1 returning *`,
    [id, ...Object.values(values)],
  );
  if (row === null) throw new Error('the locked entry is gone');
  return row;
}

/** What it blocked may come in again. */
export async function deleteEntry(tx: Transaction, kind: BlocklistKind, id: number): Promise<void> {
  await tx.execute(`delete from ${kind.table} where id = $1`, [id]);
}

/** True when the event's uuid is blocked. Uses the unique index. */
export async function isEventBlocked(tx: Transaction, uuid: string): Promise<boolean> {
  return (await tx.first('select 1 from event_blocklists where event_uuid = $1', [uuid])) !== null;
}

/** True when the organisation is on the list; the entry counts that it refused something. */
export async function countRefusal(
  tx: Transaction,
  table: 'org_blocklists' | 'sighting_blocklists',
  organisationUuid: string,
  nowSeconds: number,
): Promise<boolean> {
  const touched = await tx.execute(
    `update ${table} set blocked_amount = blocked_amount + 1, blocked_last_time = $2 where org_uuid = $1`,
    [organisationUuid, nowSeconds],
  );
  return touched > 0;
}
