import { infiniteQueryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type { EventFilters } from './events.ts';
import { filterRows, flattenEvent, type ViewedEvent } from './flatten-event.ts';
import type { Attribute, MispObject } from './wire.ts';

export type EventRow =
  | ({ readonly kind: 'object' } & MispObject)
  | ({ readonly kind: 'attribute'; readonly parentObjectId: string | null } & Attribute);

export interface RowPage {
  readonly rows: readonly EventRow[];
  readonly total: number;
  readonly totalAtLeast: number;
  readonly nextCursor: string | null;
}

/** MISP's `deleted`: 0 live, 1 both; what is only deleted is picked here. */
const deletedParameter = (filters: EventFilters): string => (filters.deleted === undefined ? '' : '/deleted:1');

async function readRows(id: string, filters: EventFilters, signal: AbortSignal): Promise<RowPage> {
  const { Event: event } = await get<{ readonly Event: ViewedEvent }>(
    `/events/view/${encodeURIComponent(id)}${deletedParameter(filters)}/noEventReports:1.json`,
    signal,
  );
  const rows = filterRows(flattenEvent(event), filters);
  return { rows, total: rows.length, totalAtLeast: rows.length, nextCursor: null };
}

/** Attributes and objects of an event in tree order, page by page. */
export const eventRowsQuery = (id: string, filters: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ['event', id, 'rows', filters],
    queryFn: ({ signal }) => readRows(id, filters, signal),
    initialPageParam: '',
    // A large event is not worth loading anew whenever the window comes to the front.
    refetchOnWindowFocus: false,
    getNextPageParam: (page: RowPage) => page.nextCursor ?? undefined,
  });
