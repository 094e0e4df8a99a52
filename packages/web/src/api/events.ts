import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, post, queryString } from './client.ts';
import type { EventHeader, EventIndexRow } from './wire.ts';

/** MISP's index filters by their parameter name, plus sort and direction. */
export type EventFilters = Readonly<Record<string, string>>;

interface EventPage {
  readonly events: readonly EventIndexRow[];
  /** Exact number of matches, `null` when there are too many to count. */
  readonly total: number | null;
  readonly totalAtLeast: number;
  readonly nextCursor: string | null;
}

const eventPageSize = 100;

/** The event list, page by page. */
export const eventListQuery = (filters: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ['events', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      get<EventPage>(`/ui/events${queryString({ ...filters, cursor: pageParam, limit: eventPageSize })}`, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** By id of an event, how many others share values with it. */
export type RelatedCounts = Readonly<Record<string, number>>;

/** Counted in a request of its own, so that the list itself need not wait. */
export const relatedCountsQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['events', 'relatedCounts', ids],
    queryFn: async () => (await post<{ readonly counts: RelatedCounts }>('/correlations/eventCounts', { ids })).counts,
    staleTime: 60_000,
  });

/** An event without its attributes: what the head of its page shows. */
export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) =>
      get<{ readonly Event: EventHeader }>(
        `/events/view/${encodeURIComponent(id)}/metadata:1/extensionList:1.json`,
        signal,
      ),
    select: (answer) => answer.Event,
  });

/** Fields of an event that a form changes; what is left out stays. */
export interface EventInput {
  readonly info?: string;
  readonly date?: string;
  readonly distribution?: string;
  readonly sharing_group_id?: string;
  readonly threat_level_id?: string;
  readonly analysis?: string;
  /** The event that this one adds to. */
  readonly extends_uuid?: string;
}

/** Adds an empty event. */
export const addEvent = (event: EventInput) => post<{ readonly Event: EventHeader }>('/events/add', { Event: event });

/** Changes some fields. MISP unpublishes an event whose edit does not say `published`; so do we. */
export const editEvent = (id: string, event: EventInput) =>
  post<{ readonly Event: EventHeader }>(`/events/edit/${id}`, { Event: event });

/** Deletes one event or many. */
export const deleteEvents = (ids: readonly string[]) =>
  ids.length === 1 ? post(`/events/delete/${ids[0]}`) : post('/events/delete', { id: ids });

/** Publishes without sending mail, or with it. */
export const publishEvent = (id: string, withMail: boolean) => post(`/events/${withMail ? 'alert' : 'publish'}/${id}`);

/** Makes an event a draft again. */
export const unpublishEvent = (id: string) => post(`/events/unpublish/${id}`);

/** Hangs a tag on an event; a `local` one never leaves the instance. */
export const tagEvent = (id: string, tagName: string, local: boolean) =>
  post(`/events/addTag/${id}${local ? '/local:1' : ''}`, { event: id, tag: tagName });
/** Attaches a cluster, whose tag is made where there is none yet. */
export const attachCluster = (id: string, clusterId: string) =>
  post(`/galaxies/attachCluster/${id}/event`, { Galaxy: { target_id: clusterId } });

/** Takes a tag off an event, be it local or not. */
export const untagEvent = (id: string, tagId: string) => post(`/events/removeTag/${id}/${tagId}`);

/** What became of each event of a document. */
export interface ImportResult {
  readonly results: readonly {
    readonly info: string;
    readonly uuid: string;
    readonly id: string | null;
    readonly action: string;
    readonly rejected: readonly { readonly path: string; readonly reason: string }[];
  }[];
}

/** Uploads one MISP JSON document; the answer names every event and what of it was refused. */
