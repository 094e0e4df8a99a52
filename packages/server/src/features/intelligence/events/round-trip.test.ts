import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;

const uuid = () => crypto.randomUUID();
const ids = { attribute: uuid(), second: uuid(), member: uuid(), object: uuid(), other: uuid(), report: uuid() };

let here: Awaited<ReturnType<typeof startTestMagpie>>;
let there: Awaited<ReturnType<typeof startTestMagpie>>;
let owner: ApiClient;
let outsider: ApiClient;
let sync: ApiClient;
let elmUuid: string;

beforeAll(async () => {
  [here, there] = await Promise.all([startTestMagpie(), startTestMagpie()]);
  const [oak, elm] = [await makeOrganisation(here.admin), await makeOrganisation(here.admin)];
  elmUuid = elm.uuid;
  owner = await here.user(oak, '2');
  outsider = await here.user(elm, '3');
  const peer = await makeOrganisation(there.admin);
  sync = await there.user(peer, '5');
});
afterAll(() => Promise.all([here.stop(), there.stop()]));

/** An event with one of everything that an event can hold. */
async function richEvent(): Promise<string> {
  const reference = { referenced_uuid: ids.attribute, relationship_type: 'drops' };
  const event = await makeEvent(owner, {
    info: 'A rich event',
    Tag: [{ name: 'tlp:green', colour: '#339900' }],
    Attribute: [
      {
        uuid: ids.attribute,
        type: 'ip-dst',
        value: '192.0.2.7',
        Tag: [{ name: 'seen:twice' }],
        first_seen: '2024-01-01',
      },
      { uuid: ids.second, type: 'attachment', category: 'Payload delivery', value: 'a.txt', data: 'aGVsbG8=' },
    ],
    Object: [
      {
        ...{ uuid: ids.object, name: 'file', 'meta-category': 'file', description: 'a file', distribution: '5' },
        ...{ template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215', template_version: '24' },
        Attribute: [{ uuid: ids.member, object_relation: 'filename', type: 'filename', value: 'b.exe' }],
        ObjectReference: [reference],
      },
    ],
    EventReport: [
      {
        ...{ uuid: ids.report, name: 'A report', distribution: '5' },
        content: `See @[attribute](${ids.attribute}).`,
        Tag: [{ name: 'report:draft' }],
      },
    ],
    Note: [{ note: 'of the event', distribution: '3' }],
  });
  const wide = { distribution: '3' };
  await owner.post(`/analyst_data/add/Opinion/${ids.attribute}/Attribute`, { opinion: 80, comment: 'sure', ...wide });
  await owner.post(`/analyst_data/add/Relationship/${ids.object}/Object`, {
    ...{ related_object_uuid: ids.attribute, related_object_type: 'Attribute', relationship_type: 'related-to' },
    ...wide,
  });
  await owner.post(`/sightings/add/${ids.attribute}`, { type: '1', source: 'a sensor', timestamp: 1_700_000_000 });
  await outsider.post(`/shadow_attributes/add/${event.id}`, { type: 'domain', value: 'new.example.com' });
  await outsider.post(`/shadow_attributes/edit/${ids.attribute}`, { comment: 'better so' });
  const galaxy = { uuid: uuid(), name: 'Ours', type: 'ours', description: 'own', version: '1' };
  const cluster = { uuid: uuid(), value: 'An actor', description: 'own', distribution: '3', Galaxy: galaxy };
  const elements = [{ key: 'synonyms', value: 'The Actor' }];
  await owner.post('/galaxies/import', [{ GalaxyCluster: { ...cluster, GalaxyElement: elements } }]);
  await owner.post('/tags/attachTagToObject', { uuid: event.uuid, tag: `misp-galaxy:ours="${cluster.uuid}"` });
  return event.id;
}

async function eventOf(client: ApiClient, id: string): Promise<Json> {
  const { status, body } = await client.get(`/events/view/${id}`);
  expect(status).toBe(200);
  return member(body, 'Event') as Json;
}

/** What must be the same on both instances: numbers of rows, owners and times of writing are each instance's own. */
const OWN = new Set([
  ...['id', 'event_id', 'object_id', 'attribute_id', 'org_id', 'orgc_id', 'old_id', 'tag_id', 'event_tag_id', 'local'],
  ...[
    'attribute_tag_id',
    'referenced_id',
    'galaxy_id',
    'galaxy_cluster_id',
    'user_id',
    'event_org_id',
    'sharing_group_id',
  ],
  ...['Org', 'org_uuid', 'locked', 'event_creator_email', 'email', 'publish_timestamp', 'published', 'RelatedEvent'],
  ...['created_by', 'date_created', 'date_modified'],
  ...['_canEdit', 'tag_count', 'modified', 'version', 'icon', 'enabled', 'namespace', 'proposal_email_lock'],
]);

function shared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shared);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (OWN.has(key) ? [] : [[key, shared(inner)]])),
  );
}

