import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeTag,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// With MISP.unpublishedprivate every change takes the event out of the sight of others, with all that it holds: also
// with what that very change has written.
let m: TestMagpie;
let owner: ApiClient;
let other: ApiClient;
let host: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  await m.admin.post('/servers/serverSettingsEdit/MISP.unpublishedprivate', { value: true });
  const [oak, elm] = [await makeOrganisation(m.admin), await makeOrganisation(m.admin)];
  owner = await m.user(oak, '2');
  other = await m.user(elm, '3');
  host = m.admin;
  for (const name of ['tlp:white', 'tlp:amber']) await makeTag(host, { name });
});
afterAll(() => m.stop());

interface Subject {
  event: Made;
  attribute: Made;
  object: Made;
  report: string;
  member: string;
}

/** A published event that everybody sees, with one of everything in it. */
async function makeSubject(): Promise<Subject> {
  const event = await makeEvent(owner, { distribution: '3', Tag: [{ name: 'tlp:white' }] });
  const attribute = await makeAttribute(owner, event.id, { Tag: [{ name: 'tlp:green' }] });
  const object = await makeObject(owner, event.id, { distribution: '5' });
  const added = await owner.post(`/event_reports/add/${event.id}`, {
    name: 'r',
    content: 'seen at 198.51.100.23 and evil.example.org, tlp:amber',
    distribution: '5',
    Tag: [{ name: 'tlp:red' }],
  });
  expect((await owner.post(`/events/publish/${event.id}`)).status).toBe(200);
  expect((await other.get(`/events/view/${event.id}`)).status).toBe(200);
  return {
    event,
    attribute,
    object,
    report: String(member(added.body, 'EventReport', 'id')),
    member: String(member(object.body, 'Object', 'Attribute', 0, 'id')),
  };
}

