import {
  type ApiClient,
  type Made,
  makeEvent,
  makeSharingGroup,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let admin: ApiClient;
let event: Made;
let group: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  ({ admin } = magpie);
  event = await makeEvent(admin);
  const own = member((await admin.get('/organisations/view/1')).body, 'Organisation', 'uuid');
  group = await makeSharingGroup(admin, [String(own)]);
});
afterAll(() => magpie?.stop());

type Fields = Readonly<Record<string, unknown>>;

/** An element with every field that may be sent. */
interface Element {
  readonly wrapper: string;
  readonly add: () => string;
  readonly edit: (id: string, uuid: string) => string;
  readonly view: (id: string, uuid: string) => string;
  /** What is sent first, and must come back. */
  readonly fields: () => Fields;
  /** What is sent besides, and comes back in another form or not at all. */
  readonly more?: Fields;
  readonly changed: Fields;
  /** Values that no field of that name takes. */
  readonly wrong: Fields;
}

const seen = { first_seen: '2023-04-05T06:07:08.123456+00:00', last_seen: '2023-05-05T06:07:08.123456+00:00' };
const seenLater = { first_seen: '2023-04-06T06:07:08.123456+00:00', last_seen: '2023-05-06T06:07:08.123456+00:00' };
const shared = () => ({ distribution: '4', sharing_group_id: group.id, uuid: crypto.randomUUID() });
const now = () => String(Math.floor(Date.now() / 1000) + 5);
const wrongReach = { distribution: '9', uuid: 'zz' };

const elements: Readonly<Record<string, Element>> = {
  event: {
    wrapper: 'Event',
    add: () => '/events/add',
    edit: (id) => `/events/edit/${id}`,
    view: (id) => `/events/view/${id}`,
    fields: () => ({
      ...{ info: 'i', date: '2024-02-03', threat_level_id: '2', analysis: '1', timestamp: '1700000000' },
      ...{ disable_correlation: true, extends_uuid: crypto.randomUUID(), protected: true, ...shared() },
    }),
    changed: {
      ...{ info: 'j', date: '2024-02-04', threat_level_id: '3', analysis: '2', distribution: '1' },
      ...{ disable_correlation: false, extends_uuid: crypto.randomUUID(), timestamp: now() },
    },
    wrong: {
      ...{ info: '', date: 'soon', threat_level_id: '9', analysis: '9', timestamp: 'x', published: 'x' },
      ...{ disable_correlation: 'x', extends_uuid: 'x', protected: 'x', ...wrongReach },
    },
  },
  attribute: {
    wrapper: 'Attribute',
    add: () => `/attributes/add/${event.id}`,
    edit: (id) => `/attributes/edit/${id}`,
    view: (id) => `/attributes/view/${id}`,
    fields: () => ({
      ...{ type: 'domain', category: 'Network activity', value: `${crypto.randomUUID()}.example.org`, to_ids: false },
      ...{ comment: 'c', timestamp: '1700000001', disable_correlation: true, ...seen, ...shared() },
    }),
    changed: {
      ...{ type: 'hostname', category: 'Payload delivery', value: 'host.example.org', to_ids: true, comment: 'd' },
      ...{ distribution: '3', timestamp: now(), disable_correlation: false, ...seenLater },
    },
    wrong: {
      ...{ type: 'x', category: 'x', value: '', to_ids: 'x', timestamp: 'x', disable_correlation: 'x', deleted: 'x' },
      ...{ first_seen: 'x', last_seen: '2000-01-01', ...wrongReach },
    },
  },
  object: {
    wrapper: 'Object',
    add: () => `/objects/add/${event.id}`,
    edit: (id) => `/objects/edit/${id}`,
    view: (id) => `/objects/view/${id}`,
    fields: () => ({
      ...{ name: 'thing', 'meta-category': 'misc', description: 'a thing', template_version: '3', comment: 'c' },
      ...{ template_uuid: '90000000-0000-4000-8000-000000000702', timestamp: '1700000002', ...seen, ...shared() },
    }),
    more: { Attribute: [{ object_relation: 'a', type: 'text', value: 'a value' }] },
    changed: { distribution: '3', comment: 'd', template_version: '4', ...seenLater },
    wrong: { timestamp: 'x', template_version: 'x', first_seen: 'x', last_seen: 'x', ...wrongReach },
  },
  report: {
    wrapper: 'EventReport',
    add: () => `/event_reports/add/${event.id}`,
    edit: (id) => `/event_reports/edit/${id}`,
    view: (id) => `/event_reports/view/${id}`,
    fields: () => ({ name: 'n', content: 'c', timestamp: '1700000003', ...shared() }),
    changed: { name: 'm', content: 'd', distribution: '3' },
    wrong: { timestamp: 'x', distribution: '9' },
  },
  note: {
    wrapper: 'Note',
    add: () => `/analyst_data/add/Note/${event.uuid}/Event`,
    edit: (id) => `/analyst_data/edit/Note/${id}`,
    view: (id) => `/analyst_data/view/Note/${id}`,
    fields: () => ({ note: 'n', language: 'en', authors: 'me', created: '2024-01-02 03:04:05', ...shared() }),
    changed: { note: 'm', language: 'fr', authors: 'you', distribution: '3' },
    wrong: { created: 'x', ...wrongReach },
  },
  opinion: {
    wrapper: 'Opinion',
    add: () => `/analyst_data/add/Opinion/${event.uuid}/Event`,
    edit: (id) => `/analyst_data/edit/Opinion/${id}`,
    view: (id) => `/analyst_data/view/Opinion/${id}`,
    fields: () => ({ opinion: '70', comment: 'c', authors: 'me', ...shared() }),
    changed: { opinion: '30', comment: 'd', distribution: '3' },
    wrong: { opinion: 'x', ...wrongReach },
  },
  tag: {
    wrapper: 'Tag',
    add: () => '/tags/add',
    edit: (id) => `/tags/edit/${id}`,
    view: (id) => `/tags/view/${id}`,
    fields: () => ({
      ...{ name: `t:${crypto.randomUUID()}`, colour: '#123456', exportable: false, org_id: '1', user_id: '1' },
      ...{ hide_tag: true, numerical_value: '40', local_only: true },
    }),
    changed: {
      ...{ name: `u:${crypto.randomUUID()}`, colour: '#654321', exportable: true, org_id: '0', user_id: '0' },
      ...{ hide_tag: false, numerical_value: '41', local_only: false },
    },
    wrong: { colour: 'red', numerical_value: 'x', name: '' },
  },
  collection: {
    wrapper: 'Collection',
    add: () => '/collections/add',
    edit: (id) => `/collections/edit/${id}`,
    view: (id) => `/collections/view/${id}`,
    fields: () => ({ name: 'n', description: 'd', type: 'campaign', ...shared() }),
    changed: { name: 'm', description: 'e', type: 'research', distribution: '3' },
    wrong: { name: '', type: 'x', distribution: '9' },
  },
};