describe('an event that travels', () => {
  it('keeps everything it holds when a synchronisation account brings it to another instance', async () => {
    const original = await eventOf(here.admin, await richEvent());
    const added = await sync.post('/events/add', { Event: { ...original, locked: true } });
    expect(added.status).toBe(200);
    const copy = await eventOf(there.admin, String(member(added.body, 'Event', 'id')));
    expect(shared(copy)).toEqual(shared(original));
    const [attribute] = copy.Attribute as Json[];
    expect(attribute).toMatchObject({
      Sighting: [{ source: 'a sensor', type: '1', date_sighting: '1700000000' }],
      ShadowAttribute: [{ comment: 'better so' }],
      Opinion: [{ opinion: '80' }],
    });
    expect(copy).toMatchObject({
      ShadowAttribute: [{ value: 'new.example.com', Org: { uuid: elmUuid } }],
      EventReport: [{ Tag: [{ name: 'report:draft' }] }],
      Galaxy: [{ GalaxyCluster: [{ value: 'An actor', meta: { synonyms: ['The Actor'] } }] }],
    });
  });

  it('adds nothing twice when it comes again', async () => {
    const original = await eventOf(here.admin, (await makeEvent(owner)).id);
    const body = {
      ...original,
      Attribute: [
        { uuid: uuid(), type: 'text', value: 'x', timestamp: '1700000000', Sighting: [{ uuid: uuid(), type: '0' }] },
      ],
      ShadowAttribute: [{ uuid: uuid(), type: 'domain', category: 'Network activity', value: 'a.example.com' }],
      EventReport: [{ uuid: uuid(), name: 'r', content: '', distribution: '5', timestamp: '1700000000' }],
    };
    const added = await sync.post('/events/add', { Event: { ...body, locked: true } });
    const id = String(member(added.body, 'Event', 'id'));
    const first = await eventOf(there.admin, id);
    const timestamp = String(Number(first.timestamp) + 10);
    const again = await sync.post(`/events/edit/${id}`, { Event: { ...body, timestamp } });
    expect(again.status).toBe(200);
    const second = await eventOf(there.admin, id);
    expect({ ...second, timestamp: first.timestamp }).toEqual(first);
  });

  it('lets no one but synchronisation accounts speak for other organisations', async () => {
    const stranger = { uuid: uuid(), name: 'Somebody else' };
    const added = await outsider.post('/events/add', {
      info: 'mine',
      distribution: '0',
      Attribute: [
        {
          ...{ type: 'text', value: 'x' },
          Sighting: [{ uuid: uuid(), type: '0', org_id: '1', Organisation: stranger }],
          ShadowAttribute: [{ type: 'text', category: 'Other', value: 'y', email: 'a@example.com', Org: stranger }],
        },
      ],
      Galaxy: [
        { uuid: uuid(), type: 'theirs', GalaxyCluster: [{ uuid: uuid(), value: 'Planted', distribution: '3' }] },
      ],
    });
    const event = await eventOf(outsider, String(member(added.body, 'Event', 'id')));
    const [attribute] = event.Attribute as Json[];
    const own = (event.Orgc as Json).uuid;
    expect(attribute).toMatchObject({
      Sighting: [{ Organisation: { uuid: own } }],
      ShadowAttribute: [{ Org: { uuid: own } }],
    });
    const clusters = await here.admin.post('/galaxy_clusters/restSearch', { value: 'Planted' });
    expect(clusters.body).toMatchObject({ response: [] });
  });

  it('takes pushed proposals for an event that is seen, once, and for no other', async () => {
    const event = await makeEvent(there.admin, { Attribute: [{ uuid: uuid(), type: 'text', value: 'z' }] });
    const [attribute] = (member(event.body, 'Event', 'Attribute') ?? []) as Json[];
    const pushed = [
      {
        uuid: uuid(),
        old_id: '0',
        type: 'domain',
        category: 'Network activity',
        value: 'p.example.com',
        timestamp: '5',
      },
      { uuid: attribute?.uuid, old_id: '77', type: 'text', category: 'Other', value: 'zz', timestamp: '5' },
    ];
    const answer = { success: true, message: '2 Proposal(s) added.', counter: 2 };
    expect((await sync.post(`/events/pushProposals/${event.uuid}`, pushed)).body).toEqual(answer);
    const nothing = { success: true, message: 'Nothing to update.', counter: 0 };
    expect((await sync.post(`/events/pushProposals/${event.uuid}`, pushed)).body).toEqual(nothing);
    const hidden = await makeEvent(there.admin, { distribution: '0' });
    const missing = { success: false, message: 'Event not found.', counter: 0 };
    expect((await sync.post(`/events/pushProposals/${hidden.uuid}`, pushed)).body).toEqual(missing);
    expect((await eventOf(there.admin, hidden.id)).ShadowAttribute).toEqual([]);
  });
});
