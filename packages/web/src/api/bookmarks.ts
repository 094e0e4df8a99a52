import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';

/** An address of this instance that somebody keeps: a search, a filtered list, an event. */
export interface Bookmark {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly url: string;
  readonly exposed_to_org: boolean;
}

/** One's own bookmarks and those shown to the organisation. */
export const bookmarksQuery = () =>
  queryOptions({
    queryKey: ['bookmarks'],
    queryFn: async ({ signal }) =>
      (await get<readonly { readonly Bookmark: Bookmark }[]>('/bookmarks/index.json', signal)).map(
        (row) => row.Bookmark,
      ),
    staleTime: 60_000,
  });

/** Keeps an address for the user, or for his whole organisation. */
export const addBookmark = (input: Pick<Bookmark, 'name' | 'url' | 'exposed_to_org'>) =>
  post('/bookmarks/add.json', { Bookmark: input });
export const deleteBookmark = (id: string) => post(`/bookmarks/delete/${id}.json`);
