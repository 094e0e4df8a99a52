import {
  type ApiClient,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rewriteBy } from './import-rules.ts';

describe('import rules', () => {
  it('rewrite values one after the other, by type, with the groups of the match', () => {
    const rewrite = rewriteBy([
      { expression: '/^C:\\\\Users\\\\([^\\\\]+)/i', replacement: '%USERPROFILE%', type: 'ALL' },
      { expression: '/(a)(b)?/', replacement: '<\\1$2\\\\>', type: 'text' },
      { expression: 'secret', replacement: '', type: 'comment' },
    ]);
    expect(rewrite?.('filename', 'c:\\users\\ana\\x.exe')).toBe('%USERPROFILE%\\x.exe');
    expect(rewrite?.('text', 'ab a')).toBe('<ab\\> <a\\>');
    expect(rewrite?.('url', 'ab')).toBe('ab');
    expect([rewrite?.('comment', 'a secret'), rewrite?.('text', 'secret')]).toEqual([null, 'secret']);
    expect(rewrite?.('sigma', 'c:\\users\\ana')).toBe('c:\\users\\ana');
    expect([rewriteBy([]), rewriteBy([{ expression: '(?=x)', replacement: 'y', type: 'ALL' }])]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('the import rules of an instance', () => {
  let magpie: TestMagpie;
  let user: ApiClient;

  beforeAll(async () => {
    magpie = await startTestMagpie();
    const { id } = await makeOrganisation(magpie.admin);
    user = magpie.client((await makeUser(magpie.admin, { org_id: id })).key);
  });

  afterAll(() => magpie.stop());

  const addRule = async (fields: object) => magpie.admin.post('/admin/regexp/add', { Regexp: fields });
  const added = async (eventId: string, value: string) =>
    (await user.post(`/attributes/add/${eventId}`, { type: 'text', value })).body;

  it('are kept by those who have the right, and listed to everybody', async () => {
    expect((await user.post('/admin/regexp/add', { regexp: '/x/' })).status).toBe(403);
    const { body } = await addRule({ regexp: '/listed/i', replacement: 'known', type: 'url' });
    const rule = { id: member(body, 'Regexp', 'id'), regexp: '/listed/i', replacement: 'known', type: 'url' };
    expect(body).toEqual({ Regexp: rule });
    expect((await user.get('/regexp/index')).body).toEqual([{ Regexp: rule }]);
    const edited = await magpie.admin.post(`/admin/regexp/edit/${rule.id}`, { replacement: 'other' });
    expect(edited.body).toEqual({ Regexp: { ...rule, replacement: 'other' } });
    expect((await user.post(`/admin/regexp/delete/${rule.id}`)).status).toBe(403);
    expect(member((await magpie.admin.post(`/admin/regexp/delete/${rule.id}`)).body, 'message')).toBe(
      'Regexp deleted.',
    );
    expect((await magpie.admin.post(`/admin/regexp/delete/${rule.id}`)).status).toBe(404);
  });

  it('are refused when they cannot be run', async () => {
    for (const [fields, name] of [
      [{ regexp: '/(/' }, 'regexp'],
      [{ regexp: '/(?=x)/' }, 'regexp'],
      [{ regexp: '' }, 'regexp'],
      [{ regexp: '/x/', type: 'nope' }, 'type'],
    ] as const) {
      const { status, body } = await addRule(fields);
      expect([status, Object.keys(Object(member(body, 'errors')))]).toEqual([403, [name]]);
    }
  });

  it('rewrite and block attributes from the next one on, but not those of a quick update', async () => {
    const event = await makeEvent(user);
    expect(member(await added(event.id, 'ana was here'), 'Attribute', 'value')).toBe('ana was here');
    await addRule({ regexp: '/\\bana\\b/', replacement: 'somebody', type: 'ALL' });
    await addRule({ regexp: '/top secret/', replacement: '', type: 'text' });
    expect(member(await added(event.id, 'ana again'), 'Attribute', 'value')).toBe('somebody again');
    expect(member(await added(event.id, 'top secret'), 'errors')).toEqual({
      value: ['This value is blocked by a regular expression in the import filters.'],
    });
    const nested = await user.post(`/events/edit/${event.id}`, { Attribute: [{ type: 'text', value: 'ana nested' }] });
    expect(JSON.stringify(nested.body)).toContain('somebody nested');
    const fast = await user.post(`/events/edit/${event.id}/fast_update:1`, {
      Attribute: [{ type: 'text', value: 'ana quickly' }],
    });
    expect(JSON.stringify(fast.body)).toContain('ana quickly');
  });
});