function fieldsOf(body: unknown, wrapper: string): Record<string, unknown> {
  const record: Record<string, unknown> = Object(body);
  return Object(record[wrapper] ?? record);
}

describe.each(Object.entries(elements))('every field of %s', (_name, element) => {
  it('is stored and told, when it is added and when it is changed', async () => {
    const sent = element.fields();
    const added = await admin.post(element.add(), { [element.wrapper]: { ...sent, ...element.more } });
    expect(fieldsOf(added.body, element.wrapper)).toMatchObject(sent);
    const { id, uuid } = fieldsOf(added.body, element.wrapper);
    const [view, edit] = [element.view(String(id), String(uuid)), element.edit(String(id), String(uuid))];
    expect(fieldsOf((await admin.get(view)).body, element.wrapper)).toMatchObject(sent);
    const changed = { ...element.changed, ...element.more };
    const edited = await admin.post(edit, { [element.wrapper]: changed });
    expect(fieldsOf(edited.body, element.wrapper)).toMatchObject(element.changed);
    expect(fieldsOf((await admin.get(view)).body, element.wrapper)).toMatchObject(element.changed);
  });

  it('is refused by its name when it cannot be read', async () => {
    for (const [field, value] of Object.entries(element.wrong)) {
      const body = { ...element.fields(), ...element.more, [field]: value };
      const { status, body: told } = await admin.post(element.add(), { [element.wrapper]: body });
      expect([field, [403, 405].includes(status)]).toEqual([field, true]);
      expect(JSON.stringify(told)).toContain(field);
    }
  });
});