/** Tables that hold rows of the event under another audience than its owner's alone, with their number. */
async function openParts(eventId: string): Promise<Record<string, number>> {
  return m.magpie.database.asSystem('test', async (tx) => {
    const tables = await tx.query<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'event_attribute_counts'
         and 2 = (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('event_id', 'audience_id'))`,
    );
    const open: Record<string, number> = {};
    for (const { name } of [...tables, { name: 'events' }]) {
      const row = await tx.first<{ n: number }>(
        `select count(*) as n from ${name} t join events e on e.id = $1 join audiences u on u.id = t.audience_id
         where t.${name === 'events' ? 'id' : 'event_id'} = $1 and not (u.kind = 'organisation' and u.org_id = e.org_id)`,
        [eventId],
      );
      if ((row?.n ?? 0) > 0) open[name] = row?.n ?? 0;
    }
    return open;
  });
}

const changes: Record<string, (subject: Subject) => Promise<{ status: number }>> = {
  'an edit of the event': ({ event }) =>
    owner.post(`/events/edit/${event.id}`, { info: 'new', Tag: [{ name: 'a:b' }] }),
  'a tag': ({ event }) => owner.post(`/events/addTag/${event.id}`, { tag: 'tlp:amber' }),
  'a tag of an attribute': ({ attribute }) => owner.post(`/attributes/addTag/${attribute.id}`, { tag: 'tlp:amber' }),
  'a tag by uuid': ({ attribute }) => owner.post('/tags/attachTagToObject', { uuid: attribute.uuid, tag: 'tlp:amber' }),
  'an attribute': ({ event }) =>
    owner.post(`/attributes/add/${event.id}`, { type: 'text', value: 'x', Tag: [{ name: 'c:d' }] }),
  'an edit of an attribute': ({ attribute }) =>
    owner.post(`/attributes/edit/${attribute.id}`, { value: 'other', distribution: '3', Tag: [{ name: 'e:f' }] }),
  'a deletion of an attribute': ({ attribute }) => owner.post(`/attributes/delete/${attribute.id}`),
  'an object': ({ event }) =>
    owner.post(`/objects/add/${event.id}`, {
      name: 'file',
      'meta-category': 'file',
      description: 'A file',
      template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
      template_version: '24',
      distribution: '3',
      Attribute: [{ object_relation: 'filename', type: 'filename', value: 'x.exe', Tag: [{ name: 'g:h' }] }],
    }),
  'an edit of an object': ({ object }) => owner.post(`/objects/edit/${object.id}`, { comment: 'x', distribution: '1' }),
  'a reference': ({ object, attribute }) =>
    owner.post(`/objectReferences/add/${object.id}`, { referenced_uuid: attribute.uuid, relationship_type: 'drops' }),
  'a report': ({ event }) =>
    owner.post(`/event_reports/add/${event.id}`, { name: 's', distribution: '3', Tag: [{ name: 'i:j' }] }),
  'an edit of a report': ({ report }) =>
    owner.post(`/event_reports/edit/${report}`, { content: 'x', Tag: [{ name: 'k:l' }] }),
  'a tag of a report': ({ report }) => owner.post(`/event_reports/edit/${report}`, { Tag: [{ name: 'q:r' }] }),
  'what is extracted from a report': ({ report }) =>
    owner.post(`/event_reports/extractAllFromReport/${report}`, { tag_event: true }),
  'suggestions of a report': ({ report }) =>
    owner.post(`/event_reports/replaceSuggestionInReport/${report}`, {
      suggestions: { 'evil.example.org': { type: 'hostname', checked: true } },
    }),
  'a populated event': ({ event }) =>
    owner.post(`/events/populate/${event.id}`, {
      Tag: [{ name: 'm:n' }],
      Attribute: [{ type: 'text', value: 'y', Tag: [{ name: 'o:p' }] }],
      EventReport: [{ name: 'u', content: 'v', Tag: [{ name: 's:t' }] }],
    }),
  'another event merged in': async ({ event }) => {
    const source = await makeEvent(owner, { distribution: '0', Attribute: [{ type: 'text', value: 'z' }] });
    return owner.post(`/events/merge/${event.id}/${source.id}`);
  },
  'free text': ({ event }) =>
    owner.post(`/events/freeTextImport/${event.id}`, {
      value: '203.0.113.77 evil.example.net',
      adhereToWarninglists: 0,
    }),
  'what a module found': ({ event }) =>
    owner.post(`/events/handleModuleResults/${event.id}`, {
      Attribute: [{ type: 'text', value: 'found', Tag: [{ name: 'u:v' }] }],
      Tag: [{ name: 'w:x' }],
      EventReport: [{ name: 'found', content: 'text' }],
    }),
  'a file': ({ event }) =>
    owner.post(`/events/upload_sample/${event.id}`, {
      request: { files: [{ filename: 'a.txt', data: Buffer.from('x').toString('base64') }] },
    }),
  'an accepted proposal': async ({ attribute, event }) => {
    const made = await other.post(`/shadow_attributes/edit/${attribute.id}`, { value: 'proposed' });
    expect(await openParts(event.id)).not.toEqual({});
    return owner.post(`/shadow_attributes/accept/${member(made.body, 'ShadowAttribute', 'id')}`);
  },
  'a restored state': async ({ attribute }) => {
    await owner.post(`/attributes/edit/${attribute.id}`, { value: 'other' });
    const list = await owner.get(`/history/element/attribute/${attribute.id}`);
    const first = member(list.body, (list.body as unknown[]).length - 1, 'AuditLog', 'id');
    return owner.post(`/history/restore/attribute/${attribute.id}/${first}`);
  },
  'a site administrator’s edit': ({ member: id }) => host.post(`/attributes/edit/${id}`, { value: 'admin.exe' }),
};

describe('with unpublished events private, nothing of an event stays in sight after', () => {
  it.each(Object.keys(changes))('%s', async (name) => {
    const subject = await makeSubject();
    const done = await changes[name]?.(subject);
    expect([name, done?.status]).toEqual([name, 200]);
    expect((await other.get(`/events/view/${subject.event.id}`)).status).toBe(404);
    expect(await openParts(subject.event.id)).toEqual({});
  });
});
