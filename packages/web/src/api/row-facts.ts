import { queryOptions } from '@tanstack/react-query';
import { post } from './client.ts';
import type { CacheSource } from './event-pictures.ts';

/** What the server looks up about an attribute that is on screen. */
export interface RowFact {
  readonly correlations?: {
    readonly count: number;
    readonly events: readonly {
      readonly id: string;
      readonly info: string;
      readonly date: string;
      readonly attribute_uuid: string;
    }[];
  };
  /** More attributes have the value than correlations are shown for. */
  readonly over_correlating?: boolean;
  readonly Feed?: readonly CacheSource[];
  readonly Server?: readonly CacheSource[];
  readonly decay_score?: readonly {
    readonly score: number;
    readonly decayed: boolean;
    readonly DecayingModel: { readonly id: string; readonly name: string };
  }[];
  /** Proposals that wait for a decision. */
  readonly proposals?: number;
}

/** What is known about attributes beside themselves, by their ids. */
export type RowFacts = Readonly<Record<string, RowFact>>;

/** Correlations, cache hits, scores and waiting proposals of up to 500 attributes, by their ids. */
export const rowFactsQuery = (eventId: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ['event', eventId, 'facts', ids],
    queryFn: () => post<RowFacts>(`/ui/eventRowFacts/${eventId}`, { ids }),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
