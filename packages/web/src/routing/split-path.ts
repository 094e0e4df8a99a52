import { parseMispPath } from './misp-path.ts';

/** A path of the page as the router takes it: without named parameters or query, and those apart. */
export function splitPath(path: string): {
  readonly pathname: string;
  readonly search: Readonly<Record<string, string>>;
} {
  const [before = '', query = ''] = path.split('?', 2);
  const { pathname, named } = parseMispPath(before);
  return { pathname, search: { ...named, ...Object.fromEntries(new URLSearchParams(query)) } };
}
