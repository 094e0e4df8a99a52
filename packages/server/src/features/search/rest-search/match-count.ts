import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { generousBounds, type PageBounds, usualBounds } from './page-bounds.ts';
import { expected, type PageSource } from './page-sql.ts';
import { countRows } from './recent-counts.ts';

/** How many rows a search finds: exactly, or at least so many. */
export interface MatchCount {
  readonly total: number;
  readonly isExact: boolean;
}

/** Counts rows of a condition; null where it is not worth it. */
export type CountRows = (
  tx: Transaction,
  source: Pick<PageSource, 'from' | 'where'>,
  values: readonly SqlValue[],
) => Promise<number | null>;

/**
 * Counts the matches up to a bound, and not at all where that takes a look at much more than them. What is told then is
 * a number below the real one.
 */
export async function countBounded(
  tx: Transaction,
  { from, where }: Pick<PageSource, 'from' | 'where'>,
  values: readonly SqlValue[],
  { countedRows, countCost }: Pick<PageBounds, 'countedRows' | 'countCost'> = usualBounds,
): Promise<MatchCount> {
  const sql = `select 1 from ${from} where ${where} limit ${countedRows + 1}`;
  if ((await expected(tx, sql, values)).cost > countCost) return { total: 0, isExact: false };
  const total = await countRows(tx, { from: `(${sql}) f`, where: 'true' }, values);
  return { total, isExact: total <= countedRows };
}

/** The same as a number, where it is exact. */
export const countIfCheap: CountRows = async (tx, source, values) => {
  const { total, isExact } = await countBounded(tx, source, values);
  return isExact ? total : null;
};

/** The same of what carries excluded tags: should nothing be left, a walk over the table to find that takes much longer. */
export const countIfFew: CountRows = async (tx, source, values) => {
  const { total, isExact } = await countBounded(tx, source, values, generousBounds);
  return isExact ? total : null;
};
