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

async function send(method: string, path: string, body?: unknown, key?: string): Promise<unknown> {
  const answer = await world.send(method, path, {
    headers,
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { key }),
  });
  expect({ path, status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({ status: 200 });
  return answer.body;
}
const attributes = (body: unknown) => member(body, 'response', 'Attribute') as Wire[];

describe('OpenCTI’s connector of MISP feeds', () => {
  it('reads the manifest, one event after the other, and the hashes', async () => {
    const manifest = (await send('GET', '/feed/manifest.json')) as Record<string, Wire>;
    expect(manifest[world.published.uuid]).toMatchObject({ info: 'Mail wave', timestamp: expect.any(Number) });
    expect(Object.keys(manifest)).not.toContain(world.draft.uuid);
    const event = await send('GET', `/feed/${world.published.uuid}.json`);
    expect(member(event, 'Event', 'uuid')).toBe(world.published.uuid);
    expect(member(event, 'Event', 'Orgc', 'name')).toBe(world.organisation.name);
    const hashes = await world.send('GET', '/feed/hashes.csv', { headers: { Accept: '*/*' } });
    expect(hashes.status).toBe(200);
    expect(hashes.text).toMatch(new RegExp(`^[0-9a-f]{32},${world.published.uuid}$`, 'm'));
  });
});

describe('Splunk (misp42), any path', () => {
  it('asks for one attribute, and sends switches that this instance need not know', async () => {
    const [found] = attributes(
      await send('POST', '/attributes/restSearch', {
        returnFormat: 'json',
        value: 'login.bad.example',
        includeEventUuid: true,
        includeEventTags: true,
        includeSightings: true,
        includeSightingdb: true,
        excludeLocalTags: true,
        threat_level_id: '1',
        limit: 10,
        page: 1,
      }),
    );
    expect(found).toMatchObject({ event_uuid: world.published.uuid, Sighting: expect.any(Array) });
    const viewed = await send('GET', `/attributes/view/${found?.id}`);
    expect(member(viewed, 'Attribute', 'value')).toBe('login.bad.example');
    const high = { returnFormat: 'json', value: 'login.bad.example', threat_level_id: '2' };
    expect(attributes(await send('POST', '/attributes/restSearch', high))).toEqual([]);
  });
});

describe('IntelOwl', () => {
  it('searches from a date with a time of day, and adds what it found', async () => {
    const search = { returnFormat: 'json', searchall: '%login.bad.example%', from: '2020-01-01 00:00:00' };
    expect(member(await send('POST', '/events/restSearch', search), 'response')).toHaveLength(1);
    const later = { ...search, searchall: undefined, value: 'login.bad.example', from: '2999-01-01 00:00:00' };
    expect(member(await send('POST', '/events/restSearch', later), 'response')).toEqual([]);
    const event = await send('POST', '/events/add', {
      info: 'IntelOwl analysis',
      distribution: 0,
      threat_level_id: 4,
      analysis: 2,
      date: '2026-03-03',
      Tag: [{ name: 'tlp:green' }],
    });
    const id = String(member(event, 'Event', 'id'));
    const added = await send('POST', `/attributes/add/${id}`, { type: 'ip-src', value: '198.51.100.7', to_ids: false });
    expect(member(added, 'Attribute', 'event_id')).toBe(id);
  });
});

describe('n8n, feeds', () => {
  it('adds, edits, switches and lists feeds, and is told which field is wrong', async () => {
    const { adminKey } = world.magpie;
    const feed = { name: 'n8n feed', provider: 'n8n', url: 'https://feed.example/', source_format: 'csv' };
    const id = String(member(await send('POST', '/feeds/add', feed, adminKey), 'Feed', 'id'));
    expect(member(await send('PUT', `/feeds/edit/${id}`, { name: 'Renamed' }, adminKey), 'Feed', 'name')).toBe(
      'Renamed',
    );
    await send('POST', `/feeds/enable/${id}`, {}, adminKey);
    expect(member(await send('GET', `/feeds/view/${id}`, undefined, adminKey), 'Feed', 'enabled')).toBe(true);
    await send('POST', `/feeds/disable/${id}`, {}, adminKey);
    expect(member(await send('GET', '/feeds', undefined, adminKey), 0, 'Feed', 'enabled')).toBe(false);
    const wrong = await world.send('POST', '/feeds/add', { headers, key: adminKey, body: { ...feed, url: '' } });
    expect(wrong).toMatchObject({ status: 403, body: { errors: { url: [expect.any(String)] } } });
  });
});

describe('misp-bump, servers', () => {
  it('adds the other instance and finds it in the list', async () => {
    const { adminKey } = world.magpie;
    const server = {
      name: 'Bumped',
      url: 'https://other.example',
      remote_org_id: world.organisation.id,
      authkey: 'b'.repeat(40),
      pull: true,
      push: true,
      self_signed: false,
    };
    const id = member(await send('POST', '/servers/add', server, adminKey), 'Server', 'id');
    const listed = (await send('GET', '/servers/index', undefined, adminKey)) as { Server: Wire }[];
    expect(listed.map(({ Server }) => Server.id)).toContain(id);
  });
});

describe('exporters of rules (Kunai, yara-exporter, sigmai)', () => {
  it('take their own formats, and nothing is an empty answer', async () => {
    const rule = 'rule client { condition: true }';
    await send('POST', `/attributes/add/${world.published.id}`, { type: 'yara', value: rule, to_ids: true });
    await send('POST', `/events/publish/${world.published.id}`, {});
    const yara = await world.send('POST', '/attributes/restSearch', { headers, body: { returnFormat: 'yara' } });
    expect(yara.text).toContain('rule client');
    const kunai = await world.send('POST', '/attributes/restSearch', {
      headers,
      body: { returnFormat: 'kunai', publish_timestamp: '7d' },
    });
    expect(kunai.status).toBe(200);
    expect(kunai.text).toContain('login.bad.example');
    const none = await world.send('POST', '/attributes/restSearch', {
      headers,
      body: { returnFormat: 'text', value: 'nothing.example' },
    });
    expect([none.status, none.text.trim()]).toEqual([200, '']);
  });
});

describe('OpenCTI and others, by the order of events', () => {
  it('is taken as text or list, and dropped where it names nothing known', async () => {
    const ids = async (order: unknown) => {
      const found = await send('POST', '/events/restSearch', { returnFormat: 'json', order, metadata: 1 });
      return (member(found, 'response') as { Event: Wire }[]).map(({ Event }) => Number(Event.id));
    };
    const upwards = (await ids('Event.id ASC')).slice(0, 2);
    expect(upwards).toEqual([Number(world.published.id), Number(world.draft.id)]);
    expect((await ids(['Event.id DESC'])).slice(-2)).toEqual([...upwards].reverse());
    expect((await ids('Event.nothing; drop table events')).slice(0, 2)).toEqual(upwards);
  });
});
