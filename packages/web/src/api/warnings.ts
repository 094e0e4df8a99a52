import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';

/** A value that is not stored yet, with the type it would have. */
export interface TypedValue {
  readonly type: string;
  readonly value: string;
}

interface Hit {
  readonly warninglist_name: string;
}

/** What the instance looks free text through with. */
export const freeTextListsQuery = () =>
  queryOptions({
    queryKey: ['freeTextLists'],
    queryFn: ({ signal }) => get<{ readonly vendorDomains?: readonly string[] }>('/ui/free-text-lists', signal),
    staleTime: 600_000,
  });

/** Values that the server looks up at once. */
const MOST_VALUES = 5_000;

/** The names of the warninglists that name each value, by its place; those that none names are left out. */
export async function lookUpWarnings(values: readonly TypedValue[]): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, readonly string[]>();
  for (let start = 0; start < values.length; start += MOST_VALUES) {
    const attributes = values.slice(start, start + MOST_VALUES).map(({ type, value }) => ({ type, value }));
    const { warnings } = await post<{ readonly warnings: Readonly<Record<string, readonly Hit[]>> }>('/ui/warnings', {
      attributes,
    });
    for (const [place, hits] of Object.entries(warnings)) {
      found.set(
        start + Number(place),
        hits.map((hit) => hit.warninglist_name),
      );
    }
  }
  return found;
}
