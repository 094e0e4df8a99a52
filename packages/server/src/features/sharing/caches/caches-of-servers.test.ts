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
import { type FeedWorld, startFeedWorld } from '../feeds/testing/feed-world.ts';

type Names = { feeds: string[]; servers: string[] };

let world: FeedWorld;
let here: TestMagpie;
let remote: TestMagpie;
let serverId: string;
let remoteEvent: { id: string; uuid: string };
let own: string;
/** Who made the event, his colleague who only reads, a user of the host organisation, and one of another. */
let clients: Record<'owner' | 'colleague' | 'host' | 'other', ApiClient>;

beforeAll(async () => {
  [world, remote] = await Promise.all([startFeedWorld(), startTestMagpie()]);
  here = world.magpie;
  remoteEvent = await makeEvent(remote.admin, {
    distribution: '3',
    Attribute: [
      { type: 'domain', value: 'Both.example' },
      { type: 'filename|md5', category: 'Payload delivery', value: `kit.exe|${'a'.repeat(32)}` },
      { type: 'ip-dst|port', category: 'Network activity', value: '198.51.100.7|443' },
      { type: 'url', value: 'https://remote.example/x' },
    ],
  });
  await remote.admin.post(`/events/publish/${remoteEvent.id}`, {});
  world.files.set('/both.txt', 'both.example\nfeed-alone.example');
  await world.addFeed({ url: `${world.base}/both.txt`, lookup_visible: true, name: 'Open feed' });
  await world.addFeed({ url: `${world.base}/both.txt`, name: 'Hidden feed' });
  await world.run('/feeds/cacheFeeds/all');
  const peer = await makeOrganisation(here.admin, { name: 'Peer of caches' });
  const { id: caller } = await makeOrganisation(remote.admin, { name: 'Caller' });
  const { key } = await makeUser(remote.admin, { org_id: caller, role_id: '5' });
  const added = await here.admin.post('/servers/add', {
    ...{ name: 'Remote', url: remote.url, remote_org_id: peer.id, authkey: key, caching_enabled: true, pull: true },
  });
  serverId = String(member(added.body, 'Server', 'id'));
  await world.run(`/servers/cache/${serverId}`);
  const organisation = await makeOrganisation(here.admin);
  const outside = await makeOrganisation(here.admin);
  const role = await here.admin.post('/admin/roles/add', {
    name: 'Sees hits',
    perm_auth: true,
    perm_view_feed_correlations: true,
  });
  const withHits = String(member(role.body, 'Role', 'id'));
  clients = {
    owner: await here.user(organisation),
    colleague: await here.user(organisation, '6'),
    host: here.client((await makeUser(here.admin, { org_id: '1', role_id: withHits })).key),
    other: here.client((await makeUser(here.admin, { org_id: outside.id, role_id: withHits })).key),
  };
  const event = await makeEvent(clients.owner, {
    distribution: '3',
    Attribute: [
      { type: 'domain', value: 'Both.example' },
      { type: 'domain', value: 'feed-alone.example' },
      { type: 'filename|md5', category: 'Payload delivery', value: `kit.exe|${'a'.repeat(32)}` },
      { type: 'ip-dst|port', category: 'Network activity', value: '198.51.100.7|443' },
      { type: 'url', value: 'https://remote.example/x' },
      { type: 'text', value: 'https://remote.example/x', disable_correlation: true },
      { type: 'comment', category: 'Other', value: 'Both.example' },
    ],
  });
  own = event.id;
  await here.admin.post(`/events/publish/${own}`, {});
});
afterAll(() => Promise.all([world?.stop(), remote?.stop()]));

const namesOf = (holder: unknown): Names => {
  const { Feed: feeds = [], Server: servers = [] } = Object(holder);
  const names = (list: unknown) =>
    Object.values(Object(list))
      .map((one) => String(member(one, 'name')))
      .sort();
  return { feeds: names(feeds), servers: names(servers) };
};

async function seen(client: ApiClient, parameters = '/includeServerCorrelations:1'): Promise<unknown> {
  const { status, body } = await client.get(`/events/view/${own}${parameters}`);
  expect(status).toBe(200);
  return member(body, 'Event');
}

const search = async (client: ApiClient, value: string) => {
  const { body } = await client.post('/feeds/searchCaches', { value });
  return Object.values(Object(body))
    .map((hit) => String(member(hit, 'Feed', 'name')))
    .sort();
};

const compared = async () => JSON.stringify((await here.admin.get('/feeds/compareFeeds')).body);

