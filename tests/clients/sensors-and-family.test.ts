import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, JSON_HEADERS, startClientWorld } from './client-world.ts';

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.magpie.stop());

type Wire = Record<string, unknown>;
const headers = JSON_HEADERS;

describe('scripts with old addresses', () => {
  it('fetch CSV, text and hashes by positions', async () => {
    const csv = await world.send('GET', `/events/csv/download/${world.published.id}/false/tlp;green/null/null/true`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
    expect(csv.text.split('\n')[0]).toMatch(/,event_info,/);
    const text = await world.send('GET', '/attributes/text/download/ip-dst/!osint;%25/null/false/2020-01-01/null');
    expect(text.text).toBe('203.0.113.5\n');
    expect((await world.send('GET', '/events/hids/md5/download')).text).toBe('d41d8cd98f00b204e9800998ecf8427e\n');
  });
});

describe('golang-misp', () => {
  it('searches at restSearch/download in `request`, and reads strict types', async () => {
    const answer = await world.send('POST', '/events/restSearch/download', {
      headers,
      body: { request: { eventid: world.published.id } },
    });
    const event = member(answer.body, 'response', 0, 'Event') as Wire;
    for (const name of [
      'id',
      'org_id',
      'orgc_id',
      'timestamp',
      'publish_timestamp',
      'distribution',
      'attribute_count',
      'threat_level_id',
      'analysis',
    ]) {
      expect([name, typeof event[name]]).toEqual([name, 'string']);
    }
    for (const name of ['published', 'locked', 'proposal_email_lock', 'disable_correlation']) {
      expect([name, typeof event[name]]).toEqual([name, 'boolean']);
    }
    const found = await world.send('POST', '/attributes/restSearch/download', {
      headers,
      body: { request: { type: 'domain' } },
    });
    expect(member(found.body, 'response', 'Attribute', 0)).toMatchObject({
      id: expect.any(String),
      event_id: expect.any(String),
      timestamp: expect.any(String),
      distribution: expect.any(String),
      to_ids: true,
      deleted: false,
    });
  });
});

describe('misp-bump', () => {
  it('reads version, roles, itself and organisations, and adds by the admin prefix', async () => {
    const key = world.magpie.adminKey;
    const get = async (path: string) => {
      const answer = await world.send('GET', path, { headers, key });
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      return answer.body;
    };
    expect(member(await get('/servers/getPyMISPVersion'), 'version')).toEqual(expect.any(String));
    expect(member(await get('/admin/roles'), 0, 'Role', 'name')).toEqual(expect.any(String));
    expect(member(await get('/users/view/me'), 'User', 'id')).toBe('1');
    expect(await get('/organisations')).toEqual(expect.any(Array));
    const organisation = await world.send('POST', '/admin/organisations/add', {
      headers,
      key,
      body: { name: 'Bumped', local: true },
    });
    const org_id = member(organisation.body, 'Organisation', 'id');
    const user = await world.send('POST', '/admin/users/add', {
      headers,
      key,
      body: { email: 'bump@bumped.example.com', org_id, role_id: '5' },
    });
    expect(String(member(user.body, 'User', 'authkey'))).toHaveLength(40);
  });
});

describe('a MISP that pulls', () => {
  it('reads version and itself, the minimal index, and events with all their deleted parts', async () => {
    expect(member((await world.send('GET', '/servers/getVersion', { headers })).body, 'perm_sync')).toEqual(
      expect.any(Boolean),
    );
    expect(member((await world.send('GET', '/users/view/me.json', { headers })).body, 'Role', 'perm_sync')).toEqual(
      expect.any(Boolean),
    );
    const index = await world.send('POST', '/events/index', { headers, body: { minimal: 1, published: 1 } });
    expect(index.headers.get('x-result-count')).toBe('1');
    expect(index.body).toEqual([
      {
        id: world.published.id,
        timestamp: expect.any(String),
        sighting_timestamp: '0',
        published: true,
        uuid: world.published.uuid,
        orgc_uuid: expect.any(String),
      },
    ]);
    const path = `/events/view/${world.published.uuid}/deleted[]:0/deleted[]:1/excludeGalaxy:1/includeEventCorrelations:0/includeFeedCorrelations:0/includeWarninglistHits:0/excludeLocalTags:1`;
    const view = await world.send('GET', path, { headers });
    expect(member(view.body, 'Event', 'uuid')).toBe(world.published.uuid);
    expect(member(view.body, 'Event', 'Object', 0, 'Attribute', 0, 'value')).toBe('dropper.dll');
  });

  it('asks by HEAD whether an event is there', async () => {
    expect((await world.send('HEAD', `/events/view/${world.published.uuid}`, { headers })).status).toBe(200);
    expect((await world.send('HEAD', '/events/view/00000000-0000-4000-8000-000000000000', { headers })).status).toBe(
      404,
    );
  });
});
