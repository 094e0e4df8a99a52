import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let owner: ApiClient;
let stranger: ApiClient;
let third: ApiClient;
let reader: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin);
  const gamma = await makeOrganisation(admin);
  const user = magpie.user;
  owner = await user(alpha, '3');
  stranger = await user(beta, '3');
  third = await user(gamma, '3');
  reader = await user(alpha, '6');
});

afterAll(() => magpie.stop());

type Row = Record<string, unknown>;

async function sight(client: ApiClient, attributeId: string, fields: object = {}): Promise<string> {
  const answer = await client.post(`/sightings/add/${attributeId}`, fields);
  expect(answer.body).toMatchObject({ Sighting: { attribute_id: attributeId } });
  return String(member(answer.body, 'Sighting', 'id'));
}

const indexOf = async (client: ApiClient, eventId: string) =>
  (await client.get(`/sightings/index/${eventId}`)).body as Row[];
const idsOf = (rows: unknown) => (rows as Row[]).map(({ id }) => id);
const searched = async (client: ApiClient, body: object, context = '') =>
  (member((await client.post(`/sightings/restSearch${context}`, body)).body, 'response') as { Sighting: Row }[]).map(
    ({ Sighting }) => Sighting,
  );
const setting = (name: string, value: unknown) =>
  magpie.admin.post(`/servers/serverSettingsEdit/${name}`, { value }).then(({ status }) => expect(status).toBe(200));

describe('the list of sightings', () => {
  it('comes whole, or a page at a time', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id, { type: 'text', value: 'paged' });
    for (const source of ['1', '2', '3', '4', '5']) await sight(owner, attribute.id, { source });
    const sources = async (path: string) =>
      ((await owner.get(`/sightings/index/${event.id}${path}`)).body as Row[]).map(({ source }) => source);
    expect(await sources('')).toEqual(['1', '2', '3', '4', '5']);
    expect(await sources('/limit:2')).toEqual(['1', '2']);
    expect(await sources('/limit:2/page:3')).toEqual(['5']);
    expect(await sources('/limit:2/page:4')).toEqual([]);
    expect((await owner.get(`/sightings/index/${event.id}/limit:many`)).status).toBe(400);
    expect((await stranger.get(`/sightings/index/limit:1`)).status).toBe(200);
  });
});

