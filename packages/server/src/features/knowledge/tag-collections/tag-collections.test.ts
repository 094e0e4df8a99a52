import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeTag,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
let editor: ApiClient;
let user: ApiClient;
let foreign: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  const alpha = await makeOrganisation(m.admin);
  const beta = await makeOrganisation(m.admin);
  editor = await m.user(alpha, '2');
  user = await m.user(alpha);
  foreign = await m.user(beta, '2');
});

afterAll(() => m.stop());

async function addCollection(fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await editor.post('/tag_collections/add', { TagCollection: { name: 'Collection', ...fields } });
  return String(member(answer.body, 'TagCollection', 'id'));
}

async function tagNames(client: ApiClient, id: string): Promise<string[]> {
  const { body } = await client.get(`/tag_collections/view/${id}`);
  const links = member(body, 'TagCollectionTag');
  return Array.isArray(links) ? links.map((link) => String(member(link, 'Tag', 'name'))) : [];
}

describe('tag collections', () => {
  it('are found by uuid too, by those who see them', async () => {
    const id = await addCollection({ name: 'By uuid' });
    const uuid = String(member((await editor.get(`/tag_collections/view/${id}`)).body, 'TagCollection', 'uuid'));
    expect(member((await user.get(`/tag_collections/view/${uuid}`)).body, 'TagCollection', 'id')).toBe(id);
    expect((await foreign.get(`/tag_collections/view/${uuid}`)).status).toBe(404);
  });

  it('hold tags, put in by id, name or list, and taken out', async () => {
    const id = await addCollection();
    const [one, two] = [await makeTag(m.admin, { name: 'one' }), await makeTag(m.admin, { name: 'two' })];
    const added = await editor.post(`/tag_collections/addTag/${id}/${one.id}`);
    expect(added.body).toEqual({ saved: true, success: 'Tag(s) added.' });
    await editor.post(`/tag_collections/addTag/${id}`, { tag: [one.id, two.id] });
    expect(await tagNames(user, id)).toEqual(['one', 'two']);
    expect(member((await editor.post(`/tag_collections/addTag/${id}/999999`)).body, 'saved')).toBe(false);
    expect(member((await editor.post(`/tag_collections/removeTag/${id}/${one.id}`)).body, 'saved')).toBe(true);
    expect(member((await editor.post(`/tag_collections/removeTag/${id}/${one.id}`)).body, 'saved')).toBe(false);
    expect(await tagNames(user, id)).toEqual(['two']);
    await m.admin.post(`/tags/delete/${two.id}`);
    expect(await tagNames(user, id)).toEqual([]);
  });

  it('keep what two change of them at the same moment', async () => {
    const id = await addCollection();
    await Promise.all(
      [{ name: 'Renamed' }, { description: 'told' }, { all_orgs: true }].map((change) =>
        editor.post(`/tag_collections/edit/${id}`, change),
      ),
    );
    const { body } = await foreign.get(`/tag_collections/view/${id}`);
    expect(member(body, 'TagCollection')).toMatchObject({ name: 'Renamed', description: 'told', all_orgs: true });
  });

  it('are attached as a whole to events and attributes', async () => {
    const id = await addCollection();
    for (const name of ['first', 'second']) {
      await editor.post(`/tag_collections/addTag/${id}`, { tag: (await makeTag(m.admin, { name })).id });
    }
    const event = await makeEvent(user);
    const attribute = await makeAttribute(user, event.id);
    for (const path of [`/events/addTag/${event.id}`, `/attributes/addTag/${attribute.id}`]) {
      expect(member((await user.post(`${path}/collection_${id}`)).body, 'saved')).toBe(true);
    }
    const view = await user.get(`/events/view/${event.id}`);
    expect(member(view.body, 'Event', 'Tag')).toHaveLength(2);
    expect(member(view.body, 'Event', 'Attribute', 0, 'Tag')).toHaveLength(2);
    const other = await makeEvent(foreign);
    expect(member((await foreign.post(`/events/addTag/${other.id}/collection_${id}`)).body, 'saved')).toBe(false);
  });

  it('are their organisation’s unless shared, and changed by its tag editors alone', async () => {
    const id = await addCollection();
    expect((await foreign.get(`/tag_collections/view/${id}`)).status).toBe(404);
    expect((await foreign.post(`/tag_collections/edit/${id}`, { name: 'x' })).status).toBe(404);
    await editor.post(`/tag_collections/edit/${id}`, { all_orgs: true, name: 'Shared' });
    const seen = await foreign.get(`/tag_collections/view/${id}`);
    expect(member(seen.body, 'TagCollection', 'name')).toBe('Shared');
    expect(member(seen.body, 'User')).not.toHaveProperty('email');
    for (const action of ['edit', 'delete', 'addTag', 'removeTag']) {
      expect((await foreign.post(`/tag_collections/${action}/${id}`, { name: 'x', tag: 1 })).status).toBe(403);
      expect((await user.post(`/tag_collections/${action}/${id}`, { name: 'x', tag: 1 })).status).toBe(403);
    }
    expect((await editor.post(`/tag_collections/delete/${id}`)).status).toBe(200);
    expect((await editor.get(`/tag_collections/view/${id}`)).status).toBe(404);
  });

  it('are imported as index gives them', async () => {
    const id = await addCollection({ name: 'Moving', description: 'about' });
    await editor.post(`/tag_collections/addTag/${id}`, { tag: (await makeTag(m.admin, { name: 'moved' })).id });
    const list = (await editor.get('/tag_collections/index')).body;
    const own = (Array.isArray(list) ? list : []).filter((item) => member(item, 'TagCollection', 'id') === id);
    const imported = await foreign.post('/tag_collections/import', own);
    expect(member(imported.body, 'message')).toContain('1 imported');
    const theirs = (await foreign.get('/tag_collections/index')).body;
    const copy = (Array.isArray(theirs) ? theirs : []).find(
      (item) => member(item, 'TagCollection', 'name') === 'Moving',
    );
    expect(member(copy, 'TagCollectionTag', 0, 'Tag', 'name')).toBe('moved');
  });
});

