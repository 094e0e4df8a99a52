import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation, '3');
  event = await makeEvent(admin, { info: 'As STIX', distribution: '3', Tag: [{ name: 'tlp:green' }] });
  await makeAttribute(admin, event.id, { type: 'ip-src', value: '8.8.8.8', to_ids: true, Tag: [{ name: 'a:b' }] });
  await makeAttribute(admin, event.id, { type: 'domain', value: 'secret.example.com', distribution: '0' });
  await makeObject(admin, event.id, {
    name: 'domain-ip',
    'meta-category': 'network',
    distribution: '5',
    Attribute: [{ object_relation: 'ip', type: 'ip-dst', value: '203.0.113.5', to_ids: true }],
  });
  await admin.post(`/events/publish/${event.id}`);
});
afterAll(() => magpie?.stop());

async function bundle(client: ApiClient, path: string, body: Json): Promise<{ text: string; objects: Json[] }> {
  const { status, body: answer } = await client.post(path, body);
  expect(status).toBe(200);
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return { text, objects: JSON.parse(text).objects };
}

describe('STIX 2 out', () => {
  it('is a bundle with a report, its objects behind it and relationships at the end', async () => {
    const { objects } = await bundle(admin, '/events/restSearch', { returnFormat: 'stix2', eventid: event.id });
    const types = objects.map(({ type }) => type);
    expect(types[0]).toBe('identity');
    expect(types[1]).toBe('report');
    expect(types).toContain('x-misp-object');
    const indicator = objects.find(({ type }) => type === 'indicator');
    expect(indicator).toMatchObject({
      pattern: "[network-traffic:src_ref.type = 'ipv4-addr' AND network-traffic:src_ref.value = '8.8.8.8']",
    });
    expect(types.filter((type) => type === 'observed-data')).toHaveLength(2);
  });

  it('hides what the reader may not see', async () => {
    const { text } = await bundle(outsider, '/events/restSearch', { returnFormat: 'stix2', eventid: event.id });
    expect(text).toContain('8.8.8.8');
    expect(text).not.toContain('secret.example.com');
    const attributes = await bundle(outsider, '/attributes/restSearch', { returnFormat: 'stix2', eventid: event.id });
    expect(attributes.text).toContain('8.8.8.8');
    expect(attributes.text).not.toContain('secret.example.com');
  });

  it('is STIX 2.0 where that is asked for, and refuses other versions', async () => {
    const body = { returnFormat: 'stix2', 'stix-version': '2.0', eventid: event.id };
    const { text } = await bundle(admin, '/events/restSearch', body);
    expect(JSON.parse(text)).toMatchObject({ spec_version: '2.0' });
    const refused = await admin.post('/events/restSearch', { ...body, 'stix-version': '3' });
    expect(refused.status).toBe(400);
  });

  it('answers at its old address, and with an empty bundle for nothing', async () => {
    const { status, body } = await admin.get(`/events/stix2/download/${event.id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { type: 'bundle' } });
    const none = await bundle(admin, '/events/restSearch', { returnFormat: 'stix2', eventinfo: 'no such event' });
    expect(none.objects).toEqual([]);
  });

  it('writes attributes without a report', async () => {
    const { objects } = await bundle(admin, '/attributes/restSearch', { returnFormat: 'stix2', eventid: event.id });
    expect(objects[0]).toMatchObject({ type: 'identity', name: 'MISP' });
    expect(objects.some(({ type }) => type === 'report' || type === 'grouping')).toBe(false);
  });
});

const INDICATOR = {
  type: 'indicator',
  spec_version: '2.1',
  id: 'indicator--1a7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a11',
  created: '2024-01-02T03:04:05.000Z',
  modified: '2024-01-02T03:04:05.000Z',
  pattern: "[domain-name:value = 'evil.example.net']",
  pattern_type: 'stix',
  valid_from: '2024-01-02T03:04:05Z',
};
const MALWARE = {
  type: 'malware',
  spec_version: '2.1',
  id: 'malware--2b7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a12',
  created: '2024-01-02T03:04:05.000Z',
  modified: '2024-01-02T03:04:05.000Z',
  name: 'Nasty',
  is_family: true,
};

function bundleOf(uuid: string, objects: readonly Json[]): Json {
  return { type: 'bundle', id: `bundle--${uuid}`, objects };
}

describe('STIX 2 in', () => {
  it('is stored and published, or not at all', async () => {
    const document = { type: 'bundle', id: `bundle--${crypto.randomUUID()}`, objects: [] as Json[] };
    const info = `Only published ${crypto.randomUUID()}`;
    const stamps = { created: '2026-01-02T03:04:05.000Z', modified: '2026-01-02T03:04:05.000Z' };
    const shared = { spec_version: '2.1', ...stamps };
    const indicator = { ...shared, type: 'indicator', id: `indicator--${crypto.randomUUID()}`, pattern_type: 'stix' };
    document.objects.push(
      { ...indicator, pattern: "[ipv4-addr:value = '192.0.2.9']", valid_from: stamps.created },
      {
        ...shared,
        type: 'report',
        id: `report--${crypto.randomUUID()}`,
        name: info,
        published: stamps.created,
        object_refs: [indicator.id],
      },
    );
    expect((await outsider.post('/events/upload_stix/2/publish:1', document)).status).toBe(405);
    expect((await admin.post('/events/index', { eventinfo: info })).body).toEqual([]);
    expect((await admin.post('/events/upload_stix/2/publish:1', document)).status).toBe(200);
    expect((await admin.post('/events/index', { eventinfo: info })).body).toMatchObject([{ published: true }]);
  });

  it('stores another producer’s bundle, with its clusters as tags and what it left told', async () => {
    const document = bundleOf('7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4c01', [
      INDICATOR,
      MALWARE,
      {
        type: 'relationship',
        spec_version: '2.1',
        id: 'relationship--3c7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a13',
        created: '2024-01-02T03:04:05.000Z',
        modified: '2024-01-02T03:04:05.000Z',
        relationship_type: 'indicates',
        source_ref: INDICATOR.id,
        target_ref: MALWARE.id,
      },
      { type: 'infrastructure', id: 'infrastructure--4d7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a14', name: 'Servers' },
    ]);
    const { status, body } = await admin.post('/events/upload_stix/2', document);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        Event: {
          uuid: '7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4c01',
          // That of events for which none is asked.
          distribution: '1',
          Attribute: [
            { type: 'domain', value: 'evil.example.net', to_ids: true, Tag: [{ name: 'misp-galaxy:malware="Nasty"' }] },
          ],
          Object: [{ name: 'original-imported-file' }],
        },
        rejected: [{ path: 'infrastructure--4d7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a14' }],
      },
    });
    const again = await admin.post('/events/upload_stix/2', document);
    expect({ status: again.status, body: again.body }).toMatchObject({
      status: 403,
      body: { errors: 'Event with the same UUID already exists.' },
    });
  });

  it('makes clusters where they are wanted, and honours distribution', async () => {
    const document = bundleOf('7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4c02', [MALWARE]);
    const path = '/events/upload_stix/2/galaxies_as_tags:0/distribution:1/cluster_distribution:1';
    const { status, body } = await admin.post(path, document);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        Event: {
          distribution: '1',
          Tag: [{ name: expect.stringMatching(/^misp-galaxy:stix-2.1-malware="[0-9a-f-]{36}"$/) }],
        },
      },
    });
    expect(body).toMatchObject({
      Event: { Galaxy: [{ type: 'stix-2.1-malware', GalaxyCluster: [{ value: 'Nasty', distribution: '1' }] }] },
    });
  });

  it('refuses what is no bundle, and impossible options', async () => {
    expect((await admin.post('/events/upload_stix/2', { type: 'report' })).status).toBe(403);
    const bad = await admin.post(
      '/events/upload_stix/2/distribution:9',
      bundleOf('7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4c03', []),
    );
    expect(bad.status).toBe(400);
  });

  it('takes back what it wrote, with other owners unable to overwrite', async () => {
    const { text } = await bundle(admin, '/events/restSearch', { returnFormat: 'stix2', eventid: event.id });
    const known = await outsider.post('/events/upload_stix/2', JSON.parse(text));
    expect(known.status).toBe(403);
    await admin.post(`/events/delete/${event.id}`, {});
    await admin.post(`/eventBlocklists/delete/${event.uuid}`, {});
    const { status, body } = await admin.post('/events/upload_stix/2', JSON.parse(text));
    expect({ status, body }).toMatchObject({ status: 200, body: { Event: { uuid: event.uuid, info: 'As STIX' } } });
    expect(JSON.stringify(body)).toContain('203.0.113.5');
  });

  it('is understood by the import of the page', async () => {
    const document = bundleOf('7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4c05', [
      { ...INDICATOR, id: 'indicator--1a7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a21' },
    ]);
    const { body } = await admin.post('/ui/import', document);
    expect(body).toMatchObject({ results: [{ action: 'created', rejected: [] }] });
  });
});