describe('adding a sighting', () => {
  it('works by id, uuid, value, values and filters, in every wrapper', async () => {
    const event = await makeEvent(owner);
    const one = await makeAttribute(owner, event.id, { type: 'domain', value: `one-${event.uuid}.example` });
    const two = await makeAttribute(owner, event.id, { type: 'domain', value: `two-${event.uuid}.example` });
    const [first, second] = [one, two].map(({ body }) => String(member(body, 'Attribute', 'value')));
    expect(
      (await owner.post(`/sightings/add/${one.uuid}`, { type: '1', source: 's', timestamp: 1700000000 })).body,
    ).toMatchObject({
      Sighting: {
        attribute_id: one.id,
        event_id: event.id,
        org_id: alpha.id,
        date_sighting: '1700000000',
        source: 's',
        type: '1',
      },
    });
    await owner.post('/sightings/add', { id: one.id, date: '2024-01-05', time: '10:11:12' });
    await owner.post('/sightings/add', { Sighting: { uuid: one.uuid } });
    await owner.post('/sightings/add', { request: { Sighting: { value: first?.toUpperCase() } } });
    await owner.post('/sightings/add', { values: [first, second] });
    await owner.post('/sightings/add', { filters: { eventid: event.id, value: second } });
    const rows = await indexOf(owner, event.id);
    expect(rows.map(({ attribute_id }) => attribute_id)).toEqual(
      [one, one, one, one, one, two, two].map(({ id }) => id),
    );
    expect(rows[1]).toMatchObject({ date_sighting: '1704449472', type: '0', source: '', attribute_uuid: one.uuid });
    expect(rows[0]).toMatchObject({ Organisation: { id: alpha.id, uuid: alpha.uuid } });
  });

  it('of an expiration replaces the own earlier one', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    await sight(owner, attribute.id, { type: 2, timestamp: 1700000000 });
    const others = await sight(stranger, attribute.id, { type: 2 });
    const plain = await sight(owner, attribute.id);
    const last = await sight(owner, attribute.id, { type: 2 });
    expect(idsOf(await indexOf(owner, event.id))).toEqual([others, plain, last]);
  });

  it('of an expiration stays one when an organisation tells several at the same moment', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => sight(owner, attribute.id, { type: 2 })));
    expect(await indexOf(owner, event.id)).toHaveLength(1);
  });

  it('tells with 200 why nothing was added', async () => {
    const hidden = await makeEvent(owner, { distribution: '0' });
    const attribute = await makeAttribute(owner, hidden.id);
    const reason = async (client: ApiClient, body: object, path = '') =>
      member((await client.post(`/sightings/add${path}`, body)).body, 'message');
    const failed = (text: string) => `Could not add the Sighting. Reason: ${text}`;
    const noMatch = failed('No valid attributes found that match the criteria.');
    expect(await reason(owner, {})).toBe(failed('No valid attributes found.'));
    expect(await reason(owner, { filters: { unknown: 1 } })).toBe(failed('No valid attributes found.'));
    expect(await reason(owner, { value: 'never seen' })).toBe(noMatch);
    expect(await reason(owner, { value: '%' })).toBe(noMatch);
    expect(await reason(stranger, {}, `/${attribute.id}`)).toBe(noMatch);
    expect(await reason(stranger, { value: member(attribute.body, 'Attribute', 'value') })).toBe(noMatch);
    expect(await reason(owner, { value: 'x', type: 9 })).toContain('Invalid type');
    expect(await indexOf(owner, hidden.id)).toEqual([]);
    expect((await reader.post(`/sightings/add/${attribute.id}`, {})).status).toBe(403);
  });

  it('leaves publication and timestamp of the event alone', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    await magpie.admin.post(`/events/publish/${event.id}`);
    const before = member((await owner.get(`/events/view/${event.id}`)).body, 'Event', 'timestamp');
    await sight(stranger, attribute.id);
    expect((await owner.get(`/events/view/${event.id}`)).body).toMatchObject({
      Event: { published: true, timestamp: before },
    });
  });
});