describe('hits of a connected instance', () => {
  it('stand beside those of feeds, in the event and at each attribute', async () => {
    const event = await seen(here.admin);
    expect(namesOf(event)).toEqual({ feeds: ['Hidden feed', 'Open feed'], servers: ['Remote'] });
    const server = { id: serverId, name: 'Remote', url: remote.url, event_uuids: [remoteEvent.uuid] };
    expect(member(event, 'Server')).toEqual([server]);
    const attributes = member(event, 'Attribute') as unknown[];
    expect(member(attributes[0], 'Server')).toEqual([server]);
    const feeds = ['Hidden feed', 'Open feed'];
    // The remote tells the hash of a pair as a whole; what does not correlate is not looked up.
    expect(attributes.map((row) => [member(row, 'type'), namesOf(row)])).toEqual([
      ['domain', { feeds, servers: ['Remote'] }],
      ['domain', { feeds, servers: [] }],
      ['filename|md5', { feeds: [], servers: ['Remote'] }],
      ['ip-dst|port', { feeds: [], servers: ['Remote'] }],
      ['url', { feeds: [], servers: ['Remote'] }],
      ['text', { feeds: [], servers: [] }],
      ['comment', { feeds: [], servers: [] }],
    ]);
    expect(namesOf(await seen(here.admin, ''))).toEqual({ feeds, servers: [] });
    const wanted = { eventid: own, includeServerCorrelations: 1, includeFeedCorrelations: 1 };
    const found = await here.admin.post('/events/restSearch', wanted);
    expect(namesOf(member(found.body, 'response', 0, 'Event'))).toEqual({ feeds, servers: ['Remote'] });
  });

  it('are for the host organisation, and for others by name alone once the setting says so', async () => {
    const all = { feeds: ['Hidden feed', 'Open feed'], servers: ['Remote'] };
    const open = { feeds: ['Open feed'], servers: [] };
    expect(namesOf(await seen(clients.host))).toEqual(all);
    for (const client of [clients.owner, clients.colleague, clients.other]) {
      expect(namesOf(await seen(client))).toEqual(open);
      expect(await search(client, 'https://remote.example/x')).toEqual([]);
    }
    const show = (value: boolean) =>
      here.admin.post('/servers/serverSettingsEdit/MISP.show_server_correlations_for_all_users', { value });
    await show(true);
    for (const client of [clients.owner, clients.colleague, clients.other]) {
      const event = await seen(client);
      expect(namesOf(event)).toEqual({ feeds: ['Open feed'], servers: ['Remote'] });
      expect(member(event, 'Server')).toEqual([{ id: serverId, name: 'Remote' }]);
      expect(JSON.stringify(event)).not.toContain(remote.url);
      expect(JSON.stringify(event)).not.toContain(remoteEvent.uuid);
    }
    await show(false);
    expect(namesOf(await seen(clients.other))).toEqual(open);
  });

  it('are those of the last load, and of the address it was made from', async () => {
    const load = () => world.run(`/servers/cache/${serverId}`);
    const url = 'https://remote.example/x';
    const stored = () =>
      here.magpie.database.asSystem('look', (tx) =>
        tx.query(`select from value_sources where server_id = $1`, [serverId]),
      );
    const [, , , last] = member(
      (await remote.admin.get(`/events/view/${remoteEvent.id}`)).body,
      'Event',
      'Attribute',
    ) as { id: string }[];
    await remote.admin.post(`/attributes/delete/${last?.id}`);
    expect(await search(here.admin, url)).toEqual(['Remote']);
    await load();
    expect(await search(here.admin, url)).toEqual([]);
    expect(await search(here.admin, 'both.example')).toEqual(['Hidden feed', 'Open feed', 'Remote']);
    expect(await stored()).toHaveLength(1);

    // A remote that does not answer takes nothing away.
    await here.admin.post(`/servers/edit/${serverId}`, { authkey: 'w'.repeat(40) });
    await load();
    expect(await search(clients.host, 'both.example')).toContain('Remote');
    const address = async (to: string) => here.admin.post(`/servers/edit/${serverId}`, { url: to });
    await address(`${remote.url}/elsewhere`);
    expect(await search(here.admin, 'both.example')).toEqual(['Hidden feed', 'Open feed']);
    expect(await stored()).toEqual([]);
    expect(member((await here.admin.get('/servers/index')).body, 0, 'Server', 'cache_timestamp')).toBe(false);
  });

  it('end with the events of the remote, and with the server', async () => {
    const { key } = await makeUser(remote.admin, { role_id: '5' });
    await here.admin.post(`/servers/edit/${serverId}`, { url: remote.url, authkey: key });
    await world.run(`/servers/cache/${serverId}`);
    expect(await search(here.admin, 'both.example')).toContain('Remote');
    expect(await compared()).toContain('"Remote"');
    await remote.admin.post(`/events/delete/${remoteEvent.id}`);
    await world.run('/servers/cache/all');
    expect(await search(here.admin, 'both.example')).toEqual(['Hidden feed', 'Open feed']);
    expect(namesOf(await seen(here.admin)).servers).toEqual([]);
    await here.admin.post(`/servers/delete/${serverId}`);
    expect(await compared()).not.toContain('"Remote"');
    const left = await here.magpie.database.asSystem('look', (tx) =>
      tx.query('select from value_sources where server_id is not null'),
    );
    expect(left).toEqual([]);
  });
});
