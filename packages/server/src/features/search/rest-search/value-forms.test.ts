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

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation);
  const event = await makeEvent(admin, { info: 'Forms of values', distribution: '3' });
  await makeAttribute(admin, event.id, { type: 'domain', value: 'on.example', to_ids: true });
  await makeAttribute(admin, event.id, { type: 'domain', value: 'off.example', to_ids: false });
  const file = { object_relation: 'filename', type: 'filename', value: 'dropper.dll', to_ids: false };
  await makeObject(admin, event.id, { distribution: '5', Attribute: [file] });
  await makeObject(admin, event.id, { distribution: '0', Attribute: [{ ...file, value: 'hidden-dropper.dll' }] });
});
afterAll(() => magpie?.stop());

const attributes = (body: unknown) =>
  (member(body, 'response', 'Attribute') as { value: string }[]).map(({ value }) => value);
const found = async (parameters: Record<string, unknown>) => {
  const answer = await admin.post('/attributes/restSearch', { type: 'domain', ...parameters });
  expect(answer.status).toBe(200);
  return attributes(answer.body);
};

describe('flags', () => {
  it.each<[unknown, string[]]>([
    [{ OR: [1] }, ['on.example']],
    [{ OR: '0' }, ['off.example']],
    [{ NOT: [1] }, ['off.example']],
    ['!1', ['off.example']],
    [['!0'], ['on.example']],
    [{ OR: [0, 1] }, ['on.example', 'off.example']],
    [{}, ['on.example', 'off.example']],
    [{ OR: [] }, ['on.example', 'off.example']],
  ])('take %j', async (to_ids, values) => {
    expect(await found({ to_ids })).toEqual(values);
  });

  it('are not given when they are empty maps', async () => {
    expect(await found({ published: {}, deleted: {} })).toEqual(['on.example', 'off.example']);
  });
});

describe('dates of events', () => {
  it.each([0, '0', [], ''])('from and to filter nothing when they are %j', async (value) => {
    expect(await found({ from: value, to: value })).toEqual(['on.example', 'off.example']);
  });
});

describe('a search of objects everywhere', () => {
  const objects = async (client: ApiClient, parameters: Record<string, unknown>) => {
    const answer = await client.post('/objects/restSearch', parameters);
    const rows = member(answer.body, 'response') as { Object: { Attribute: { value: string }[] } }[];
    return rows.flatMap((row) => row.Object.Attribute.map(({ value }) => value));
  };

  it('finds those of which an attribute or the event has the text', async () => {
    expect(await objects(admin, { searchall: '%dropper%' })).toEqual(['dropper.dll', 'hidden-dropper.dll']);
    expect(await objects(admin, { quickFilter: 'Forms%' })).toHaveLength(2);
    expect(await objects(admin, { searchall: '%nothing%' })).toEqual([]);
  });

  it('shows nobody what he may not see', async () => {
    expect(await objects(outsider, { searchall: '%dropper%' })).toEqual(['dropper.dll']);
  });
});

describe('two names of one thing', () => {
  it('each count when a search of events has both', async () => {
    const [one, other] = [await makeEvent(admin, { info: 'one' }), await makeEvent(admin, { info: 'other' })];
    const ids = async (body: Record<string, unknown>) => {
      const answer = await admin.post('/events/restSearch', { ...body, metadata: true });
      return (member(answer.body, 'response') as { Event: { id: string } }[]).map(({ Event }) => Event.id);
    };
    expect(await ids({ eventid: [one.id, other.id], event_uuid: other.uuid })).toEqual([other.id]);
    expect(await ids({ eventid: one.id, event_uuid: other.uuid })).toEqual([]);
    expect(await ids({ eventid: 'all', event_uuid: one.uuid })).toEqual([one.id]);
    expect(await ids({ eventid: one.id, sharinggroup: '0', sharing_group_id: '7' })).toEqual([]);
  });
});
