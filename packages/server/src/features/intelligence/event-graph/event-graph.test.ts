import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeTag,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Graph {
  items: { id: string; label: string; node_type: string }[];
  relations: { from: string; to: string; type: string }[];
}
interface Network {
  nodes: { unique_id: string; name: string; expanded?: boolean }[];
  links: { source: number; target: number }[];
}

const EQUAL = '198.51.100.9';

let magpie: TestMagpie;
let owner: ApiClient;
let colleague: ApiClient;
let stranger: ApiClient;
let event: Made;
let hidden: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const alpha = await makeOrganisation(admin);
  const beta = await makeOrganisation(admin);
  const user = (organisation: Made) => magpie.user(organisation);
  owner = await user(alpha);
  colleague = await user(alpha);
  stranger = await user(beta);
  for (const name of ['drawn', 'on it']) await makeTag(admin, { name });
  const target = 'b0000000-0000-4000-8000-000000000001';
  event = await makeEvent(owner, {
    info: 'Drawn',
    Tag: [{ name: 'drawn' }],
    Attribute: [{ uuid: target, type: 'ip-dst', value: '203.0.113.5', Tag: [{ name: 'on it' }] }],
    Object: [
      {
        name: 'file',
        'meta-category': 'file',
        distribution: '5',
        template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
        template_version: '24',
        Attribute: [{ type: 'filename', object_relation: 'filename', value: '<a>.exe' }],
        ObjectReference: [{ referenced_uuid: target, relationship_type: 'connects-to' }],
      },
    ],
  });
  await makeAttribute(owner, event.id, { value: 'secret', distribution: '0' });
  hidden = await makeEvent(owner, {
    info: 'Unseen',
    distribution: '0',
    Attribute: [{ type: 'ip-dst', value: '203.0.113.5' }],
  });
});

afterAll(() => magpie.stop());

const graphOf = async (client: ApiClient, action: string, body: object = {}) =>
  (await client.post(`/events/${action}/${event.id}/event`, body)).body as Graph;

describe('the graph of items', () => {
  it('links objects by references, attributes by tags and by the value of a key', async () => {
    const references = await graphOf(owner, 'getEventGraphReferences');
    expect(references.items.map(({ label, node_type }) => `${node_type} ${label}`)).toEqual([
      'attribute 203.0.113.5',
      'attribute secret',
      'object ',
    ]);
    expect(references.relations).toMatchObject([{ to: references.items[0]?.id, type: 'connects-to' }]);
    const tags = await graphOf(owner, 'getEventGraphTags');
    expect(tags.items.at(-1)).toMatchObject({ id: 'on it', node_type: 'tag' });
    expect(tags.relations).toMatchObject([{ to: 'on it' }]);
    const types = await graphOf(owner, 'getEventGraphGeneric', { keyType: 'type' });
    expect(types.items.filter(({ node_type }) => node_type === 'keyType').map(({ label }) => label)).toEqual([
      'ip-dst',
      'text',
      'filename',
    ]);
    expect((await graphOf(owner, 'getEventGraphGeneric', { keyType: 'password' })).items).toEqual([]);
    const filtered = await graphOf(owner, 'getEventGraphReferences', { filtering: { value: ['203.'] } });
    expect(filtered.items).toHaveLength(1);
  });

  it('shows only what the reader sees', async () => {
    expect(JSON.stringify(await graphOf(stranger, 'getEventGraphReferences'))).not.toContain('secret');
    expect((await stranger.get(`/events/getEventGraphTags/${hidden.id}`)).status).toBe(404);
    expect((await stranger.get(`/events/getEventTimeline/${hidden.id}`)).status).toBe(404);
    expect((await stranger.get(`/events/getDistributionGraph/${hidden.id}`)).status).toBe(404);
    expect((await stranger.get(`/events/updateGraph/${hidden.id}/event`)).status).toBe(404);
    expect((await stranger.get(`/events/viewClusterRelations/${hidden.id}`)).status).toBe(404);
  });
});

