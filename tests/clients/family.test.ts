import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, JSON_HEADERS, startClientWorld } from './client-world.ts';

const headers = JSON_HEADERS;
let world: ClientWorld;
let peer: string;
beforeAll(async () => {
  world = await startClientWorld();
  const { admin } = world.magpie;
  const user = await admin.post('/admin/users/add', {
    email: 'sync@peer.example.com',
    org_id: world.organisation.id,
    role_id: '5',
  });
  peer = String(member(user.body, 'User', 'authkey'));
});
afterAll(() => world?.magpie.stop());

describe('PyMISP', () => {
  it('asks for version and itself when it connects', async () => {
    const pymisp = {
      ...headers,
      'User-Agent': 'PyMISP 2.5.34.4 - Python 3.11',
      'Accept-Encoding': 'gzip, deflate, br',
    };
    for (let time = 0; time < 2; time += 1) {
      const version = await world.send('GET', '/servers/getVersion', { headers: pymisp });
      expect(version.body).toMatchObject({
        version: expect.any(String),
        pymisp_recommended_version: expect.any(String),
      });
    }
    const me = await world.send('GET', '/users/view/me', { headers: pymisp });
    expect(me.body).toMatchObject({ User: { id: expect.any(String) }, Role: { id: '4' }, UserSetting: [] });
    expect(
      member((await world.send('GET', '/attributes/describeTypes.json', { headers: pymisp })).body, 'result'),
    ).toEqual(expect.objectContaining({ types: expect.arrayContaining(['ip-dst']) }));
  });

  it('searches with the flags that it always sends', async () => {
    const body = {
      returnFormat: 'json',
      ...{ value: 'login.bad.example', withAttachments: 0, metadata: 0, enforceWarninglist: 0, includeEventUuid: 0 },
      ...{ includeEventTags: 0, sgReferenceOnly: 0, includeContext: 0, headerless: 0, includeSightings: 0 },
      ...{ includeDecayScore: 0, includeCorrelations: 0, excludeDecayed: 0 },
    };
    const answer = await world.send('POST', '/attributes/restSearch', { headers, body });
    expect(member(answer.body, 'response', 'Attribute')).toHaveLength(1);
  });
});

describe('importers and transforms (maltego, mail_to_misp, OTX)', () => {
  it('search galaxies, paste free text, and sight values', async () => {
    expect((await world.send('POST', '/galaxies', { headers, body: { value: '%actor%' } })).body).toEqual([]);
    const pasted = await world.send('POST', `/events/freeTextImport/${world.draft.id}`, {
      headers,
      body: { value: 'see hxxp://pasted[.]example/x and 198.51.100.99', adhereToWarninglists: true },
    });
    expect(pasted.status).toBe(200);
    const sighted = await world.send('POST', '/sightings/add', {
      headers,
      body: { values: ['login.bad.example'], source: 'mail', type: '0' },
    });
    expect(member(sighted.body, 'Sighting', 'source')).toBe('mail');
    const none = await world.send('POST', '/sightings/add', { headers, body: { values: ['unknown.example'] } });
    expect(none.status).toBe(200);
  });
});

describe('tools that watch an instance (SkillAegis, Fleet Commander)', () => {
  it('read settings, workers and jobs', async () => {
    const key = world.magpie.adminKey;
    for (const path of ['/servers/serverSettings', '/servers/getWorkers', '/jobs/index', '/servers/index']) {
      expect({ path, status: (await world.send('GET', path, { headers, key })).status }).toEqual({ path, status: 200 });
    }
    expect((await world.send('GET', '/servers/serverSettings', { headers })).status).toBe(403);
  });
});

describe('generated clients', () => {
  it('get the types that the description promises for ids and flags', async () => {
    const openapi = await world.send('GET', '/openapi.json', { headers });
    expect(member(openapi.body, 'openapi')).toMatch(/^3\./);
    const event = member((await world.send('GET', `/events/view/${world.published.id}`, { headers })).body, 'Event');
    expect(event).toMatchObject({ id: expect.any(String), published: true, Orgc: { id: expect.any(String) } });
  });
});

