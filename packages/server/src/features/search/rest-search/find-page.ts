import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import type { Leading } from './leading-rows.ts';
import type { MatchCount } from './match-count.ts';
import { type PageBounds, usualBounds } from './page-bounds.ts';
import { countedPageIds, judgeMatches, type PageSource, pageIds } from './page-sql.ts';
import type { Page } from './parameters.ts';
import { countRows } from './recent-counts.ts';
import { bindParameters } from './sql-text.ts';

/** A page that is asked for. */
export interface PageRequest {
  readonly source: PageSource;
  readonly page: Page & { readonly limit: number };
  /** The parameters of the source's condition. */
  readonly bound: readonly SqlValue[];
  /** Nothing is asked for: every row is a match. */
  readonly isEverything: boolean;
  /** The view with the ids, where it holds so many that a beginning of it is looked through first. */
  readonly large: string | null;
  /** The events that the viewer sees, where they are few of all. */
  narrow(): Promise<readonly number[] | null>;
  /** The ids of the page, where the search has a way of its own to them; whether few matches are expected in all. */
  own(page: Page & { readonly limit: number }, areFew: boolean): Promise<readonly { id: number }[] | null>;
  /** What stands at the beginning of the order, where that is known. */
  leading(): Promise<Leading>;
  /** The number of matches where that is known without looking at them. */
  known(): Promise<number | null>;
  /** The number of matches, or some below it. */
  count(): Promise<MatchCount>;
}

/** The ids of a page in their order, and what is told of all matches. */
export interface FoundPage {
  readonly ids: readonly number[];
  /** Null behind a cursor. */
  readonly count: MatchCount | null;
  readonly hasMore: boolean;
}

/** Pages that end behind this many rows are not to be expected in it. */
const BEGINNING_ROWS = 20_000;

/**
 * Finds one page. Few matches are gathered and sorted, and so counted; of many, the rows are walked in their order until
 * the page is full. Those that lie at the far end of the table are found by a look at a beginning of it first.
 */
export async function findPage(
  tx: Transaction,
  request: PageRequest,
  bounds: PageBounds = usualBounds,
): Promise<FoundPage> {
  const { source, page, bound, isEverything } = request;
  const isKeyset = page.afterId !== null;
  const judged = isEverything || (page.afterId ?? 0) > 0 ? null : await judgeMatches(tx, source, bound, bounds);
  if (judged?.areCheap && !isKeyset) return sortedPage(tx, request);
  const events = await request.narrow();
  if (events !== null) return narrowPage(tx, request, events);
  const known = isKeyset ? null : await request.known();
  if (known !== null && known <= page.offset) {
    return { ids: [], count: { total: known, isExact: true }, hasMore: false };
  }
  const wanted = { ...page, limit: page.limit + 1 };
  const early =
    (await request.own(wanted, judged?.areFew ?? false)) ??
    (await idsThatLead(tx, request, wanted)) ??
    (judged?.areFew && !judged.areCheap ? await idsOfBeginning(tx, request, wanted, bounds) : null);
  const { bind, values } = bindParameters(bound);
  const found =
    early ?? (await tx.query<{ id: number }>(pageIds(source, wanted, judged?.areFew ?? false, bind), values));
  const ids = found.slice(0, page.limit).map(({ id }) => id);
  const hasMore = found.length > page.limit;
  if (isKeyset) return { ids, count: null, hasMore };
  return { ids, count: await countOf(request, { found: found.length, known, hasMore }), hasMore };
}

async function sortedPage(tx: Transaction, { source, page, bound }: PageRequest): Promise<FoundPage> {
  const { bind, values } = bindParameters(bound);
  const found = await tx.query<{ id: number; total: number }>(countedPageIds(source, page, bind), values);
  const total = found[0]?.total ?? (page.offset === 0 ? 0 : await countRows(tx, source, bound));
  const ids = found.map(({ id }) => id);
  return { ids, count: { total, isExact: true }, hasMore: page.offset + ids.length < total };
}

/** The page of what stands in some events. */
async function narrowPage(tx: Transaction, request: PageRequest, events: readonly number[]): Promise<FoundPage> {
  const { source, page, bound } = request;
  const { bind, values } = bindParameters(bound);
  const where = `${source.where} and ${source.id.slice(0, -'id'.length)}event_id = any (${bind(events, 'bigint[]')})`;
  const narrowed = { ...request, source: { ...source, where }, bound: [...values] };
  if (page.afterId === null) return sortedPage(tx, narrowed);
  const wanted = { ...page, limit: page.limit + 1 };
  const found = await tx.query<{ id: number }>(pageIds(narrowed.source, wanted, true, bind), values);
  const ids = found.slice(0, page.limit).map(({ id }) => id);
  return { ids, count: null, hasMore: found.length > page.limit };
}

/** The page, if what leads its order fills it. */
async function idsThatLead(
  tx: Transaction,
  { source, bound, leading }: PageRequest,
  page: PageRequest['page'],
): Promise<readonly { id: number }[] | null> {
  const end = page.offset + page.limit;
  if (page.afterId !== null || end > BEGINNING_ROWS) return null;
  const found: { id: number }[] = [];
  const { rows, areAll } = await leading();
  for (const { condition, areAlike } of rows) {
    const order = areAlike ? { ...source.order, terms: source.order.terms.slice(1) } : source.order;
    const { bind, values } = bindParameters(bound);
    const where = `${source.where} and ${condition(bind)}`;
    const wanted = { limit: end - found.length, offset: 0, afterId: null };
    found.push(...(await tx.query<{ id: number }>(pageIds({ ...source, where, order }, wanted, false, bind), values)));
    if (found.length === end) return found.slice(page.offset);
  }
  return areAll ? found.slice(page.offset) : null;
}

/** The page, if the beginning of the table fills it. */
async function idsOfBeginning(
  tx: Transaction,
  { source, large, bound }: PageRequest,
  page: PageRequest['page'],
  { beginning }: PageBounds,
): Promise<readonly { id: number }[] | null> {
  if (large === null || !source.order.byId || page.afterId !== null || page.offset + page.limit > BEGINNING_ROWS) {
    return null;
  }
  const first = await tx.first<{ id: number }>(`select id from ${large} order by id limit 1`);
  const { bind, values } = bindParameters(bound);
  // As a number of the statement, so that the planner knows how small a part it is.
  const where = `${source.where} and ${source.id} < ${bind((first?.id ?? 0) + beginning, 'bigint')}`;
  const found = await tx.query<{ id: number }>(pageIds({ ...source, where }, page, false, bind), values);
  return found.length === page.limit ? found : null;
}

/** The last page tells the total by itself. */
async function countOf(
  request: PageRequest,
  { found, known, hasMore }: { found: number; known: number | null; hasMore: boolean },
): Promise<MatchCount> {
  const end = request.page.offset + found;
  if (!hasMore && (found > 0 || request.page.offset === 0)) return { total: end, isExact: true };
  if (known !== null) return { total: known, isExact: true };
  const count = await request.count();
  // Behind the last page there are fewer than where it begins.
  return count.isExact || found === 0 ? count : { total: Math.max(count.total, end), isExact: false };
}
