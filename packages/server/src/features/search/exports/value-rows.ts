import { hashTypes } from '@magpie/formats';
import { joinValue } from '@magpie/model';
import type { DecayWanted } from '../../knowledge/decaying/scoring.ts';
import type { WarningFinder } from '../../knowledge/warninglists/attribute-warnings.ts';
import { copyRows, type TextRow } from '../rest-search/copy-rows.ts';
import { type ExportSearch, exportSource } from './export-search.ts';
import { readScoredRows } from './scored-rows.ts';

/** A value and where it stands. */
export interface ValueRow {
  readonly type: string;
  readonly value1: string;
  readonly value2: string;
  /** Empty unless asked for. */
  readonly eventUuid: string;
}

/** The values of an export in its order, repeated as often as they occur; only those with a hash if so wanted. */
export async function* readValueRows(
  search: ExportSearch,
  { hashesOnly = false, withUuid = false }: { hashesOnly?: boolean; withUuid?: boolean } = {},
): AsyncGenerator<ValueRow[]> {
  const { tx, listed } = search;
  if (search.decay?.excludeDecayed) {
    yield* readUndecayed(search, search.decay);
    return;
  }
  const { from, where, order } = exportSource(search, { flat: true, withEvent: withUuid });
  const hashes = hashesOnly ? ` and a.type = any (${tx.literal(hashTypes)}::text[])` : '';
  const sql = `select a.type, a.value1, a.value2, ${withUuid ? 'e.uuid' : 'null'} from ${from} where ${where}${hashes} order by ${order}`;
  for await (const rows of copyRows(tx.copyOut(sql))) {
    const values = rows.map(([type, value1, value2, eventUuid]) => ({
      type: type ?? '',
      value1: value1 ?? '',
      value2: value2 ?? '',
      eventUuid: eventUuid ?? '',
    }));
    yield listed === null ? values : values.filter((value) => !listed.isListed({ ...value, toIds: false }));
  }
}

// As joinValue of the model.
const WHOLE_VALUE = `case when a.value2 = '' then a.value1 else a.value1 || '|' || a.value2 end`;

/**
 * The values of an export, each once, in the order of their first occurrence. PostgreSQL does it and goes to disk
 * where they are many, so that nothing has to be remembered here.
 */
export async function* readDistinctValues(search: ExportSearch): AsyncGenerator<string[]> {
  const { tx, listed } = search;
  if (search.decay?.excludeDecayed) {
    yield* distinct(readUndecayed(search, search.decay));
    return;
  }
  const { from, where, order } = exportSource(search, { flat: true, withEvent: false });
  const place = order === 'a.id' ? order : `row_number() over (order by ${order})`;
  const parts = listed === null ? '' : ', a.value1, a.value2, a.type';
  // What warninglists look at; no type has a comma.
  const judged = listed === null ? '' : `, min(f.value1), min(f.value2), string_agg(distinct f.type, ',')`;
  const sql = `select f.value${judged} from (
      select ${WHOLE_VALUE} as value, ${place} as place${parts} from ${from} where ${where}
    ) f group by f.value order by min(f.place)`;
  for await (const rows of copyRows(tx.copyOut(sql))) {
    const kept = listed === null ? rows : rows.filter((row) => !isListedAsAll(listed, row));
    yield kept.map(([value]) => value ?? '');
  }
}

/** A value is left out when it is listed for each of the types it is found with. */
function isListedAsAll(listed: WarningFinder, [, value1, value2, types]: TextRow): boolean {
  const judged = { value1: value1 ?? '', value2: value2 ?? '', toIds: false };
  return (types ?? '').split(',').every((type) => listed.isListed({ ...judged, type }));
}

/** Values of what no or not every model calls decayed. */
async function* readUndecayed(search: ExportSearch, decay: DecayWanted): AsyncGenerator<ValueRow[]> {
  const wanted = { event: true, tags: true, eventTags: true, objects: false, inheritTags: false };
  for await (const rows of readScoredRows(search, decay, wanted)) {
    const kept = search.listed === null ? rows : rows.filter((row) => !search.listed?.isListed(row));
    yield kept.map(({ type, value1, value2, event }) => ({ type, value1, value2, eventUuid: event.uuid }));
  }
}

// NOTE: remembers what it has seen. Scores are computed here, so that PostgreSQL cannot tell what is left.
async function* distinct(batches: AsyncIterable<ValueRow[]>): AsyncGenerator<string[]> {
  const seen = new Set<string>();
  for await (const rows of batches) {
    const values = rows.map(({ value1, value2 }) => joinValue(value1, value2));
    yield values.filter((value) => !seen.has(value) && seen.add(value));
  }
}