describe('a MISP that pulls more than events', () => {
  it('takes clusters, proposals, sightings, analyst data and collections', async () => {
    const asked = (method: string, path: string, body?: unknown) =>
      world.send(method, path, { headers, key: peer, ...(body === undefined ? {} : { body }) });
    const clusters = await asked('POST', '/galaxy_clusters/restSearch', { minimal: 1, published: 1, custom: 1 });
    expect(clusters.body).toEqual({ response: [] });
    expect((await asked('GET', '/shadow_attributes/index/limit:1000/page:1')).body).toEqual([]);
    const sightings = await asked('POST', '/sightings/restSearch/event', { id: Number(world.published.id) });
    expect(member(sightings.body, 'response')).toEqual(expect.any(Array));
    const notes = await asked('POST', '/analyst_data/indexMinimal', { orgc_name: [] });
    expect(notes.body).toEqual({ Note: {}, Opinion: {}, Relationship: {} });
    expect((await asked('GET', `/analyst_data/index/Note/uuid[]:${randomUUID()}`)).body).toEqual([]);
    expect((await asked('POST', '/collections/indexMinimal', {})).status).toBe(200);
    expect((await asked('GET', '/servers/getAvailableSyncFilteringRules')).status).toBe(200);
  });

  it('is told 304 when nothing has changed', async () => {
    const asked = (tag: string) =>
      world.send('POST', '/events/index', {
        headers: { ...headers, 'If-None-Match': tag },
        key: peer,
        body: { minimal: 1, published: 1 },
      });
    const first = await asked('');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    for (const tag of [etag, `W/${etag}`, etag.replace(/"$/, '-gzip"'), `"x", ${etag}`]) {
      const again = await asked(tag);
      expect({ tag, status: again.status, text: again.text }).toEqual({ tag, status: 304, text: '' });
    }
    expect((await asked('"0000000000000000000000000000000000000000"')).text).toBe(first.text);
    const untold = await world.send('GET', `/events/view/${world.published.uuid}`, { headers, key: peer });
    expect(untold.headers.get('etag')).toBeNull();
  });

  it('sends compressed bodies', async () => {
    const response = await fetch(`${world.magpie.url}/events/index`, {
      method: 'POST',
      headers: { ...headers, Authorization: peer, 'Content-Encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ minimal: 1, published: 1 })),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-result-count')).toBe('1');
  });
});

describe('a MISP that pushes', () => {
  it('adds and edits events as metadata, tells sightings, clusters and analyst data', async () => {
    const asked = (method: string, path: string, body?: unknown) =>
      world.send(method, path, { headers, key: peer, ...(body === undefined ? {} : { body }) });
    expect((await asked('POST', '/servers/postTest', { testString: 'x', testArray: [] })).status).toBe(200);
    const event = {
      uuid: randomUUID(),
      info: 'Pushed',
      distribution: '1',
      published: false,
      timestamp: '1700000000',
      Orgc: { uuid: randomUUID(), name: 'Far Away' },
      Attribute: [{ uuid: randomUUID(), type: 'text', value: 'pushed', timestamp: '1700000000' }],
    };
    expect((await asked('HEAD', `/events/view/${event.uuid}`)).status).toBe(404);
    expect((await asked('POST', '/events/add/metadata:1', { Event: event })).status).toBe(200);
    expect((await asked('HEAD', `/events/view/${event.uuid}`)).status).toBe(200);
    const again = await asked('POST', '/events/add/metadata:1', { Event: event });
    expect(again.status).toBe(404);
    expect(again.headers.get('location')).toMatch(/\/events\/\d+$/);
    const changed = { ...event, info: 'Pushed anew', timestamp: '1700000001' };
    const edited = await asked('POST', `/events/edit/${event.uuid}/metadata:1`, { Event: changed });
    expect(member(edited.body, 'Event', 'info')).toBe('Pushed anew');
    const uuids = await asked('POST', `/sightings/filterSightingUuidsForPush/${event.uuid}`, []);
    expect(uuids.body).toEqual([]);
    const sighting = {
      uuid: randomUUID(),
      attribute_uuid: event.Attribute[0]?.uuid,
      date_sighting: '1700000002',
      type: '0',
    };
    expect((await asked('POST', `/sightings/bulkSaveSightings/${event.uuid}`, [sighting])).status).toBe(200);
    expect((await asked('POST', '/galaxies/pushCluster', [])).status).toBeLessThan(500);
    expect((await asked('POST', '/analyst_data/filterAnalystDataForPush', { Note: {} })).status).toBe(200);
  });
});
