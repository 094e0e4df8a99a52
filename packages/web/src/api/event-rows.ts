import { infiniteQueryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type { EventFilters } from './events.ts';
import type { Attribute, MispObject } from './wire.ts';

/** A row of an event: an object, or an attribute alone or beneath its object. */
export type EventRow =
  | ({ readonly kind: 'object' } & MispObject)
  | ({ readonly kind: 'attribute'; readonly parentObjectId: string | null } & Attribute);

/** Some rows of an event, and where the next ones begin. */
export interface RowPage {
  readonly rows: readonly EventRow[];
  readonly totalAtLeast: number;
  readonly nextCursor: string | null;
}

interface AnsweredPage {
  readonly rows: readonly EventRow[];
  readonly total: number | null;
  readonly nextCursor: string | null;
}

async function readRows(id: string, filters: EventFilters, cursor: string, signal: AbortSignal): Promise<RowPage> {
  const query = new URLSearchParams({ ...filters, ...(cursor === '' ? {} : { cursor }) });
  const page = await get<AnsweredPage>(`/ui/eventRows/${encodeURIComponent(id)}?${query}`, signal);
  return { ...page, totalAtLeast: page.total ?? 0 };
}

/** Attributes and objects of an event in tree order, page by page. */
export const eventRowsQuery = (id: string, filters: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ['event', id, 'rows', filters],
    queryFn: ({ pageParam, signal }) => readRows(id, filters, pageParam, signal),
    initialPageParam: '',
    // A large event is not worth loading anew whenever the window comes to the front.
    refetchOnWindowFocus: false,
    getNextPageParam: (page: RowPage) => page.nextCursor ?? undefined,
  });
