import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let owner: ApiClient;
let stranger: ApiClient;
let outsider: ApiClient;
let reader: ApiClient;
let sync: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin);
  const gamma = await makeOrganisation(admin);
  const user = magpie.user;
  owner = await user(alpha, '3');
  stranger = await user(beta, '3');
  outsider = await user(gamma, '3');
  reader = await user(alpha, '6');
  sync = await user(beta, '5');
});

afterAll(() => magpie.stop());

async function add(client: ApiClient, body: object = {}): Promise<{ id: string; uuid: string }> {
  const answer = await client.post('/collections/add', { name: 'A campaign', type: 'campaign', ...body });
  expect(answer.status).toBe(200);
  return {
    id: String(member(answer.body, 'Collection', 'id')),
    uuid: String(member(answer.body, 'Collection', 'uuid')),
  };
}

const ids = async (client: ApiClient, scope = '') =>
  ((await client.get(`/collections/index${scope}`)).body as { Collection: { id: string } }[]).map(
    ({ Collection }) => Collection.id,
  );

describe('a collection', () => {
  it('is for those whom its distribution reaches', async () => {
    const group = await makeSharingGroup(magpie.admin, [alpha.uuid, beta.uuid]);
    const all = await add(owner, { distribution: 1 });
    const own = await add(owner, { distribution: 0 });
    const some = await add(owner, { distribution: 4, sharing_group_id: group.id });
    expect(await ids(owner)).toEqual([all.id, own.id, some.id]);
    expect(await ids(stranger)).toEqual([all.id, some.id]);
    expect(await ids(outsider)).toEqual([all.id]);
    expect(await ids(stranger, '/org_collections')).toEqual([]);
    expect(await ids(owner, '/my_collections')).toHaveLength(3);
    expect((await outsider.get(`/collections/view/${some.uuid}`)).status).toBe(404);
    expect((await stranger.get(`/collectionElements/index/${own.id}`)).status).toBe(404);
    expect(Object.keys((await outsider.get('/collections/indexMinimal')).body as object)).toEqual([all.uuid]);
  });

  it('is changed and deleted by its organisation alone', async () => {
    const { id } = await add(owner);
    expect((await reader.post('/collections/add', { name: 'x', type: 'other' })).status).toBe(403);
    expect((await stranger.post(`/collections/edit/${id}`, { name: 'x' })).status).toBe(405);
    expect((await stranger.post(`/collections/delete/${id}`)).status).toBe(405);
    expect((await owner.post(`/collections/edit/${id}`, { Collection: { name: 'New' } })).body).toMatchObject({
      Collection: { name: 'New', type: 'campaign' },
    });
    expect((await owner.post('/collections/add', { name: 'x', type: 'nonsense' })).status).toBe(403);
    expect((await owner.post('/collections/add', { type: 'other' })).status).toBe(403);
    expect((await owner.post(`/collections/delete/${id}`)).body).toMatchObject({ message: 'Collection deleted.' });
    expect((await owner.get(`/collections/view/${id}`)).status).toBe(404);
  });

  it('holds events and clusters by their uuid, each once', async () => {
    const { id } = await add(owner);
    const event = await makeEvent(owner);
    const path = `/collectionElements/addElementToCollection/Event/${event.uuid}`;
    expect((await stranger.post(path, { CollectionElement: { collection_id: id } })).status).toBe(404);
    const added = await owner.post(path, { CollectionElement: { collection_id: id } });
    expect(added.body).toMatchObject({ CollectionElement: { element_uuid: event.uuid, collection_id: id } });
    expect((await owner.post(path, { collection_id: id })).status).toBe(403);
    const cluster = { element_uuid: randomUUID(), element_type: 'GalaxyCluster' };
    expect((await owner.post(`/collectionElements/add/${id}`, cluster)).status).toBe(200);
    expect((await owner.post(`/collectionElements/add/${id}`, { ...cluster, element_type: 'User' })).status).toBe(403);
    expect((await stranger.get(`/collections/view/${id}`)).body).toMatchObject({
      Collection: { element_count: 2 },
      Orgc: { uuid: alpha.uuid },
      CollectionElement: [{ element_type: 'Event' }, { element_type: 'GalaxyCluster' }],
    });
    const elementId = member(added.body, 'CollectionElement', 'id');
    expect((await stranger.post(`/collectionElements/delete/${elementId}`)).status).toBe(405);
    expect((await owner.post(`/collectionElements/delete/${elementId}`)).status).toBe(200);
    expect((await owner.get(`/collectionElements/index/${id}`)).body).toHaveLength(1);
  });

  it('is exchanged with peers: newer copies replace what came from elsewhere', async () => {
    const uuid = randomUUID();
    const copy = (modified: string, fields: object) => ({
      Collection: { uuid, name: 'Pushed', type: 'research', distribution: '1', modified, ...fields },
      Orgc: { uuid: alpha.uuid, name: 'Alpha' },
    });
    const elements = [{ element_uuid: randomUUID(), element_type: 'Event' }];
    expect((await owner.post('/collections/captureCollection', copy('2024-01-01 00:00:00', {}))).status).toBe(403);
    await sync.post('/collections/captureCollection', copy('2024-01-01 00:00:00', { CollectionElement: elements }));
    const view = async () => (await outsider.get(`/collections/view/${uuid}`)).body;
    expect(await view()).toMatchObject({ Collection: { locked: true, element_count: 1 }, Orgc: { uuid: alpha.uuid } });
    const offer = (modified: string) => sync.post('/collections/filterCollectionsForPush', { [uuid]: modified });
    expect((await offer('2024-01-01 00:00:00')).body).toEqual({});
    expect((await offer('2024-01-02 00:00:00')).body).toEqual({ [uuid]: '2024-01-02 00:00:00' });
    await sync.post('/collections/captureCollection', copy('2024-01-02 00:00:00', { name: 'Kept list' }));
    expect(await view()).toMatchObject({ Collection: { name: 'Kept list', element_count: 1 } });
    await sync.post('/collections/captureCollection', copy('2024-01-03 00:00:00', { CollectionElement: [] }));
    await sync.post('/collections/captureCollection', copy('2024-01-02 12:00:00', { name: 'Too old' }));
    expect(await view()).toMatchObject({ Collection: { name: 'Pushed', element_count: 0 } });
  });
});
