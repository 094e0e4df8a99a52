import type { InfiniteData } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

interface Paged<Page> {
  readonly data: InfiniteData<Page> | undefined;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/**
 * Rows of a paged query as one list, with the total, and a callback that loads on until a place is there.
 * One page is fetched at a time; the callback runs again when it has arrived and more is on screen.
 */
export function useLoadedRows<Page extends { readonly totalAtLeast: number }, Row>(
  query: Paged<Page>,
  rowsOf: (page: Page) => readonly Row[],
): { readonly rows: readonly Row[]; readonly total: number; readonly loadUpTo: (index: number) => void } {
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rowsOf only picks a field
  const rows = useMemo(() => data?.pages.flatMap(rowsOf) ?? [], [data]);
  const total = hasNextPage ? Math.max(data?.pages[0]?.totalAtLeast ?? 0, rows.length) : rows.length;
  const loaded = rows.length;
  const loadUpTo = useCallback(
    (index: number) => {
      if (index + 20 >= loaded && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
    },
    [loaded, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage],
  );
  return { rows, total, loadUpTo };
}
