import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type RelatedCounts, relatedCountsQuery } from '../../api/events.ts';

interface Page {
  readonly events: readonly { readonly id: string }[];
}

const NO_PAGES: readonly Page[] = [];

/** How many events are related to each of the list, page by page as they come; empty until the first are counted. */
export function useRelatedCounts(pages: readonly Page[] = NO_PAGES): RelatedCounts {
  const lists = useMemo(
    () => pages.map((page) => page.events.map(({ id }) => id)).filter((ids) => ids.length > 0),
    [pages],
  );
  return useQueries({ queries: lists.map(relatedCountsQuery), combine });
}

const combine = (answers: readonly { readonly data: RelatedCounts | undefined }[]): RelatedCounts =>
  Object.assign({}, ...answers.map(({ data }) => data ?? {}));
