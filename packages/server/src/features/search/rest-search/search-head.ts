import type { MatchCount } from './match-count.ts';

/** What is known before the first row is sent. */
export interface SearchHead {
  /** Matches in all, or where `isAtLeast` some below that; null when only a keyset page was asked for. */
  readonly total: number | null;
  readonly isAtLeast?: boolean;
  /** Of keyset pages, and where the total is not known: whether rows follow. */
  readonly hasMore: boolean | null;
  /** Of the answer: rows that warninglists or decaying models took out. Without it none can have been. */
  readonly leftOut?: LeftOut;
}

/** Counts while rows are written; right once `isWhole`, which the head of a long answer does not wait for. */
export interface LeftOut {
  count: number;
  isWhole: boolean;
}

/** The headers that tell of the matches in all. */
export function countHeaders({ total, isAtLeast, hasMore }: SearchHead): Record<string, string> {
  return {
    ...(total === null ? {} : { 'x-result-count': String(total) }),
    ...(isAtLeast ? { 'x-result-count-exact': '0' } : {}),
    ...(hasMore === null ? {} : { 'x-has-more': hasMore ? '1' : '0' }),
  };
}

/** What is told of a count; of one that is not exact, that there are `seen` at least. */
export function headOf({ total, isExact }: MatchCount, seen = 0, hasMore = true): SearchHead {
  return isExact ? { total, hasMore: null } : { total: Math.max(total, seen), isAtLeast: true, hasMore };
}
