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

const KEY = 'k'.repeat(40);
let here: TestMagpie;
let remote: TestMagpie;
let remoteOrg: string;
let syncKey: string;

beforeAll(async () => {
  [here, remote] = await Promise.all([startTestMagpie(), startTestMagpie()]);
  remoteOrg = (await makeOrganisation(here.admin, { name: 'Peer' })).id;
  const organisation = await makeOrganisation(remote.admin, { name: 'Caller' });
  syncKey = (await makeUser(remote.admin, { org_id: organisation.id, role_id: '5' })).key;
});
afterAll(() => Promise.all([here.stop(), remote.stop()]));

const add = (fields: Record<string, unknown> = {}) =>
  here.admin.post('/servers/add', {
    name: 'Peer',
    url: `${remote.url}/`,
    remote_org_id: remoteOrg,
    authkey: syncKey,
    pull: true,
    ...fields,
  });

describe('a server', () => {
  it('is stored with MISP’s defaults, without the slash at the end of its address', async () => {
    const { status, body } = await add();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      Server: { name: 'Peer', url: remote.url, authkey: syncKey, push: false, pull: true, internal: false },
    });
    expect(JSON.parse(String(member(body, 'Server', 'pull_rules'))).tags).toEqual({ OR: [], NOT: [] });
  });

  it('shows its key to nobody again, and keeps it encrypted', async () => {
    const id = member((await add()).body, 'Server', 'id');
    const edited = await here.admin.post(`/servers/edit/${id}`, { name: 'Renamed', authkey: '' });
    expect(member(edited.body, 'Server', 'name')).toBe('Renamed');
    expect(member(edited.body, 'Server', 'authkey')).toBe('*'.repeat(40));
    expect(JSON.stringify((await here.admin.get('/servers/index')).body)).not.toContain(syncKey);
    const stored = await here.magpie.database.asSystem('test', (tx) =>
      tx.query<{ text: string }>("select to_jsonb(s)::text || encode(authkey, 'escape') as text from servers s"),
    );
    expect(JSON.stringify(stored)).not.toContain(syncKey);
    const logged = await here.magpie.database.asSystem('test', (tx) =>
      tx.query<{ text: string }>("select to_jsonb(c)::text as text from changes c where model = 'Server'"),
    );
    expect(logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged)).not.toContain(syncKey);
    expect((await here.admin.post(`/servers/testConnection/${id}`, {})).body).toMatchObject({ status: 1 });
  });

  it.each([
    [{ authkey: 'short' }, 'authkey'],
    [{ url: 'ftp://x' }, 'url'],
    [{ url: undefined }, 'url'],
    [{ pull_rules: '{' }, 'pull_rules'],
  ])('is refused with %j', async (fields, field) => {
    const { status, body } = await add(fields);
    expect(status).toBe(403);
    expect(Object.keys(Object(member(body, 'errors')))).toContain(field);
  });

  it('changes places with its neighbour', async () => {
    await add({ name: 'First' });
    const last = member((await add({ name: 'Last' })).body, 'Server', 'id');
    await here.admin.post(`/servers/changePriority/${last}/up`, {});
    const names = Object.values(Object((await here.admin.get('/servers/index')).body)).map((row) =>
      member(row, 'Server', 'name'),
    );
    expect(names.slice(-2)).toEqual(['Last', 'First']);
  });

  it('is gone after its deletion', async () => {
    const id = member((await add()).body, 'Server', 'id');
    expect((await here.admin.post(`/servers/delete/${id}`, {})).body).toMatchObject({ message: 'Server deleted' });
    expect((await here.admin.post(`/servers/edit/${id}`, { name: 'x' })).status).toBe(404);
  });

  it('is of no concern to anybody but site administrators', async () => {
    const { key } = await makeUser(here.admin, { role_id: '2' });
    const id = member((await add()).body, 'Server', 'id');
    const client = here.client(key);
    for (const path of ['index', `testConnection/${id}`, `previewIndex/${id}`, `getRemoteUser/${id}`]) {
      expect((await client.get(`/servers/${path}`)).status, path).toBe(403);
    }
    const user = { organisationId: 1, flags: new Set<string>() };
    const rows = await here.magpie.database.as({ ...viewer, ...user }, (tx) =>
      tx.query<{ id: number }>('select id from visible_servers'),
    );
    expect(rows).toEqual([]);
  });
});

const viewer = {
  userId: 99,
  email: 'x@x.test',
  organisationId: 1,
  organisationUuid: '',
  organisationName: '',
  roleId: 3,
  roleName: '',
  flags: new Set<string>(),
  authKeyId: null,
  readOnly: false,
  ip: null,
  requestId: null,
};

const systemAdmin = { ...viewer, userId: 1 };

