import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The parameters of the URL, each once. */
export type SearchState = Readonly<Record<string, string>>;

/** State kept in the URL: the parameters and a way to change some of them (`undefined` removes one). */
export function useSearchState(): readonly [
  SearchState,
  (changes: Readonly<Record<string, string | undefined>>, options?: { readonly replace?: boolean }) => void,
] {
  const search = useSearch({ strict: false }) as SearchState;
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Readonly<Record<string, string | undefined>>, options: { readonly replace?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: ((old: Record<string, string>) => ({ ...old, ...changes })) as never,
        replace: options.replace ?? false,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Which entry of a list is open beside it: kept in the URL, so that it can be linked to and Back closes it. */
export function useOpenedId(): readonly [string | undefined, (id: string | undefined) => void] {
  const [search, change] = useSearchState();
  const open = useCallback((id: string | undefined) => change({ open: id }, { replace: id === undefined }), [change]);
  return [search.open, open];
}
