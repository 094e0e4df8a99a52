import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation);
  event = await makeEvent(admin, { info: 'For STIX', distribution: '3', Tag: [{ name: 'tlp:green' }] });
  const add = (fields: Record<string, unknown>) => makeAttribute(admin, event.id, fields);
  const domain = await add({ type: 'domain', value: 'evil.example.com', to_ids: true, Tag: [{ name: 'tlp:amber' }] });
  await admin.post('/sightings/add', { id: domain.id, source: 'honeypot' });
  await add({ type: 'attachment', category: 'External analysis', value: 'note.txt', data: 'aGVsbG8=' });
  await add({ type: 'ip-dst', value: '203.0.113.9', distribution: '0', to_ids: true });
  await add({ type: 'url', value: 'http://gone.example.com/', to_ids: false });
});
afterAll(() => magpie?.stop());

interface StixObject {
  type: string;
  id: string;
  value?: string;
  pattern?: string;
  payload_bin?: string;
  description?: string;
  object_marking_refs?: string[];
  labels?: string[];
}

async function objectsOf(client: ApiClient, filters: Record<string, unknown>): Promise<StixObject[]> {
  const { status, body } = await client.post('/attributes/restSearch', { returnFormat: 'stix2', ...filters });
  expect(status).toBe(200);
  const bundle: { objects: StixObject[] } = JSON.parse(JSON.stringify(body));
  return bundle.objects;
}

const ofType = (objects: readonly StixObject[], type: string) => objects.filter((object) => object.type === type);

describe('attributes as STIX 2.1', () => {
  it('have their markings, sightings, and files where these are asked for', async () => {
    const objects = await objectsOf(admin, { eventid: event.id });
    const indicators = ofType(objects, 'indicator');
    expect(indicators.map(({ pattern }) => pattern)).toEqual([
      "[domain-name:value = 'evil.example.com']",
      "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.9']",
    ]);
    expect(indicators[0]?.object_marking_refs).toHaveLength(1);
    expect(ofType(objects, 'sighting')).toMatchObject([{ description: 'honeypot' }]);
    expect(ofType(objects, 'artifact')).toEqual([]);
    expect(ofType(objects, 'report')).toEqual([]);
    const withFiles = await objectsOf(admin, { eventid: event.id, withAttachments: 1 });
    expect(ofType(withFiles, 'artifact')).toMatchObject([{ payload_bin: 'aGVsbG8=' }]);
    expect(ofType(withFiles, 'indicator')).toHaveLength(2);
  });

  it('take the tags of their events where these are asked for', async () => {
    const [indicator] = ofType(await objectsOf(admin, { value: 'evil.example.com', includeEventTags: 1 }), 'indicator');
    expect(indicator?.object_marking_refs).toHaveLength(2);
  });

  it('follow the page, the filters and who asks', async () => {
    const seen = await objectsOf(outsider, { eventid: event.id });
    expect(JSON.stringify(seen)).not.toContain('203.0.113.9');
    expect(JSON.stringify(seen)).toContain('evil.example.com');
    const page = await objectsOf(admin, { eventid: event.id, type: ['domain', 'url'], limit: 1, page: 2 });
    expect(ofType(page, 'url')).toMatchObject([{ value: 'http://gone.example.com/' }]);
    expect(ofType(page, 'domain-name')).toEqual([]);
    expect(await objectsOf(admin, { value: 'nothing-here' })).toEqual([]);
  });

  it('are refused in a version that is not written', async () => {
    const wrong = await admin.post('/attributes/restSearch', { returnFormat: 'stix2', 'stix-version': '3.0' });
    expect(wrong).toMatchObject({ status: 400, body: { message: expect.stringContaining('stix-version') } });
  });
});

describe('STIX 1', () => {
  it('is XML, but JSON for whoever asks for that by name', async () => {
    const typeOf = async (path: string, accept: string, body?: object) => {
      const answer = await fetch(magpie.url + path, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: magpie.adminKey, accept, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      await answer.arrayBuffer();
      return [answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')];
    };
    const xml = (id: string) => [200, 'application/xml; charset=UTF-8', `attachment; filename="misp.event.${id}.xml"`];
    const json = (id: string) => [
      200,
      'application/json; charset=UTF-8',
      `attachment; filename="misp.event.${id}.json"`,
    ];
    const old = `/events/stix/download/${event.id}`;
    const search = { returnFormat: 'stix' };
    expect(await typeOf(old, '*/*')).toEqual(xml(event.id));
    expect(await typeOf(old, 'application/json')).toEqual(json(event.id));
    expect(await typeOf(`${old}.json`, '*/*')).toEqual(json(event.id));
    expect(await typeOf('/events/restSearch', '*/*', search)).toEqual(xml('list'));
    expect(await typeOf('/events/restSearch', 'application/json', search)).toEqual(json('list'));
  });
});

describe('attributes as STIX 1', () => {
  it('name the producer of their event where the context is asked for', async () => {
    const plain = await admin.post('/attributes/restSearch', { returnFormat: 'stix-xml', eventid: event.id });
    expect(plain.headers.get('content-type')).toBe('application/xml; charset=UTF-8');
    expect(String(plain.body)).toContain('evil.example.com');
    const { body } = await outsider.post('/attributes/restSearch', { returnFormat: 'stix-json', eventid: event.id });
    expect(JSON.stringify(body)).toContain('evil.example.com');
    expect(JSON.stringify(body)).not.toContain('203.0.113.9');
  });
});

describe('a search as a data set of an open data portal', () => {
  const search = (scope: string, filters: Record<string, unknown>) =>
    admin.post(`/${scope}/restSearch`, { returnFormat: 'opendata', ...filters });

  it('is described, with a link that finds the same, and sent nowhere', async () => {
    const answer = await search('attributes', {
      type: ['domain', 'hostname'],
      eventid: event.id,
      setup: { dataset: { title: 'Domains' }, resources: { format: 'json' } },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=UTF-8');
    expect(answer.headers.get('x-response-format')).toBe('txt');
    const described: { dataset: { title: string }; resources: { url: string }[] } = JSON.parse(String(answer.body));
    expect(described.dataset.title).toBe('Domains');
    const link = new URL(described.resources[0]?.url ?? '');
    const found = await admin.get(link.pathname);
    expect(found).toMatchObject({ status: 200, body: { response: { Attribute: [{ value: 'evil.example.com' }] } } });
    const events = await search('events', { eventid: event.id });
    expect(events.headers.get('content-disposition')).toBe(`attachment; filename="misp.event.${event.id}.txt"`);
  });

  it.each([
    ['setup', { setup: 'no JSON' }],
    ['setup', { setup: { dataset: [] } }],
    ['value', { value: { OR: ['a'] } }],
  ])('is refused for a wrong %s', async (name, filters) => {
    expect(await search('attributes', filters)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(name) },
    });
  });
});
