import { get, post, queryString } from './client.ts';
import type { EventIndexRow } from './wire.ts';

/** Something found by its name. */
export interface FoundEntry {
  readonly uuid: string;
  readonly name: string;
}

const shown = 12;

/** Events whose title holds the text, the latest first. */
export async function findEvents(text: string, signal?: AbortSignal): Promise<readonly FoundEntry[]> {
  const { events } = await get<{ readonly events: readonly (EventIndexRow & { readonly uuid: string })[] }>(
    `/ui/events${queryString({ searcheventinfo: text, limit: shown, sort: 'timestamp', direction: 'desc' })}`,
    signal,
  );
  return events.map((event) => ({ uuid: event.uuid, name: `${event.info} · ${event.date}` }));
}

/** Galaxy clusters whose name holds the text. */
export async function findClusters(text: string): Promise<readonly FoundEntry[]> {
  if (text === '') return [];
  const { response } = await post<{
    readonly response: readonly { readonly GalaxyCluster: { uuid: string; value: string; type: string } }[];
  }>('/galaxy_clusters/restSearch', { value: `%${text}%`, limit: shown });
  return response.map(({ GalaxyCluster: cluster }) => ({
    uuid: cluster.uuid,
    name: `${cluster.value} · ${cluster.type}`,
  }));
}
