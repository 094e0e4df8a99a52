import { hashTypes } from '@magpie/formats';
import { copyRows } from '../rest-search/copy-rows.ts';
import { type ExportSearch, exportSource } from './export-search.ts';

/** A value and where it stands. */
export interface ValueRow {
  readonly type: string;
  readonly value1: string;
  readonly value2: string;
  readonly eventUuid: string;
}

/** The values of an export in its order, repeated as often as they occur; only those with a hash if so wanted. */
export async function* readValueRows(
  search: ExportSearch,
  { hashesOnly = false }: { hashesOnly?: boolean } = {},
): AsyncGenerator<ValueRow[]> {
  const { tx } = search;
  const { from, where, order } = exportSource(search);
  const hashes = hashesOnly ? ` and a.type = any (${tx.literal(hashTypes)}::text[])` : '';
  const sql = `select a.type, a.value1, a.value2, e.uuid from ${from} where ${where}${hashes} order by ${order}`;
  for await (const rows of copyRows(tx.copyOut(sql))) {
    yield rows.map(([type, value1, value2, eventUuid]) => ({
      type: type ?? '',
      value1: value1 ?? '',
      value2: value2 ?? '',
      eventUuid: eventUuid ?? '',
    }));
  }
}

// As joinValue of the model.
const WHOLE_VALUE = `case when a.value2 = '' then a.value1 else a.value1 || '|' || a.value2 end`;

/**
 * The values of an export, each once, in the order of their first occurrence. PostgreSQL does it and goes to disk
 * where they are many, so that nothing has to be remembered here.
 */
export async function* readDistinctValues(search: ExportSearch): AsyncGenerator<string[]> {
  const { tx } = search;
  const { from, where, order } = exportSource(search);
  const place = order === 'a.id' ? order : `row_number() over (order by ${order})`;
  const sql = `select f.value from (select ${WHOLE_VALUE} as value, ${place} as place from ${from} where ${where}) f
    group by f.value order by min(f.place)`;
  for await (const rows of copyRows(tx.copyOut(sql))) yield rows.map(([value]) => value ?? '');
}
