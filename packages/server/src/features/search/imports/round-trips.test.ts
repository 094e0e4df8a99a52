import { type ApiClient, makeEvent, member, startTestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;

const uuid = () => crypto.randomUUID();
const ids = {
  ...{ ip: uuid(), domain: uuid(), file: uuid(), sample: uuid(), gone: uuid(), object: uuid(), member: uuid() },
  ...{ report: uuid(), email: uuid(), second: uuid(), held: uuid(), lost: uuid(), note: uuid(), answer: uuid() },
};

let here: Awaited<ReturnType<typeof startTestMagpie>>;
let there: Awaited<ReturnType<typeof startTestMagpie>>;
let event: { id: string; uuid: string };

beforeAll(async () => {
  [here, there] = await Promise.all([startTestMagpie(), startTestMagpie()]);
  event = await richEvent(here.admin);
});
afterAll(() => Promise.all([here.stop(), there.stop()]));

/** An event with attributes, objects, references, tags, clusters, a report, notes, opinions and sightings. */
async function richEvent(owner: ApiClient): Promise<{ id: string; uuid: string }> {
  const galaxy = { uuid: uuid(), name: 'Threat Actor', type: 'threat-actor', description: 'd', version: '1' };
  const cluster = { uuid: uuid(), value: 'Actor of ours', description: 'own', distribution: '3', Galaxy: galaxy };
  for (const instance of [owner, there.admin]) {
    await instance.post('/galaxies/import', [{ GalaxyCluster: { ...cluster, GalaxyElement: [] } }]);
  }
  const made = await makeEvent(owner, {
    info: 'An event of everything',
    date: '2024-05-06',
    distribution: '3',
    Tag: [{ name: 'tlp:green' }, { name: 'case:one' }],
    Attribute: [
      {
        ...{ uuid: ids.ip, type: 'ip-dst', value: '198.51.100.7', to_ids: true, comment: 'the server' },
        ...{ first_seen: '2024-01-01T00:00:00.000000+00:00', last_seen: '2024-02-01T00:00:00.000000+00:00' },
        Tag: [{ name: 'seen:twice' }],
      },
      { uuid: ids.domain, type: 'domain', value: 'evil.example.com', to_ids: false, comment: '' },
      { uuid: ids.file, type: 'attachment', category: 'Payload delivery', value: 'a.txt', data: 'aGVsbG8=' },
      {
        ...{ uuid: ids.sample, type: 'malware-sample', category: 'Payload delivery', value: 'b.exe', encrypt: true },
        ...{ data: Buffer.from('MZ sample').toString('base64'), disable_correlation: true, to_ids: true },
      },
      { uuid: ids.gone, type: 'domain', value: 'gone.example.com', deleted: true },
      { type: 'text', value: 'Złośliwe 威胁 🦜 "q" \\ %', comment: 'é\n=1+1' },
    ],
    Object: [
      {
        ...{ uuid: ids.object, name: 'domain-ip', 'meta-category': 'network', description: 'x', distribution: '5' },
        ...{ template_uuid: '43b3b146-77eb-4931-b4cc-b66c60f28734', template_version: '11' },
        Attribute: [
          { uuid: ids.member, object_relation: 'ip', type: 'ip-dst', value: '198.51.100.8', to_ids: true },
          { uuid: ids.email, object_relation: 'domain', type: 'domain', value: 'more.example.com', to_ids: false },
        ],
        ...{ first_seen: '2024-01-01T00:00:00.123456+00:00', comment: 'both' },
        ObjectReference: [
          { referenced_uuid: ids.ip, relationship_type: 'related-to', comment: 'as logs tell' },
          { referenced_uuid: ids.held, relationship_type: 'drops' },
        ],
      },
      {
        ...{ uuid: ids.second, name: 'file', 'meta-category': 'file', description: 'x', distribution: '5' },
        ...{ template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215', template_version: '25' },
        Attribute: [
          {
            uuid: ids.held,
            object_relation: 'filename',
            type: 'filename',
            value: 'ünï.exe',
            Tag: [{ name: 'tlp:amber' }],
          },
          { object_relation: 'md5', type: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e', to_ids: true },
          { uuid: ids.lost, object_relation: 'sha1', type: 'sha1', value: 'a'.repeat(40), deleted: true },
        ],
      },
    ],
    ...{ threat_level_id: '2', analysis: '1', extends_uuid: '0b0a3a3e-0000-4000-8000-0000000000aa' },
    EventReport: [{ uuid: ids.report, name: 'A report', distribution: '5', content: `See @[attribute](${ids.ip}).` }],
  });
  const wide = { distribution: '3' };
  await owner.post(`/analyst_data/add/Note/${made.uuid}/Event`, { note: 'of the event', ...wide });
  const add = (kind: string, about: string, type: string, body: Json) =>
    owner.post(`/analyst_data/add/${kind}/${about}/${type}`, { ...body, ...wide });
  await add('Note', ids.ip, 'Attribute', { uuid: ids.note, note: 'of the address', language: 'en' });
  await add('Opinion', ids.note, 'Note', { uuid: ids.answer, opinion: 20, comment: '' });
  await add('Note', ids.answer, 'Opinion', { note: 'of the opinion of the note' });
  await add('Note', ids.object, 'Object', { note: 'of the object' });
  await add('Note', ids.held, 'Attribute', { note: 'of the part' });
  await add('Note', ids.report, 'EventReport', { note: 'of the report' });
  const relation = { related_object_uuid: ids.second, related_object_type: 'Object', relationship_type: 'drops' };
  await add('Relationship', ids.ip, 'Attribute', relation);
  await owner.post(`/sightings/add/${ids.held}`, { type: '2', source: '', timestamp: 1_700_000_002 });
  await owner.post(`/analyst_data/add/Opinion/${ids.domain}/Attribute`, { opinion: 83, comment: 'sure', ...wide });
  await owner.post(`/sightings/add/${ids.ip}`, { type: '0', source: 'a sensor', timestamp: 1_700_000_000 });
  await owner.post(`/sightings/add/${ids.domain}`, { type: '1', source: 'b', timestamp: 1_700_000_001 });
  await owner.post('/tags/attachTagToObject', { uuid: ids.domain, tag: `misp-galaxy:threat-actor="${cluster.uuid}"` });
  return made;
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const texts = (values: unknown[]) => values.map((value) => JSON.stringify(value)).sort();
const tagNames = (holder: Json) =>
  list(holder.Tag)
    .map(({ name }) => String(name))
    .sort();
const notes = (holder: Json): string[] =>
  texts(list(holder.Note).map((entry) => [entry.uuid, entry.note, entry.language, notes(entry), opinions(entry)]));
const opinions = (holder: Json): string[] =>
  texts(list(holder.Opinion).map((entry) => [entry.uuid, entry.opinion, entry.comment, notes(entry), opinions(entry)]));
const relations = (holder: Json) =>
  texts(list(holder.Relationship).map((entry) => [entry.uuid, entry.related_object_uuid, entry.relationship_type]));
const clusters = (holder: Json) =>
  texts(list(holder.Galaxy).flatMap(({ GalaxyCluster: own }) => list(own).map(({ value }) => value)));

function attributes(holder: Json): Json[] {
  const all = list(holder.Attribute).map((attribute) => ({
    ...Object.fromEntries(
      [
        ...['uuid', 'type', 'category', 'value', 'to_ids', 'comment', 'object_relation', 'first_seen', 'last_seen'],
        'disable_correlation',
      ].map((key) => [key, attribute[key] ?? null]),
    ),
    // The bytes of a sample's archive depend on when it was made; its value names the sample by its hash.
    data: attribute.type === 'malware-sample' ? attribute.data !== undefined : (attribute.data ?? null),
    tags: tagNames(attribute),
    clusters: clusters(attribute),
    notes: notes(attribute),
    opinions: opinions(attribute),
    relations: relations(attribute),
    sightings: texts(list(attribute.Sighting).map(({ type, date_sighting }) => [type, date_sighting])),
  }));
  return all.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

/** What of an event has to come back. */
function essence(held: Json): Json {
  return {
    ...{ uuid: held.uuid, info: held.info, date: held.date, tags: tagNames(held), notes: notes(held) },
    ...{ threat: held.threat_level_id, analysis: held.analysis, extends: held.extends_uuid },
    attributes: attributes(held),
    objects: list(held.Object).map((object) => ({
      ...{ uuid: object.uuid, name: object.name, category: object['meta-category'], attributes: attributes(object) },
      ...{ comment: object.comment, first: object.first_seen ?? null, notes: notes(object) },
      references: texts(
        list(object.ObjectReference).map((entry) => [entry.referenced_uuid, entry.relationship_type, entry.comment]),
      ),
    })),
    reports: list(held.EventReport).map(({ uuid: own, name, content }) => [own, name, content]),
    reportNotes: list(held.EventReport).flatMap(notes),
  };
}

async function viewed(client: ApiClient, key: string): Promise<Json> {
  const { status, body } = await client.get(`/events/view/${key}/includeAttachments:1/includeAnalystData:1`);
  expect(status).toBe(200);
  return member(body, 'Event') as Json;
}

async function exported(path: string, body?: Json): Promise<string> {
  const headers = { authorization: here.adminKey, accept: 'application/json', 'content-type': 'application/json' };
  const sent = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(`${here.url}${path}`, sent);
  expect(answer.status).toBe(200);
  return answer.text();
}

/** Stores a document on the other instance, looks at it, and takes it away again. */
async function taken(document: string): Promise<{ event: Json; answer: Json }> {
  const headers = { authorization: there.adminKey, accept: 'application/json', 'content-type': 'text/plain' };
  const answer = await fetch(`${there.url}/ui/import`, { method: 'POST', headers, body: document });
  const told = (await answer.json()) as Json;
  expect(told).toMatchObject({ results: [{ action: 'created', uuid: event.uuid }] });
  const found = await viewed(there.admin, event.uuid);
  await there.admin.post(`/events/delete/${event.uuid}`, {});
  await there.admin.post(`/eventBlocklists/delete/${event.uuid}`, {});
  return { event: found, answer: told };
}

describe('an event that goes out and comes in again', { timeout: 120_000 }, () => {
  it('keeps what it holds as STIX 2.1', async () => {
    const document = await exported('/events/restSearch', {
      returnFormat: 'stix2',
      eventid: event.id,
      withAttachments: true,
    });
    const { event: copy, answer } = await taken(document);
    expect(essence(copy)).toEqual(essence(await viewed(here.admin, event.id)));
    expect(answer).toMatchObject({ notTaken: [], results: [{ rejected: [] }] });
  });

  it('keeps what it holds as MISP JSON and XML', async () => {
    const original = await viewed(here.admin, event.id);
    for (const format of ['json', 'xml']) {
      const search = { returnFormat: format, eventid: event.id, includeEventReports: true, includeSightings: true };
      const { event: copy } = await taken(
        await exported('/events/restSearch', { ...search, includeAnalystData: true, withAttachments: true }),
      );
      expect(essence(copy), format).toEqual(essence(original));
    }
  });

  it('keeps what a feed tells of it', async () => {
    await here.admin.post(`/events/publish/${event.id}`, {});
    const { event: copy } = await taken(await exported(`/feed/events/${event.uuid}`));
    const told = (held: Json) => {
      const { notes: _notes, ...rest } = essence(held);
      const bare = (rows: unknown) =>
        list(rows).map(({ notes: _own, opinions: _opinions, sightings: _sightings, ...row }) => row);
      return {
        ...rest,
        attributes: bare(rest.attributes),
        objects: list(rest.objects).map((object) => ({ ...object, attributes: bare(object.attributes) })),
      };
    };
    expect(told(copy)).toEqual(told(await viewed(here.admin, event.id)));
  });
});
