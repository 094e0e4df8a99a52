import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { EventRow } from '../../api/event-rows.ts';
import { type RowFacts, rowFactsQuery } from '../../api/row-facts.ts';

/** Rows that are looked up in one call. */
const chunkSize = 200;

/**
 * What is looked up about the attributes that have been on screen: chunk by chunk as one scrolls, so that a large
 * event costs what is looked at. `onVisible` takes the last place on screen.
 */
export function useRowFacts(
  eventId: string,
  rows: readonly EventRow[],
): { readonly facts: RowFacts; readonly onVisible: (lastIndex: number) => void } {
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set([0]));
  const onVisible = useCallback((lastIndex: number) => {
    const chunk = Math.floor(lastIndex / chunkSize);
    setSeen((current) => (current.has(chunk) ? current : new Set([...current, chunk])));
  }, []);
  const chunks = useMemo(
    () =>
      [...seen]
        .map((chunk) =>
          rows
            .slice(chunk * chunkSize, (chunk + 1) * chunkSize)
            .flatMap((row) => (row.kind === 'attribute' ? [row.id] : [])),
        )
        .filter((ids) => ids.length > 0),
    [seen, rows],
  );
  const facts = useQueries({
    queries: chunks.map((ids) => rowFactsQuery(eventId, ids)),
    combine: (answers) => Object.assign({}, ...answers.map((answer) => answer.data ?? {})) as RowFacts,
  });
  return { facts, onVisible };
}
