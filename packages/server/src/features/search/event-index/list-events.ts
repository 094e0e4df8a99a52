import type { Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { readBoolean } from '../../../http/lenient.ts';
import type { Reading } from '../rest-search/held-transaction.ts';
import { judgeMatches } from '../rest-search/page-sql.ts';
import { countRows } from '../rest-search/recent-counts.ts';
import { resolveNames } from '../rest-search/resolve.ts';
import { bindParameters, type ParameterBinding } from '../rest-search/sql-text.ts';
import { eventWhere } from '../rest-search/where.ts';
import { writeIndexCsv } from './index-csv.ts';
import { type IndexParameters, readIndexCriteria } from './index-parameters.ts';
import { type IndexRow, indexBatches, indexRowsSql, indexWires, minimalWire } from './rows.ts';
import { byId, newestFirst, readCursor, readSort, type Sort, writeCursor } from './sort.ts';

/** The head of events/index: X-Result-Count. */
export interface IndexHead {
  readonly total: number;
}

/** events/index as JSON (a bare list) or CSV: everything unless a limit is given. */
export async function listEvents(
  tx: Transaction,
  viewer: Viewer,
  parameters: IndexParameters,
  nowSeconds: number,
  format: 'json' | 'csv' = 'json',
): Promise<Reading<IndexHead>> {
  const sort = readSort(parameters, byId);
  const limit = readNumber(parameters, 'limit') ?? 0;
  const page = Math.max(1, readNumber(parameters, 'page') ?? 1);
  const { where, binding } = await readWhere(tx, viewer, parameters, nowSeconds);
  const total = await countRows(tx, { from: FROM, where }, binding.values);
  const window =
    limit > 0
      ? ` limit ${binding.bind(limit, 'bigint')} offset ${binding.bind(Math.min((page - 1) * limit, 1e15), 'bigint')}`
      : '';
  const sql = sortedSql(sort, { where, window });
  const batches = indexBatches(tx, sql, binding.values);
  if (format === 'csv') return { head: { total }, body: writeIndexCsv(wiresOf(tx, batches, false)) };
  return { head: { total }, body: writeList(wiresOf(tx, batches, readBoolean(parameters.get('minimal')) === true)) };
}

/** A page of the web client's event list. */
export interface EventPage {
  readonly events: Record<string, unknown>[];
  /** Exact up to 10,000; beyond that null, and `totalAtLeast` says how many there are at least. */
  readonly total: number | null;
  readonly totalAtLeast: number;
  /** Continues behind the last event; null at the end. */
  readonly nextCursor: string | null;
}

const COUNTED = 10_000;
const LONGEST_PAGE = 500;

/** One page of events by keyset: its cost does not grow with its depth. */
export async function pageOfEvents(
  tx: Transaction,
  viewer: Viewer,
  parameters: IndexParameters,
  nowSeconds: number,
): Promise<EventPage> {
  const sort = readSort(parameters, newestFirst);
  const limit = Math.min(LONGEST_PAGE, Math.max(1, readNumber(parameters, 'limit') ?? 100));
  const text = parameters.get('cursor');
  const cursor = typeof text === 'string' && text !== '' ? readCursor(sort, text) : null;
  const { where, binding } = await readWhere(tx, viewer, parameters, nowSeconds);
  const counted = cursor?.total ?? (await countUpTo(tx, where, binding, COUNTED + 1));
  const { areFew } = await judgeMatches(tx, { from: FROM, where }, [...binding.values]);
  const sign = sort.descending ? '<' : '>';
  const behind = cursor
    ? ` where (f.k, f.id) ${sign} (${binding.bind(cursor.value, sort.column.type)}, ${binding.bind(cursor.id, 'bigint')})`
    : '';
  const window = ` limit ${binding.bind(limit + 1, 'bigint')}`;
  const found = await tx.query<IndexRow>(
    sortedSql(sort, { where, window, behind, sortFirst: areFew && where !== 'true' }),
    binding.values,
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return {
    events: await indexWires(tx, rows),
    total: counted > COUNTED ? null : counted,
    totalAtLeast: Math.min(counted, COUNTED),
    nextCursor: hasMore ? writeCursor(sort, { value: last.sort_value, id: last.id, total: counted }) : null,
  };
}

const FROM = 'visible_events e';

/** The condition over `e` that the filters make. */
export async function readWhere(
  tx: Transaction,
  viewer: Viewer,
  parameters: IndexParameters,
  nowSeconds: number,
): Promise<{ where: string; binding: ParameterBinding }> {
  const criteria = readIndexCriteria(parameters, viewer, nowSeconds);
  const names = await resolveNames(tx, criteria);
  const binding = bindParameters();
  return { where: eventWhere({ criteria, names, bind: binding.bind, deletedOnlyOf: null }), binding };
}

/** The parts of a statement that lists events. */
interface ListClauses {
  readonly where: string;
  /** Limit and offset; '' for all. */
  readonly window: string;
  /** What a page comes behind of. */
  readonly behind?: string;
  /** As in `pageIds`: rare matches are sorted, not looked for along an index. */
  readonly sortFirst?: boolean;
}

function sortedSql(sort: Sort, { where, window, behind = '', sortFirst = false }: ListClauses): string {
  const direction = sort.descending ? 'desc' : 'asc';
  const ids = `select f.id, f.k from (select e.id, ${sort.column.sql} as k from ${FROM}${sort.column.join ?? ''} where ${where}${
    sortFirst ? ' offset 0' : ''
  }) f${behind} order by f.k ${direction}, f.id ${direction}${window}`;
  return indexRowsSql(ids, direction);
}

async function countUpTo(tx: Transaction, where: string, { values }: ParameterBinding, most: number): Promise<number> {
  const row = await tx.first<{ n: number }>(
    `select count(*) as n from (select 1 from ${FROM} where ${where} limit ${most}) f`,
    values,
  );
  return row?.n ?? 0;
}

async function* wiresOf(
  tx: Transaction,
  batches: AsyncIterable<IndexRow[]>,
  minimal: boolean,
): AsyncGenerator<Record<string, unknown>[]> {
  for await (const rows of batches) yield minimal ? rows.map(minimalWire) : await indexWires(tx, rows);
}

async function* writeList(batches: AsyncIterable<readonly Record<string, unknown>[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const wires of batches) {
    if (wires.length === 0) continue;
    yield separator + wires.map((wire) => JSON.stringify(wire)).join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** A whole number, null where none is given. Throws `BadRequest`. */
export function readNumber(parameters: IndexParameters, name: string): number | null {
  const value = parameters.get(name);
  if (value === undefined || value === null || value === '' || value === false) return null;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (!/^-?\d{1,12}$/.test(text)) throw new BadRequest(`${name} takes a whole number.`);
  return Number(text);
}