describe('the policy', () => {
  let event: Made;
  let ids: { owner: string; stranger: string; admin: string };
  const seenBy = async (client: ApiClient) => idsOf(await indexOf(client, event.id));

  beforeAll(async () => {
    event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    ids = {
      owner: await sight(owner, attribute.id),
      stranger: await sight(stranger, attribute.id),
      admin: await sight(magpie.admin, attribute.id),
    };
    await setting('MISP.host_org_id', 1);
  });

  it.each([
    [0, { owner: 'all', stranger: 'own', third: 'none' }],
    [1, { owner: 'all', stranger: 'all', third: 'none' }],
    [2, { owner: 'all', stranger: 'all', third: 'all' }],
    [3, { owner: 'all', stranger: 'own and host', third: 'host' }],
  ])('%i shows what it says, everywhere', async (policy, expected) => {
    await setting('Plugin.Sightings_policy', policy);
    const all = [ids.owner, ids.stranger, ids.admin];
    const sets: Record<string, string[]> = {
      all,
      own: [ids.stranger],
      none: [],
      host: [ids.admin],
      'own and host': [ids.stranger, ids.admin],
    };
    for (const [name, client] of Object.entries({ owner, stranger, third })) {
      const wanted = sets[expected[name as keyof typeof expected]] ?? [];
      expect(await seenBy(client)).toEqual(wanted);
      expect(idsOf(await searched(client, { id: Number(event.id) }, '/event'))).toEqual(wanted);
      const listed = await client.post('/sightings/listSightings', { id: event.id, context: 'event' });
      expect((listed.body as { Sighting: Row }[]).map(({ Sighting }) => Sighting.id).sort()).toEqual(
        [...wanted].sort(),
      );
      const view = await client.get(`/events/view/${event.id}`);
      expect(idsOf((member(view.body, 'Event', 'Attribute', 0) as Row).Sighting ?? [])).toEqual(wanted);
      const found = await client.post('/attributes/restSearch', { eventid: event.id, includeSightings: 1 });
      expect(idsOf(member(found.body, 'response', 'Attribute', 0, 'Sighting'))).toEqual(wanted);
      expect((await client.get(`/sightings/view/${ids.owner}`)).status).toBe(wanted.includes(ids.owner) ? 200 : 404);
      const everywhere = idsOf((await client.get('/sightings/index')).body);
      expect(everywhere.filter((id) => all.includes(String(id)))).toEqual(
        [...wanted].sort((a, b) => Number(a) - Number(b)),
      );
      const second = idsOf((await client.get('/sightings/index/limit:1/page:2')).body);
      expect(second).toEqual(everywhere.slice(1, 2));
    }
    expect(await seenBy(magpie.admin)).toEqual(all);
    const searchedByAdmin = idsOf(await searched(magpie.admin, { id: Number(event.id) }, '/event'));
    expect(searchedByAdmin).toEqual(policy === 0 || policy === 3 ? [ids.admin] : all);
    await setting('Plugin.Sightings_policy', 0);
  });

  it('of anonymity hides all organisations but the own', async () => {
    await setting('Plugin.Sightings_anonymise', true);
    const rows = await indexOf(owner, event.id);
    expect(rows[0]).toMatchObject({ org_id: alpha.id, Organisation: { id: alpha.id } });
    expect(rows[1]).not.toHaveProperty('org_id');
    expect(rows[1]).not.toHaveProperty('Organisation');
    const [own, other] = await searched(owner, { id: Number(event.id) }, '/event');
    expect(own).toMatchObject({ org_id: alpha.id, Organisation: { id: alpha.id } });
    expect(other).toMatchObject({ org_id: '0' });
    expect(other).not.toHaveProperty('Organisation');
    const listed = async (client: ApiClient) =>
      (await client.get(`/sightings/listSightings/${event.id}/event`)).body as Row[];
    expect(await listed(owner)).toContainEqual({
      Sighting: expect.objectContaining({ id: ids.stranger, org_id: 0 }),
      Organisation: { name: '' },
    });
    expect(await listed(magpie.admin)).toContainEqual({
      Sighting: expect.objectContaining({ id: ids.stranger, org_id: 0 }),
      Organisation: { name: member(beta.body, 'Organisation', 'name') },
    });
    await setting('Plugin.Sightings_anonymise', false);
  });
});

describe('sightings', () => {
  it('hide with their attribute, also those that its editor does not see', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const id = await sight(stranger, attribute.id);
    await owner.post(`/attributes/edit/${attribute.id}`, { distribution: 0 });
    expect((await stranger.get(`/sightings/view/${id}`)).status).toBe(404);
    expect(await searched(stranger, { id: Number(event.id) }, '/event')).toEqual([]);
    await owner.post(`/attributes/edit/${attribute.id}`, { distribution: 5 });
    expect((await stranger.get(`/sightings/view/${id}`)).status).toBe(200);
    await owner.post(`/events/edit/${event.id}`, { distribution: 0 });
    expect((await stranger.get(`/sightings/view/${id}`)).status).toBe(404);
    await owner.post(`/attributes/delete/${attribute.id}/1`);
    const left = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.query('select id from sightings where id = $1', [id]),
    );
    expect(left).toEqual([]);
  });

  it('are deleted by their organisation or a site administrator, by nobody else', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const [one, two] = [await sight(stranger, attribute.id), await sight(stranger, attribute.id)];
    expect(await owner.post(`/sightings/delete/${one}`)).toMatchObject({
      status: 404,
      body: { message: 'Invalid sighting.' },
    });
    expect((await third.post(`/sightings/delete/${one}`)).status).toBe(404);
    expect((await stranger.post(`/sightings/delete/${one}`)).body).toMatchObject({
      message: 'Sighting successfully deleted.',
      id: one,
    });
    expect((await magpie.admin.post(`/sightings/delete/${two}`)).status).toBe(200);
    expect((await stranger.post(`/sightings/delete/${two}`)).status).toBe(404);
  });

  it('are left out of events on request and by setting', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    await sight(owner, attribute.id);
    const nested = async (place = '') =>
      (member((await owner.get(`/events/view/${event.id}${place}`)).body, 'Event', 'Attribute', 0) as Row).Sighting;
    expect(await nested()).toHaveLength(1);
    expect(await nested('/noSightings:1')).toBeUndefined();
    await setting('MISP.disable_sighting_loading', true);
    expect(await nested()).toBeUndefined();
    await setting('MISP.disable_sighting_loading', false);
  });

  it('are counted per day and type', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const day = Math.floor(Date.now() / 86_400_000) * 86_400 - 86_400;
    for (const timestamp of [day, day + 10, day - 5, 1_000_000]) await sight(owner, attribute.id, { timestamp });
    await sight(owner, attribute.id, { timestamp: day, type: 1 });
    const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
    expect((await owner.get(`/sightings/viewSightings/${event.id}/event`)).body).toEqual([
      { date: date(day - 5), type: '0', count: '1' },
      { date: date(day), type: '0', count: '2' },
      { date: date(day), type: '1', count: '1' },
    ]);
  });
});

