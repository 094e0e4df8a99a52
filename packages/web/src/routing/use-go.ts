import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { splitPath } from './split-path.ts';

/** Goes to a path of `paths`. */
export function useGo(): (path: string) => Promise<void> {
  const navigate = useNavigate();
  return useCallback(
    (path) => {
      const { pathname, search, hash } = splitPath(path);
      return navigate({ to: pathname, search: search as never, ...(hash === undefined ? {} : { hash }) });
    },
    [navigate],
  );
}
