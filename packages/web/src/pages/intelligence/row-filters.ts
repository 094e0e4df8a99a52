import type { EventFilters } from '../../api/events.ts';
import type { SearchState } from '../../routing/search-state.ts';

/** Parameters of the event page that choose its rows, by MISP's names. */
const names = ['searchFor', 'toIDS', 'deleted', 'attributeFilter', 'extended'];

/** The row filters that a URL of the event page asks for. */
export function rowFiltersOf(search: SearchState): EventFilters {
  return Object.fromEntries(Object.entries(search).filter(([key, value]) => names.includes(key) && value !== ''));
}
