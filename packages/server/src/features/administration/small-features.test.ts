import { type ApiClient, makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let ann: ApiClient;
let amy: ApiClient;
let alphaAdmin: ApiClient;
let bob: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const [alpha, beta] = await Promise.all([makeOrganisation(admin), makeOrganisation(admin)]);
  const user = async (id: string, role = '3') =>
    magpie.client((await makeUser(admin, { org_id: id, role_id: role })).key);
  ann = await user(alpha.id);
  amy = await user(alpha.id);
  alphaAdmin = await user(alpha.id, '2');
  bob = await user(beta.id);
});

afterAll(() => magpie.stop());

describe('news', () => {
  it('is written by the site’s administrator and read by all', async () => {
    const added = await magpie.admin.post('/news/add', { News: { title: 'Hello', message: 'world', anonymise: 1 } });
    expect(added.status).toBe(302);
    const [item] = (await bob.get('/news')).body as unknown[];
    expect(item).toMatchObject({ News: { title: 'Hello', message: 'world', user_id: '0' } });
    const id = String(member(item, 'News', 'id'));
    expect((await magpie.admin.post(`/news/edit/${id}`, { News: { title: 'Hello 2' } })).status).toBe(302);
    expect((await bob.get('/admin/news/index')).body).toMatchObject([{ News: { title: 'Hello 2', message: 'world' } }]);
    for (const path of ['/news/add', `/news/edit/${id}`, `/news/delete/${id}`]) {
      expect((await alphaAdmin.post(path, { News: { title: 'x', message: 'y' } })).status).toBe(403);
    }
    expect((await magpie.admin.post('/news/add', { News: { title: '' } })).status).toBe(403);
    expect((await bob.post('/news/markRead')).status).toBe(200);
    expect((await magpie.admin.post(`/news/delete/${id}`)).body).toMatchObject({
      name: 'News deleted.',
      id: Number(id),
    });
    expect((await magpie.admin.post(`/news/delete/${id}`)).status).toBe(404);
  });
});

describe('a bookmark', () => {
  it('is its owner’s, and the organisation’s where an administrator shows it', async () => {
    const made = await ann.post('/bookmarks/add', { name: 'bm', url: 'https://example.org/', exposed_to_org: 1 });
    expect(member(made.body, 'Bookmark')).toMatchObject({ name: 'bm', exposed_to_org: false, comment: '' });
    const id = String(member(made.body, 'Bookmark', 'id'));
    expect((await amy.get(`/bookmarks/view/${id}`)).status).toBe(404);
    expect((await amy.post(`/bookmarks/delete/${id}`)).status).toBe(404);
    const shown = await alphaAdmin.post('/bookmarks/add', { name: 'ours', url: '/events/index', exposed_to_org: true });
    const shownId = String(member(shown.body, 'Bookmark', 'id'));
    expect((await amy.get('/bookmarks/index')).body).toMatchObject([{ Bookmark: { name: 'ours' } }]);
    expect((await amy.post(`/bookmarks/edit/${shownId}`, { name: 'mine now' })).status).toBe(404);
    expect((await amy.get('/bookmarks/index/scope:mine')).body).toEqual([]);
    expect((await bob.get('/bookmarks/index')).body).toEqual([]);
    expect((await ann.post(`/bookmarks/edit/${id}`, { comment: 'c' })).body).toMatchObject({
      Bookmark: { name: 'bm', comment: 'c' },
    });
    expect((await ann.post(`/bookmarks/delete/${id}`)).body).toMatchObject({
      name: 'Bookmark deleted.',
      id: Number(id),
    });
  });

  it.each(['javascript:alert(1)', '//evil.test', 'data:text/html,x', '', 'file:///etc/passwd'])(
    'is no link to %j',
    async (url) => {
      expect((await ann.post('/bookmarks/add', { name: 'bad', url })).status).toBe(403);
    },
  );
});
