import { describe, expect, it } from 'vitest';
import { paths } from './paths.ts';
import { splitPath } from './split-path.ts';

describe('splitting a path', () => {
  it('takes named parameters and the query apart', () => {
    expect(splitPath('/events/index/searchtag:tlp;red?panel=import')).toEqual({
      pathname: '/events/index',
      search: { searchtag: 'tlp:red', panel: 'import' },
    });
  });

  it('restores a tag of any name from the link to its events', () => {
    const name = 'misp-galaxy:threat-actor="Sofacy / APT 28 + 100%"';
    expect(splitPath(paths.eventsWithTag(name)).search).toEqual({ searchtag: name });
  });

  it('has a page for every path', () => {
    const given = Object.values(paths).map(
      (build) => splitPath((build as (...parts: string[]) => string)('1', '2')).pathname,
    );
    expect(given).toMatchSnapshot();
  });
});
