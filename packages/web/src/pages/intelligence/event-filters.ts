import type { EventFilters } from '../../api/events.ts';
import type { SearchState } from '../../routing/search-state.ts';

/** Parameters of the event list that the filter bar writes; free words go to `searchall`. */
export const eventFilterParameters = [
  'searcheventinfo',
  'searchtag',
  'searchorg',
  'searchattribute',
  'searchpublished',
  'searchthreatlevel',
  'searchanalysis',
  'searchdistribution',
  'searchdatefrom',
  'searchdateuntil',
  'searchtimestamp',
  'searcheventid',
  'searchemail',
] as const;

const also = ['searchall', 'sort', 'direction'];

/** Older spellings in links that are still about. */
const aliases: Readonly<Record<string, string>> = {
  searchinfo: 'searcheventinfo',
  searchDatefrom: 'searchdatefrom',
  searchDateuntil: 'searchdateuntil',
  search: 'searchall',
};

/** The filters and order that a URL of the event list asks for. */
export function eventFiltersOf(search: SearchState): EventFilters {
  const filters: Record<string, string> = {};
  for (const [key, value] of Object.entries(search)) {
    const name = aliases[key] ?? key;
    if (value !== '' && ([...eventFilterParameters, ...also] as string[]).includes(name)) filters[name] = value;
  }
  return filters;
}