describe('sightings/restSearch', () => {
  it('filters by time, type, source, organisation and context', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const old = await sight(owner, attribute.id, { timestamp: 1_600_000_000 });
    const recent = await sight(owner, attribute.id, { type: 1, source: 'fw' });
    const others = await sight(stranger, attribute.id);
    const find = async (body: object) => idsOf(await searched(owner, { id: Number(event.id), ...body }, '/event'));
    expect(await find({})).toEqual([recent, others]);
    expect(await find({ last: 0 })).toEqual([old, recent, others]);
    expect(await find({ from: 1_500_000_000, to: 1_650_000_000 })).toEqual([old]);
    expect(await find({ from: 1_500_000_000 })).toEqual([recent, others]);
    expect(await find({ type: '1' })).toEqual([recent]);
    expect(await find({ source: 'fw' })).toEqual([recent]);
    expect(await find({ org_id: [`!${beta.uuid}`] })).toEqual([recent]);
    expect(await find({ org_id: beta.uuid })).toEqual([others]);
    expect(await find({ org_id: crypto.randomUUID() })).toEqual([]);
    expect(await find({ last: 0, limit: 1, page: 2 })).toEqual([recent]);
    const [row] = await searched(
      owner,
      { uuid: attribute.uuid, includeAttribute: true, includeEvent: 1, includeUuid: 1 },
      '/attribute',
    );
    expect(row).toMatchObject({
      value: member(attribute.body, 'Attribute', 'value'),
      event_uuid: event.uuid,
      Attribute: { id: attribute.id, type: 'text' },
      Event: { id: event.id, orgc_id: alpha.id, Orgc: { name: expect.any(String) } },
    });
  });

  it('answers CSV and XML, and refuses what it cannot read', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const id = await sight(owner, attribute.id, { source: 'a "b"', timestamp: Math.floor(Date.now() / 1000) });
    const answer = (body: object) => owner.post('/sightings/restSearch/event', { id: Number(event.id), ...body });
    expect(String((await answer({ returnFormat: 'csv' })).body)).toMatch(
      new RegExp(
        `^id,attribute_id,event_id,org_id,date_sighting,uuid,source,type\n${id},${attribute.id},${event.id},${alpha.id},\\d+,"[0-9a-f-]{36}","a ""b""",0\n\n$`,
      ),
    );
    expect(String((await answer({ returnFormat: 'xml' })).body)).toContain(`<response><Sighting><id>${id}</id>`);
    expect((await answer({ returnFormat: 'nothing' })).status).toBe(404);
    expect((await answer({ id: event.id })).status).toBe(400);
    expect((await answer({ type: 7 })).status).toBe(400);
    expect((await owner.post('/sightings/restSearch/event', { type: 1 })).status).toBe(400);
    expect((await owner.post('/sightings/restSearch/object', { id: 1 })).status).toBe(400);
  });
});