describe('other pictures', () => {
  it('put items on a line of time, escaped for HTML', async () => {
    expect((await owner.get(`/events/getEventTimeline/${event.id}/event`)).body).toMatchObject({
      items: [
        { content: '203.0.113.5', group: 'attribute', date_sighting: [] },
        { content: 'secret' },
        { content: 'file', group: 'object', Attribute: [{ content: '&lt;a&gt;.exe', contentType: 'filename' }] },
      ],
    });
  });

  it('put sightings on a line of time, each kind by itself, in milliseconds', async () => {
    const seen = await makeEvent(owner, { Attribute: [{ type: 'text', value: 'seen twice' }] });
    for (const [type, timestamp] of [
      ['0', 1_700_000_100],
      ['0', 1_700_000_000],
      ['1', 1_700_000_200],
    ]) {
      await owner.post('/sightings/add', { value: 'seen twice', type, timestamp });
    }
    const { body } = await owner.post(`/events/getEventTimeline/${seen.id}/event`, { scope: 'sightings' });
    expect(body).toMatchObject({
      items: [
        {
          content: 'seen twice',
          group: 'sighting_positive',
          first_seen: 1_700_000_000_000,
          last_seen: 1_700_000_100_000,
        },
        { group: 'sighting_negative', date_sighting: [1_700_000_200_000] },
      ],
    });
  });

  it('count by distribution, inherited ones by what they inherit', async () => {
    expect((await owner.get(`/events/getDistributionGraph/${event.id}`)).body).toMatchObject({
      event: [1, 0, 0, 3, 0],
      attribute: [1, 0, 0, 1, 0],
      object: [0, 0, 0, 1, 0],
      obj_attr: [0, 0, 0, 1, 0],
    });
    expect((await stranger.get(`/events/getDistributionGraph/${event.id}`)).body).toMatchObject({
      attribute: [0, 0, 0, 1, 0],
    });
  });

  it('connect an event with others through its attributes, and expand', async () => {
    const network = async (client: ApiClient, path: string, body?: object) => {
      const answer = body
        ? await client.post(`/events/updateGraph/${path}`, body)
        : await client.get(`/events/updateGraph/${path}`);
      return answer.body as Network;
    };
    const own = await network(owner, `${event.id}/event.json`);
    const names = own.nodes.map(({ name }) => name);
    expect(names).toContain(`(${hidden.id}) Unseen`);
    const linked = own.links.map(({ source, target }) => [own.nodes[source]?.name, own.nodes[target]?.name]);
    expect(linked).toContainEqual(['203.0.113.5', `(${hidden.id}) Unseen`]);
    expect(JSON.stringify(await network(stranger, `${event.id}/event`))).not.toContain('Unseen');
    const expanded = await network(owner, `${hidden.id}/event`, own);
    expect(expanded.nodes.length).toBeGreaterThan(own.nodes.length);
    expect(expanded.nodes.find(({ unique_id }) => unique_id === `event-${hidden.id}`)?.expanded).toBe(true);
    const tag = own.nodes.find(({ name }) => name === 'drawn')?.unique_id.replace('tag-', '');
    expect((await network(stranger, `${tag}/tag`)).nodes.map(({ name }) => name)).toContain(`(${event.id}) Drawn`);
  });

  it('draw what is equal once, and tell of what taxonomy a tag is', async () => {
    await magpie.admin.post('/taxonomies/import', {
      namespace: 'sizes',
      description: 'How large things are',
      version: 1,
      predicates: [{ value: 'small', expanded: 'Small', description: 'Of the predicate' }],
    });
    await makeTag(magpie.admin, { name: 'sizes:small' });
    const type = 'ip-src';
    await makeEvent(owner, { info: 'Other', Attribute: [{ type, value: EQUAL }] });
    const file = { name: 'file', 'meta-category': 'file', template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215' };
    const twice = await makeEvent(owner, {
      info: 'Twice',
      Tag: [{ name: 'sizes:small' }],
      Attribute: [{ type, value: EQUAL }],
      Object: [{ ...file, template_version: '24', Attribute: [{ type, object_relation: 'ip', value: EQUAL }] }],
    });
    const { nodes } = (await owner.get(`/events/updateGraph/${twice.id}/event`)).body as Network;
    expect(nodes.filter(({ name }) => name === EQUAL)).toHaveLength(1);
    expect(nodes).toContainEqual(
      expect.objectContaining({
        name: 'sizes:small',
        imgClass: 'tags',
        taxonomy: 'sizes',
        taxonomy_description: 'How large things are',
      }),
    );
  });
});

describe('kept graphs', () => {
  it('are for the organisation that kept them', async () => {
    const picture = `data:image/png;base64,${Buffer.from('png').toString('base64')}`;
    const graph = { network_name: 'mine', network_json: '{"nodes":[]}', preview_img: picture };
    expect((await owner.post(`/eventGraph/add/${event.id}`, { EventGraph: graph })).body).toEqual({
      saved: true,
      success: 'eventGraph saved.',
    });
    const list = (await colleague.get(`/eventGraph/view/${event.uuid}`)).body;
    expect(list).toMatchObject([{ EventGraph: { network_name: 'mine', network_json: '{"nodes":[]}' } }]);
    const id = String(member((list as unknown[])[0], 'EventGraph', 'id'));
    expect((await stranger.get(`/eventGraph/view/${event.id}`)).body).toEqual([]);
    expect((await stranger.get(`/eventGraph/viewPicture/${event.id}/${id}`)).status).toBe(404);
    expect((await owner.get(`/eventGraph/viewPicture/${event.id}/${id}`)).status).toBe(200);
    expect((await stranger.post(`/eventGraph/delete/${id}`)).status).toBe(404);
    expect((await owner.post(`/eventGraph/add/${hidden.id}`, { network_json: 'no graph' })).status).toBe(403);
    expect((await stranger.post(`/eventGraph/add/${hidden.id}`, graph)).status).toBe(404);
    expect((await colleague.post(`/eventGraph/delete/${id}`)).body).toEqual({
      saved: true,
      success: 'EventGraph deleted.',
    });
  });
});
