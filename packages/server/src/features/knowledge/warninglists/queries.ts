import type { Transaction } from '../../../database/transaction.ts';
import type { WarninglistEntry, WarninglistType } from './compiled-list.ts';

/** A warninglist as stored. */
export interface WarninglistRow {
  id: number;
  name: string;
  type: WarninglistType;
  description: string;
  version: number;
  enabled: boolean;
  is_default: boolean;
  category: 'false_positive' | 'known';
  entry_count: number;
  changed: Date;
}

const columns = `w.id, w.name, w.type, w.description, w.version, w.enabled, w.is_default, w.category, w.entry_count, w.changed`;

/** Lists, newest first, with the attribute types they apply to. Some hundred rows. */
export function selectWarninglists(
  tx: Transaction,
  filter: { enabled: boolean | null; part: string | null },
): Promise<(WarninglistRow & { types: string[] })[]> {
  return tx.query(
    `select ${columns}, array(select t.type from warninglist_types t where t.warninglist_id = w.id order by t.id) as types
     from warninglists w
     where ($1::boolean is null or w.enabled = $1)
       and ($2::text is null or strpos(lower(w.name || ' ' || w.description || ' ' || w.type), lower($2)) > 0)
     order by w.id desc`,
    [filter.enabled, filter.part],
  );
}

/** One list. */
export function selectWarninglist(tx: Transaction, id: number): Promise<WarninglistRow | null> {
  return tx.first<WarninglistRow>(`select ${columns} from warninglists w where w.id = $1`, [id]);
}

/** Lists by id, or by name with `%` as wildcard. */
export function selectWarninglistsBy(
  tx: Transaction,
  ids: readonly number[],
  namePatterns: readonly string[],
): Promise<WarninglistRow[]> {
  return tx.query<WarninglistRow>(
    `select ${columns} from warninglists w
     where w.id = any ($1::bigint[]) or lower(w.name) like any (select lower(p) from unnest($2::text[]) as p) order by w.id`,
    [ids, namePatterns],
  );
}

/** A list's entries in batches; the largest list has a hundred thousand. */
export function selectEntries(
  tx: Transaction,
  warninglistId: number,
): AsyncIterable<(WarninglistEntry & { id: number })[]> {
  return tx.batches(
    'select id, value, comment from warninglist_entries where warninglist_id = $1 order by id',
    [warninglistId],
    5000,
  );
}

/** The first entries of the list of this name, enabled or not; none where there is no such list. */
export async function selectValuesOf(tx: Transaction, name: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ value: string }>(
    `select e.value from warninglist_entries e
     where e.warninglist_id = (select w.id from warninglists w where w.name = $1 order by w.id limit 1)
     order by e.id limit $2`,
    [name, limit],
  );
  return rows.map(({ value }) => value);
}

/** The attribute types a list applies to. */
export function selectTypes(tx: Transaction, warninglistId: number): Promise<{ id: number; type: string }[]> {
  return tx.query('select id, type from warninglist_types where warninglist_id = $1 order by id', [warninglistId]);
}

/** Counts up with every change of any list. */
export async function selectRevision(tx: Transaction): Promise<number> {
  const [row] = await tx.prepared<{ revision: number }>('select revision from warninglist_revision');
  return row?.revision ?? 0;
}

/** What decides whether a list's entries have to be read again; null when it is gone. */
export function selectChanged(tx: Transaction, id: number): Promise<Pick<WarninglistRow, 'type' | 'changed'> | null> {
  return tx.first('select type, changed from warninglists where id = $1', [id]);
}

const ENTRIES_IN_PAGE = 5000;

/** The entries of a list behind one of them, a page at once, along the primary key. */
export async function selectEntriesAfter(
  tx: Transaction,
  warninglistId: number,
  afterId: number,
): Promise<{ entries: (WarninglistEntry & { id: number })[]; hasMore: boolean }> {
  const entries = await tx.prepared<WarninglistEntry & { id: number }>(
    `select id, value, comment from warninglist_entries where warninglist_id = $1 and id > $2 order by id
     limit ${ENTRIES_IN_PAGE}`,
    [warninglistId, afterId],
  );
  return { entries, hasMore: entries.length === ENTRIES_IN_PAGE };
}
