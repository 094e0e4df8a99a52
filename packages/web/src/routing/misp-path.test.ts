import { fc, storableText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { parseMispPath, toBrowserUrl, toRouterUrl } from './misp-path.ts';

describe('MISP page URLs', () => {
  it.each([
    ['/', '/events/index'],
    ['/events', '/events/index'],
    ['/Events/Index', '/events/index'],
    ['/sharingGroups/view/3', '/sharing_groups/view/3'],
    ['/SharingGroups', '/sharing_groups/index'],
    ['/object_templates/index', '/objectTemplates/index'],
    ['/authKeys/index', '/auth_keys/index'],
    ['/users/admin_index', '/admin/users/index'],
    ['/admin/users', '/admin/users/index'],
    ['/events/view2/5', '/events/view/5'],
    ['/servers/serversettings', '/servers/serverSettings'],
  ])('reads %s as %s', (given, canonical) => {
    expect(parseMispPath(given).pathname).toBe(canonical);
  });

  it('keeps a UUID argument as given', () => {
    expect(parseMispPath('/events/view/5F1C0000-0000-4000-8000-000000000000').pathname).toBe(
      '/events/view/5F1C0000-0000-4000-8000-000000000000',
    );
  });

  it('reads named parameters, with ; for a colon and + for a space', () => {
    expect(parseMispPath('/events/index/searchtag:tlp;red/searchinfo:a+b/sort:date')).toEqual({
      pathname: '/events/index',
      named: { searchtag: 'tlp:red', searchinfo: 'a b', sort: 'date' },
    });
  });

  it('leaves a path of no MISP controller alone', () => {
    expect(parseMispPath('/somewhere/else').pathname).toBe('/somewhere/else');
  });

  it('survives a broken escape', () => {
    expect(parseMispPath('/events/index/searchinfo:%E0%A4').named).toEqual({ searchinfo: '%E0%A4' });
  });

  it('writes MISP filters as segments and own parameters as a query', () => {
    const url = new URL('http://m.test/events/index?searchtag=tlp%3Ared&panel=new-event&sort=date');
    expect(toBrowserUrl(url).href).toBe('http://m.test/events/index/searchtag:tlp;red/sort:date?panel=new-event');
  });

  it('restores every filter value after writing and reading it', () => {
    fc.assert(
      fc.property(storableText(), (value) => {
        // A semicolon stands for a colon in MISP's own spelling, so it cannot be told apart.
        fc.pre(value !== '' && !value.includes(';'));
        const url = new URL('http://m.test/events/index');
        url.searchParams.set('searchinfo', value);
        expect(toRouterUrl(toBrowserUrl(url)).searchParams.get('searchinfo')).toBe(value);
      }),
    );
  });
});
