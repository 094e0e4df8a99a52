import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { Attribute } from './wire.ts';

/** The event's correlating attributes and the events they meet. */
export interface CorrelationPage {
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: 'event' | 'attribute';
    readonly info?: string;
    readonly date?: string;
    /** The organisation that made the event. */
    readonly orgc?: string;
    readonly type?: string;
    readonly value?: string;
  }[];
  readonly links: readonly { readonly source: string; readonly target: string; readonly attribute_id?: string }[];
  readonly next: string | null;
}

/** Correlations of an event, in pages of 500 attributes. */
export const correlationsQuery = (eventId: string) =>
  infiniteQueryOptions({
    queryKey: ['event', eventId, 'correlations'],
    queryFn: ({ pageParam, signal }) =>
      get<CorrelationPage>(
        `/correlations/graph/${eventId}${pageParam === '' ? '' : `/after:${pageParam}`}.json`,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** A feed or instance whose cache knows values of the event. */
export interface CacheSource {
  readonly id: string;
  readonly name: string;
  readonly provider?: string;
  readonly url?: string;
  readonly event_uuids?: readonly string[];
}

/** What caches of feeds and instances know of the event's values; `tooMany`: how often, when they are not listed. */
export const cacheHitsQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['event', eventId, 'cacheHits'],
    queryFn: async ({ signal }) => {
      const { Event } = await get<{
        readonly Event: {
          readonly Feed?: readonly CacheSource[];
          readonly Server?: readonly CacheSource[];
          readonly FeedCount?: number;
        };
      }>(
        `/events/view/${eventId}/includeFeedCorrelations:1/includeServerCorrelations:1/includeEventCorrelations:0/includeAttachments:0/noEventReports:1/noShadowAttributes:1/noSightings:1/excludeGalaxy:1.json`,
        signal,
      );
      return { feeds: Event.Feed ?? [], servers: Event.Server ?? [], tooMany: Event.FeedCount ?? null };
    },
    staleTime: 60_000,
  });

/** An attribute, object or tag in the graph of an event. */
export interface GraphItem {
  readonly id: string;
  readonly uuid: string;
  readonly type: string;
  readonly label: string;
  readonly node_type: string;
  readonly comment?: string;
  readonly Attribute?: readonly Attribute[];
}

/** The items of an event with what links them. */
export interface ItemGraph {
  readonly items: readonly GraphItem[];
  /** The event has more than these. */
  readonly truncated?: boolean;
  readonly relations: readonly {
    readonly id?: string;
    readonly from: string;
    readonly to: string;
    readonly type?: string;
    readonly comment?: string;
  }[];
}

/** What links the items of a graph. */
export type GraphScope = 'References' | 'Tags';

/** The items of an event, linked by references or by the same tags. */
export const itemGraphQuery = (eventId: string, scope: GraphScope) =>
  queryOptions({
    queryKey: ['event', eventId, 'graph', scope],
    queryFn: () => post<ItemGraph>(`/events/getEventGraph${scope}/${eventId}`, {}),
  });

/** An attribute or object with when it was seen. */
export interface TimelineItem {
  readonly id: string;
  readonly uuid: string;
  readonly content: string;
  readonly group: 'attribute' | 'object';
  readonly attribute_type?: string;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly timestamp: string;
  /** Epoch seconds of its sightings. */
  readonly date_sighting?: readonly string[];
  readonly Attribute?: readonly { readonly content: string; readonly date_sighting?: readonly string[] }[];
}

/** The items of an event that say when they were seen. */
export const timelineQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['event', eventId, 'timeline'],
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly TimelineItem[]; readonly truncated?: boolean }>(
        `/events/getEventTimeline/${eventId}.json`,
        signal,
      ),
  });

/** A galaxy as a matrix, with how often each cluster occurs in an event. */
export interface Matrix {
  readonly Galaxy: { readonly id: string; readonly name: string };
  readonly killChainOrders: Readonly<Record<string, readonly string[]>>;
  readonly matrix: Readonly<Record<string, Readonly<Record<string, readonly MatrixCluster[]>>>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly maxScore: number;
}

/** A technique on a matrix. */
export interface MatrixCluster {
  readonly id: string;
  readonly value: string;
  readonly tag_name: string;
  readonly external_id?: string;
}

/** The techniques of an event on the matrix of a galaxy. */
export const matrixQuery = (eventId: string, galaxy: string) =>
  queryOptions({
    queryKey: ['event', eventId, 'matrix', galaxy],
    queryFn: ({ signal }) =>
      get<Matrix>(`/events/viewGalaxyMatrix/${eventId}${galaxy === '' ? '' : `/${galaxy}`}/compact:1.json`, signal),
    staleTime: 60_000,
  });
