import { type ApiClient, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSnippets } from './snippets.ts';

let magpie: TestMagpie;
let ann: ApiClient;
let amy: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  ann = magpie.client((await makeUser(magpie.admin)).key);
  amy = magpie.client((await makeUser(magpie.admin)).key);
});

afterAll(() => magpie.stop());

describe('the history of queries', () => {
  it('is a user’s own, without keys, bookmarks apart', async () => {
    const kept = await ann.post('/rest_client_history/add', {
      url: '/events/index',
      http_method: 'post',
      body: { limit: 5 },
      headers: 'Accept: application/json\nAuthorization: secret-key',
    });
    expect(member(kept.body, 'RestClientHistory')).toMatchObject({
      url: '/events/index',
      http_method: 'POST',
      body: '{"limit":5}',
      headers: 'Accept: application/json',
      bookmark: false,
    });
    await ann.post('/rest_client_history/add', { url: '/tags', bookmark: true, bookmark_name: 'all tags' });
    expect((await ann.get('/rest_client_history/index')).body).toHaveLength(1);
    expect((await ann.get('/rest_client_history/index/1')).body).toMatchObject([
      { RestClientHistory: { bookmark_name: 'all tags' } },
    ]);
    expect((await amy.get('/rest_client_history')).body).toEqual([]);
    const id = String(member(kept.body, 'RestClientHistory', 'id'));
    expect((await amy.post(`/rest_client_history/delete/${id}`)).status).toBe(404);
    expect((await magpie.admin.post(`/rest_client_history/delete/${id}`)).status).toBe(404);
    expect((await ann.post(`/rest_client_history/delete/${id}`)).status).toBe(200);
    expect((await ann.post('/rest_client_history/add', { url: '', http_method: 'BREW' })).status).toBe(403);
  });

  it('keeps bodies as they were written, but for passwords and keys', async () => {
    const kept = async (query: { url: string; body: string }) => {
      const answer = await ann.post('/rest_client_history/add', { http_method: 'POST', ...query });
      return member(answer.body, 'RestClientHistory');
    };
    const body = '{\n  "limit": 5\n}';
    expect(await kept({ url: '/tags', body })).toMatchObject({ body });
    expect(await kept({ url: '/users/change_pw', body: '{"password": "hidden"}' })).toMatchObject({
      body: '{"password":"*****"}',
    });
    expect(await kept({ url: '/tags/index/apikey:hidden', body: 'no JSON' })).toMatchObject({
      url: '/tags/index/apikey:*',
      body: 'no JSON',
    });
  });

  it('keeps the latest hundred', async () => {
    for (let i = 0; i < 103; i += 1) await amy.post('/rest_client_history/add', { url: `/events/view/${i}` });
    const rows = (await amy.get('/rest_client_history/index/limit:1000')).body as unknown[];
    expect(rows).toHaveLength(100);
    expect(member(rows[0], 'RestClientHistory', 'url')).toBe('/events/view/102');
  });
});

describe('templates', () => {
  it('are those of operations that one may use', async () => {
    const names = async (client: ApiClient) =>
      ((await client.get('/rest_client/templates')).body as { name: string }[]).map(({ name }) => name);
    expect(await names(ann)).toContain('events.add');
    expect(await names(ann)).not.toContain('admin/organisations.add');
    expect(await names(magpie.admin)).toContain('admin/organisations.add');
    const all = (await ann.get('/rest_client/templates')).body as { name: string }[];
    expect(all.find(({ name }) => name === 'bookmarks.add')).toMatchObject({
      method: 'POST',
      url: '/bookmarks/add',
      mandatory: ['name', 'url'],
    });
  });
});

describe('snippets', () => {
  it('say the same in every language, whatever stands in the query', () => {
    const body = { value: `it's "$(rm -rf /)" \u2028 \\`, on: true, off: false, none: null, list: [1, 'a'] };
    const snippets = writeSnippets('https://magpie.test', { method: 'POST', path: '/events/restSearch', body });
    expect(snippets.curl).toContain(`-d '{"value":"it'\\''s \\"$(rm -rf /)\\"`);
    expect(snippets.curl).toContain(`'https://magpie.test/events/restSearch'`);
    expect(snippets.python).toContain(`"on": True, "off": False, "none": None, "list": [1, "a"]`);
    expect(snippets.pymisp).toContain(`misp.direct_call("events/restSearch", data={`);
    expect(snippets.typescript).toContain(`"none":null`);
    expect(snippets.python + snippets.pymisp + snippets.typescript).not.toContain('\u2028');
  });

  it('have no body for GET, and are for this instance alone', async () => {
    const answer = await ann.post('/rest_client/snippets', { url: '/events/view/1', method: 'get' });
    expect(member(answer.body, 'curl')).not.toContain('-d');
    expect(member(answer.body, 'pymisp')).toContain('misp.direct_call("events/view/1")');
    for (const url of ['https://evil.test/', '//evil.test', 'events', '/a b']) {
      expect((await ann.post('/rest_client/snippets', { url })).status).toBe(400);
    }
    expect((await ann.post('/rest_client/snippets', { url: '/x', method: 'POST', body: '{' })).status).toBe(400);
  });
});
