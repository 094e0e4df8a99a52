import { copyRows } from '../rest-search/copy-rows.ts';
import { type ExportSearch, exportSource } from './export-search.ts';
import { exportRows } from './rows.ts';

/** Attribute types by the half of their values that is wanted. */
export interface WantedParts {
  readonly value1: readonly string[];
  readonly value2: readonly string[];
}

/**
 * Halves of values of some types, each once, in the order of their first occurrence. PostgreSQL does it and goes to
 * disk where they are many; only where attributes are left out by what is computed here, they are remembered.
 */
export async function* readDistinctParts(search: ExportSearch, parts: WantedParts): AsyncGenerator<string[]> {
  const { tx } = search;
  if (search.listed !== null || search.decay?.excludeDecayed) {
    yield* remembered(search, parts);
    return;
  }
  const types = (list: readonly string[]) => `any (${tx.literal(list)}::text[])`;
  const { from, where, order } = exportSource(search, { flat: true, withEvent: false });
  const place = order === 'a.id' ? order : `row_number() over (order by ${order})`;
  const half = `case when a.type = ${types(parts.value2)} then a.value2 else a.value1 end`;
  const sql = `select f.value from (select ${half} as value, ${place} as place from ${from}
    where ${where} and a.type = ${types([...parts.value1, ...parts.value2])}) f
    where f.value <> '' group by f.value order by min(f.place)`;
  for await (const rows of copyRows(tx.copyOut(sql))) yield rows.map(([value]) => value ?? '');
}

async function* remembered(search: ExportSearch, parts: WantedParts): AsyncGenerator<string[]> {
  const seen = new Set<string>();
  const types = [...parts.value1, ...parts.value2];
  for await (const rows of exportRows(search, { types, flat: true })) {
    const values = rows.map(({ type, value1, value2 }) => (parts.value2.includes(type) ? value2 : value1));
    yield values.filter((value) => value !== '' && !seen.has(value) && seen.add(value));
  }
}
