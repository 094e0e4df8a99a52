import { describe, expect, it } from 'vitest';
import { negotiate } from './negotiate.ts';
import { parsePath } from './path.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

function wanted(url: string, headers: Record<string, string>) {
  const path = parsePath(url);
  if (path === null) throw new Error(`${url} is no path`);
  return negotiate(path, headers);
}

describe('what a request wants', () => {
  it.each([
    ['/events/index.csv', { accept: BROWSER }, 'csv'],
    ['/events/index', { accept: BROWSER }, 'page'],
    ['/events/index', { accept: BROWSER, authorization: 'key' }, 'json'],
    ['/events/index', { accept: 'application/json, text/plain, */*' }, 'json'],
    ['/events/index', { accept: '*/*' }, 'json'],
    ['/events/index', { accept: 'application/xml' }, 'xml'],
    ['/users/login', { accept: '*/*' }, 'page'],
    ['/users/login', {}, 'page'],
    ['/users/login', { accept: 'application/json' }, 'json'],
    ['/users/login', { accept: '*/*', authorization: 'key' }, 'json'],
  ] as const)('%s with %j is %s', (url, headers, kind) => {
    expect(wanted(url, headers)).toBe(kind);
  });
});
