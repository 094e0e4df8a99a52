import { parseMispPath } from './misp-path.ts';

/** A path of the page as the router takes it: without named parameters, query or hash, and those apart. */
export function splitPath(path: string): {
  readonly pathname: string;
  readonly search: Readonly<Record<string, string>>;
  /** Without its sign; a sub-view of an event. */
  readonly hash?: string;
} {
  const [whole = '', hash] = path.split('#', 2);
  const [before = '', query = ''] = whole.split('?', 2);
  const { pathname, named } = parseMispPath(before);
  return {
    pathname,
    search: { ...named, ...Object.fromEntries(new URLSearchParams(query)) },
    ...(hash === undefined ? {} : { hash }),
  };
}
