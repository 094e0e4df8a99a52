import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import type { EventIndexRow } from '../../api/wire.ts';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

type ListData = InfiniteData<{ readonly events: readonly EventIndexRow[] }>;

/** Steps to the event before or after this one in the list that was looked at last, as far as it is loaded. */
export function useNeighbours(id: string): (step: 1 | -1) => void {
  const client = useQueryClient();
  const go = useGo();
  return (step) => {
    const lists = client
      .getQueryCache()
      .findAll({ queryKey: ['events', 'list'] })
      .filter((query) => query.state.data !== undefined && Array.isArray((query.state.data as ListData).pages))
      .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
    for (const list of lists) {
      const events = (list.state.data as ListData).pages.flatMap((page) => page.events);
      const place = events.findIndex((event) => event.id === id || event.uuid === id);
      const neighbour = place === -1 ? undefined : events[place + step];
      if (neighbour !== undefined) {
        void go(paths.event(neighbour.id));
        return;
      }
    }
  };
}
