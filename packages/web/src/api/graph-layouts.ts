import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';

/** A graph of an event that the reader's organisation keeps. */
export interface KeptLayout {
  readonly id: string;
  readonly name: string;
  /** E-mail address of who kept it. */
  readonly by: string;
  readonly json: string;
}

interface Row {
  readonly EventGraph: { readonly id: string; readonly network_name: string; readonly network_json: string };
  readonly User?: { readonly email: string | null };
}

/** The kept graphs of an event, the latest last. */
export const layoutsQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['event', eventId, 'layouts'],
    queryFn: async ({ signal }): Promise<readonly KeptLayout[]> => {
      const rows = await get<readonly Row[]>(`/event_graph/view/${eventId}.json`, signal);
      return rows.map(({ EventGraph: graph, User: user }) => ({
        id: graph.id,
        name: graph.network_name,
        by: user?.email ?? '',
        json: graph.network_json,
      }));
    },
  });

/** Keeps a layout of an event's graph under a name. */
export const keepLayout = (eventId: string, name: string, json: string) =>
  post(`/event_graph/add/${eventId}`, { EventGraph: { network_name: name, network_json: json } });
export const deleteLayout = (id: string) => post(`/event_graph/delete/${id}`);
