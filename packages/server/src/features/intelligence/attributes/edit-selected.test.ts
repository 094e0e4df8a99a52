import {
  type ApiClient,
  makeEvent,
  makeObject,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

let magpie: TestMagpie;
let owner: ApiClient;
let colleague: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const [own, other] = [await makeOrganisation(admin), await makeOrganisation(admin)];
  const user = magpie.user;
  owner = await user(own, '3');
  colleague = await user(own, '6');
  stranger = await user(other, '3');
});
afterAll(() => magpie.stop());

async function makeAttributes(): Promise<{ eventId: string; ids: string[] }> {
  const event = await makeEvent(owner, { distribution: '1' });
  const ids: string[] = [];
  for (const [type, value] of [
    ['domain', 'a.example'],
    ['domain', 'b.example'],
    ['comment', 'c'],
  ] as const) {
    const added = await owner.post(`/attributes/add/${event.id}`, { type, value, comment: 'before' });
    ids.push(String(member(added.body, 'Attribute', 'id')));
  }
  return { eventId: event.id, ids };
}

const view = async (id: string | undefined) =>
  member((await owner.get(`/attributes/view/${id}`)).body, 'Attribute') as Record<string, unknown>;

it('changes the fields given of the attributes named, and what the form leaves as it is stays', async () => {
  const { eventId, ids } = await makeAttributes();
  const [first, second, third] = ids;
  const sent = { attribute_ids: JSON.stringify([first, second]), comment: 'after', to_ids: 2, distribution: 6 };
  const answer = await owner.post(`/attributes/editSelected/${eventId}`, { Attribute: sent });
  expect(answer.status).toBe(200);
  expect(await view(first)).toMatchObject({ comment: 'after', to_ids: true, distribution: '5' });
  expect(await view(third)).toMatchObject({ comment: 'before' });
  const flag = { attribute_ids: [second], to_ids: 0, distribution: 0, comment: '' };
  expect((await owner.post(`/attributes/editSelected/${eventId}`, flag)).status).toBe(200);
  expect(await view(second)).toMatchObject({ comment: 'after', to_ids: false, distribution: '0' });
  await owner.post(`/attributes/editSelected/${eventId}`, { attribute_ids: 'all', comment: 'everywhere' });
  expect(await view(third)).toMatchObject({ comment: 'everywhere' });
});

it('changes every one of a large event, those in objects too, with a record of each', async () => {
  const values = Array.from({ length: 2100 }, (_, index) => ({ type: 'text', value: `row ${index}` }));
  const event = await makeEvent(owner, { Attribute: values });
  await makeObject(owner, event.id, {
    Attribute: [{ object_relation: 'filename', type: 'filename', value: 'in.exe' }],
  });
  const answer = await owner.post(`/attributes/editSelected/${event.id}`, { attribute_ids: 'all', comment: 'each' });
  expect(member(answer.body, 'message')).toBe('2101 attributes changed.');
  const found = await owner.post('/attributes/restSearch', { eventid: event.id, returnFormat: 'json' });
  const comments = (member(found.body, 'response', 'Attribute') as { comment: string }[]).map(({ comment }) => comment);
  expect(new Set(comments)).toEqual(new Set(['each']));
  const records = await magpie.magpie.database.asSystem('records of changes', (tx) =>
    tx.first<{ n: number }>(
      `select count(*) as n from changes where event_id = $1 and action = 'edit'
      and model = 'MispAttribute'`,
      [event.id],
    ),
  );
  expect(records?.n).toBe(2101);
});

it('changes none where one cannot take it', async () => {
  const { eventId, ids } = await makeAttributes();
  const answer = await owner.post(`/attributes/editSelected/${eventId}`, {
    attribute_ids: ids,
    category: 'Network activity',
    to_ids: 0,
  });
  const sent = { attribute_ids: ids, category: 'Payload installation' };
  const refused = await owner.post(`/attributes/editSelected/${eventId}`, sent);
  expect([answer.status, refused.status]).toEqual([200, 403]);
  expect(await view(ids[0])).toMatchObject({ category: 'Network activity', to_ids: false });
});

it('is for those who may change the event, and for its attributes', async () => {
  const { eventId, ids } = await makeAttributes();
  const elsewhere = await makeAttributes();
  const change = { attribute_ids: ids, comment: 'taken' };
  for (const client of [stranger, colleague]) {
    expect((await client.post(`/attributes/editSelected/${eventId}`, change)).status).toBe(403);
  }
  const foreign = await owner.post(`/attributes/editSelected/${elsewhere.eventId}`, change);
  expect(foreign.status).toBe(404);
  for (const empty of [{ comment: 'x' }, { attribute_ids: ids, to_ids: 2 }, { attribute_ids: [], comment: 'x' }]) {
    expect((await owner.post(`/attributes/editSelected/${eventId}`, empty)).status).toBeGreaterThanOrEqual(400);
  }
  expect(await view(ids[0])).toMatchObject({ comment: 'before' });
});