describe('favourite tags', () => {
  it('are each user’s own', async () => {
    const tag = await makeTag(m.admin, { name: 'liked' });
    const toggle = () => user.post('/favourite_tags/toggle', { FavouriteTag: { data: tag.id } });
    expect(member((await toggle()).body, 'success')).toBe('Adding the tag to your favourites was successful.');
    const listed = async (client: ApiClient) => {
      const { body } = await client.get('/tags/index/favouritesOnly:1');
      return member(body, 'Tag');
    };
    expect(await listed(user)).toMatchObject([{ name: 'liked', favourite: true }]);
    expect(await listed(editor)).toEqual([]);
    expect(member((await toggle()).body, 'success')).toBe('Removing the tag from your favourites was successful.');
    expect(await listed(user)).toEqual([]);
    expect(member((await user.post('/favourite_tags/toggle', { FavouriteTag: { data: 'x' } })).body, 'saved')).toBe(
      false,
    );
  });
});

describe('taxonomies/import', () => {
  it('stores a file for site administrators, in place of the one of its namespace', async () => {
    const file = { namespace: 'own', description: 'd', version: 1, predicates: [{ value: 'a' }, { value: 'b' }] };
    expect((await editor.post('/taxonomies/import', file)).status).toBe(403);
    expect((await m.admin.post('/taxonomies/import', file)).status).toBe(200);
    await m.admin.post('/taxonomies/import', { ...file, predicates: [{ value: 'c' }] });
    const view = await user.get('/taxonomies/view/own');
    expect(member(view.body, 'entries')).toMatchObject([{ tag: 'own:c' }]);
    for (const bad of [{}, [], { namespace: 'x', type: ['user'] }, { namespace: 'x', predicates: [{}] }]) {
      expect((await m.admin.post('/taxonomies/import', bad)).status).toBe(403);
    }
  });
});