describe('a connection', () => {
  it('is tried out with the remote’s version and an echo', async () => {
    const id = member((await add()).body, 'Server', 'id');
    const { body } = await here.admin.post(`/servers/testConnection/${id}`, {});
    expect(body).toMatchObject({ status: 1, mismatch: false, newer: false, post: 1, client_certificate: null });
    expect(member(body, 'request_encoding')).toContain('gzip');
  });

  it('tells what is wrong without failing', async () => {
    const dead = member((await add({ url: 'http://127.0.0.1:9' })).body, 'Server', 'id');
    expect((await here.admin.get(`/servers/testConnection/${dead}`)).body).toEqual({
      status: 2,
      client_certificate: null,
    });
    const wrong = member((await add({ authkey: KEY })).body, 'Server', 'id');
    expect((await here.admin.get(`/servers/testConnection/${wrong}`)).body).toMatchObject({ status: 4 });
    expect((await here.admin.get('/servers/testConnection/9999')).status).toBe(404);
  });

  it('tells who one is there, and what there is', async () => {
    const id = member((await add()).body, 'Server', 'id');
    const { body } = await here.admin.get(`/servers/getRemoteUser/${id}`);
    expect(body).toMatchObject({ 'Role name': 'Sync user', 'Sync flag': 'Yes' });
    expect((await here.admin.get(`/servers/previewIndex/${id}`)).body).toEqual([]);
    const rules = await here.admin.get(`/servers/queryAvailableSyncFilteringRules/${id}`);
    expect(member(rules.body, 'data', 'organisations')).toContain('Caller');
    expect((await here.admin.get(`/servers/previewEvent/${id}/..%2Fx`)).status).toBe(400);
  });

  it('is set up by what a synchronisation user there gives out', async () => {
    const given = await remote.client(syncKey).get('/servers/createSync');
    expect(member(given.body, 'Server', 'url')).toBe(remote.url);
    const { status, body } = await here.admin.post('/servers/import', given.body);
    expect(status).toBe(200);
    expect(body).toMatchObject({ Server: { name: remote.url, pull: false, push: false, pull_rules: '[]' } });
    const test = await here.admin.get(`/servers/testConnection/${member(body, 'Server', 'id')}`);
    expect(test.body).toMatchObject({ status: 1 });
  });
});

it('names organisations to filter by only as far as one may list them', async () => {
  const { key } = await makeUser(here.admin, { role_id: '3' });
  const asked = () => here.client(key).get('/servers/getAvailableSyncFilteringRules');
  expect(member((await asked()).body, 'organisations')).toContain('Peer');
  await here.magpie.settings.set(null, 'Security.hide_organisation_index_from_users', true);
  expect(member((await asked()).body, 'organisations')).not.toContain('Peer');
  await here.magpie.settings.set(null, 'Security.hide_organisation_index_from_users', false);
});

describe('the cache of a server', () => {
  it('finds values of the remote, for those whom the setting lets see hits of servers', async () => {
    const event = await makeEvent(remote.admin, {
      distribution: '3',
      Attribute: [{ type: 'domain', category: 'Network activity', value: 'cached.example.com' }],
    });
    await remote.admin.post(`/events/publish/${event.id}`, {});
    const id = member((await add({ name: 'Cached', caching_enabled: true })).body, 'Server', 'id');
    expect((await here.admin.post(`/servers/cache/${id}`, {})).body).toMatchObject({
      message: 'Server caching job initiated.',
    });
    await here.magpie.jobs.settled();
    const search = async (client: ApiClient) =>
      (await client.post('/feeds/searchCaches', { value: 'cached.example.com' })).body;
    expect(await search(here.admin)).toMatchObject([
      { Feed: { id, name: 'Cached', url: remote.url, type: 'MISP Server', uuid: [event.uuid] } },
    ]);
    const organisation = await makeOrganisation(here.admin, { name: 'Onlookers' });
    const client = await here.user(organisation, '2');
    expect(await search(client)).toEqual([]);
    await here.magpie.settings.store(systemAdmin, 'MISP.show_server_correlations_for_all_users', true);
    expect(await search(client)).toEqual([{ Feed: { id, name: 'Cached', type: 'MISP Server' } }]);
    const own = await makeEvent(client, {
      Attribute: [{ type: 'domain', category: 'Network activity', value: 'cached.example.com' }],
    });
    const seen = await client.get(`/events/view/${own.id}/includeServerCorrelations:1`);
    expect(member(seen.body, 'Event', 'Server')).toEqual([{ id, name: 'Cached' }]);
    expect(JSON.stringify((await client.get(`/events/view/${own.id}`)).body)).not.toContain('"Server"');
    await here.magpie.settings.store(systemAdmin, 'MISP.show_server_correlations_for_all_users', false);
    expect(await search(client)).toEqual([]);
    await here.admin.post(`/servers/edit/${id}`, { caching_enabled: false });
    expect(await search(here.admin)).toEqual([]);
  });
});

describe('the numbers of an event on other instances', () => {
  it('are asked of those that it can be pulled from', async () => {
    await makeEvent(remote.admin, { info: 'Takes the first number' });
    const { uuid } = await makeEvent(here.admin, { info: 'Known in both' });
    const there = await makeEvent(remote.admin, { uuid, info: 'Known in both', distribution: '3' });
    const missing = await makeEvent(here.admin, { info: 'Known here alone' });
    await add({ name: 'Gone', url: 'http://127.0.0.1:9' });
    const answers = [
      await here.admin.get(`/servers/idTranslator/${uuid}`),
      await here.admin.post('/servers/idTranslator', { uuid }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(member(body, 'local_event', 'uuid')).toBe(uuid);
      const found = (member(body, 'remote_events') as { url: string; remote_id: string | null }[]).map(
        (row) => `${row.url} ${row.remote_id}`,
      );
      expect(found).toContain(`${remote.url} ${there.id}`);
      expect(found).toContain('http://127.0.0.1:9 null');
    }
    const unknown = await here.admin.get(`/servers/idTranslator/${missing.id}`);
    expect(member(unknown.body, 'remote_events', 0, 'remote_id')).toBeNull();
    expect((await here.admin.get('/servers/idTranslator/999999')).status).toBe(404);
    expect((await (await here.user()).get(`/servers/idTranslator/${uuid}`)).status).toBe(403);
  });
});
