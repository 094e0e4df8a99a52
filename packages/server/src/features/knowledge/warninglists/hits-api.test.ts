import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
let user: ApiClient;
let eventId: string;

beforeAll(async () => {
  m = await startTestMagpie();
  const organisation = await makeOrganisation(m.admin);
  user = await m.user(organisation);
  for (const list of [
    {
      name: 'Resolvers',
      type: 'cidr',
      matching_attributes: ['ip-dst', 'domain|ip'],
      entries: '192.0.2.0/24 # documentation',
    },
    { name: 'Hosts', type: 'hostname', entries: ['listed.example'] },
  ]) {
    await m.admin.post('/warninglists/add', { description: 'd', category: 'false_positive', enabled: true, ...list });
  }
  const event = await makeEvent(user);
  eventId = event.id;
  await makeAttribute(user, eventId, { type: 'ip-dst', value: '192.0.2.7', to_ids: true });
  await makeAttribute(user, eventId, { type: 'ip-dst', value: '192.0.2.8', to_ids: false });
  await makeAttribute(user, eventId, { type: 'ip-src', value: '192.0.2.9', to_ids: true });
  await makeAttribute(user, eventId, { type: 'domain|ip', value: 'a.listed.example|192.0.2.1', to_ids: true });
  await makeObject(user, eventId, {
    name: 'domain-ip',
    Attribute: [{ object_relation: 'domain', type: 'domain', value: 'listed.example', to_ids: true }],
  });
});

afterAll(() => m.stop());

async function found(parameters: Record<string, unknown>) {
  const answer = await user.post('/attributes/restSearch', { eventid: eventId, ...parameters });
  const list = member(answer.body, 'response', 'Attribute');
  return Array.isArray(list) ? list : [];
}
const valuesOf = (list: unknown[]) => list.map((item) => member(item, 'value'));

describe('hits of warninglists', () => {
  it('stand in events, for attributes of the right type with the IDS flag, halves tested apart', async () => {
    const { body } = await user.get(`/events/view/${eventId}`);
    expect(member(body, 'Event', 'Attribute', 0, 'warnings')).toEqual([
      {
        value: '192.0.2.7',
        match: '192.0.2.0/24',
        warninglist_id: expect.any(String),
        warninglist_name: 'Resolvers',
        warninglist_category: 'false_positive',
        comment: 'documentation',
      },
    ]);
    expect(member(body, 'Event', 'Attribute', 1)).not.toHaveProperty('warnings');
    expect(member(body, 'Event', 'Attribute', 2)).not.toHaveProperty('warnings');
    expect(member(body, 'Event', 'Attribute', 3, 'warnings')).toMatchObject([
      { value: 'a.listed.example', match: 'listed.example' },
      { value: '192.0.2.1', match: '192.0.2.0/24' },
    ]);
    expect(member(body, 'Event', 'Object', 0, 'Attribute', 0, 'warnings')).toHaveLength(1);
    const without = await user.get(`/events/view/${eventId}/includeWarninglistHits:0`);
    expect(member(without.body, 'Event', 'Attribute', 0)).not.toHaveProperty('warnings');
  });

  it('are shown in searches where asked for, and keep attributes out where enforced', async () => {
    expect((await found({})).some((item) => 'warnings' in Object(item))).toBe(false);
    const shown = await found({ includeWarninglistHits: 1, value: '192.0.2.7' });
    expect(member(shown, 0, 'warnings')).toHaveLength(1);
    expect(valuesOf(await found({ enforceWarninglist: 1 }))).toEqual(['192.0.2.9']);
    const events = await user.post('/events/restSearch', { eventid: eventId, enforceWarninglist: 1 });
    const attributes = member(events.body, 'response', 0, 'Event', 'Attribute');
    expect(Array.isArray(attributes) ? valuesOf(attributes) : null).toEqual(['192.0.2.8', '192.0.2.9']);
    expect(member(events.body, 'response', 0, 'Event', 'Object')).toEqual([]);
  });

  it('are shown and enforced in searches for objects', async () => {
    const members = async (parameters: Record<string, unknown>) => {
      const { body } = await user.post('/objects/restSearch', { eventid: eventId, ...parameters });
      return member(body, 'response', 0, 'Object', 'Attribute');
    };
    expect(member(await members({ includeWarninglistHits: 1 }), 0, 'warnings')).toHaveLength(1);
    expect(await members({ enforceWarninglist: 1 })).toEqual([]);
  });

  it('refuse an attribute whose sender asks for it', async () => {
    const body = { type: 'ip-dst', value: '192.0.2.99', enforceWarninglist: 1 };
    const refused = await user.post(`/attributes/add/${eventId}`, body);
    expect(refused.status).toBe(403);
    expect(member(refused.body, 'errors')).toContain('trips over a warninglist and enforceWarninglist is enforced');
    expect((await user.post(`/attributes/add/${eventId}`, { ...body, enforceWarninglist: 0 })).status).toBe(200);
  });
});
