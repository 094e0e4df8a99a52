import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DAY = 86_400;
const PARAMETERS = {
  lifetime: 10,
  decay_speed: 1,
  threshold: 30,
  default_base_score: 80,
  base_score_config: { grade: 1 },
};

let m: TestMagpie;
let own: ApiClient;
let foreign: ApiClient;
let reader: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  const alpha = await makeOrganisation(m.admin);
  const beta = await makeOrganisation(m.admin);
  own = await m.user(alpha);
  foreign = await m.user(beta);
  reader = await m.user(alpha, '6');
});

afterAll(() => m.stop());

async function addModel(client: ApiClient, fields: Record<string, unknown> = {}): Promise<string> {
  const body = { name: 'Model', parameters: PARAMETERS, attribute_types: ['domain'], enabled: 1, ...fields };
  const answer = await client.post('/decayingModel/add', { DecayingModel: body });
  expect(answer.status).toBe(200);
  return String(member(answer.body, 'data', 'DecayingModel', 'id'));
}

describe('decaying models of organisations', () => {
  it('are theirs unless shared, and changed by their editors alone', async () => {
    const id = await addModel(own, { attribute_types: '["domain","url"]' });
    const asText = { name: 'Text', parameters: JSON.stringify(PARAMETERS) };
    expect(await own.post('/decayingModel/add', asText)).toMatchObject({
      status: 403,
      body: { errors: { parameters: ['Expected an object.'] } },
    });
    const view = await own.get(`/decayingModel/view/${id}`);
    expect(member(view.body, 'DecayingModel')).toMatchObject({
      parameters: PARAMETERS,
      attribute_types: ['domain', 'url'],
      default: false,
      isEditable: true,
    });
    expect((await foreign.get(`/decayingModel/view/${id}`)).status).toBe(404);
    expect((await foreign.post(`/decayingModel/edit/${id}`, { name: 'x' })).status).toBe(404);
    await own.post(`/decayingModel/edit/${id}`, { all_orgs: 1, name: 'Shared' });
    expect(member((await foreign.get(`/decayingModel/view/${id}`)).body, 'DecayingModel')).toMatchObject({
      name: 'Shared',
      isEditable: false,
    });
    for (const client of [foreign, reader]) {
      expect((await client.post(`/decayingModel/edit/${id}`, { name: 'x' })).status).toBe(403);
      expect((await client.post(`/decayingModel/delete/${id}`)).status).toBe(403);
      expect(
        (await client.post(`/decayingModelMapping/linkAttributeTypeToModel/${id}`, { attributetypes: ['url'] })).status,
      ).toBe(403);
    }
    expect((await reader.post('/decayingModel/add', { name: 'x', parameters: PARAMETERS })).status).toBe(403);
    expect((await own.post(`/decayingModel/delete/${id}`)).status).toBe(200);
    expect((await own.get(`/decayingModel/view/${id}`)).status).toBe(404);
  });

  it('are linked to further types, exported and imported', async () => {
    const id = await addModel(own);
    await own.post(`/decayingModelMapping/linkAttributeTypeToModel/${id}`, { attributetypes: '["ip-src"]' });
    expect((await own.get(`/decayingModelMapping/viewAssociatedTypes/${id}`)).body).toEqual(['domain', 'ip-src']);
    const file = (await own.get(`/decayingModel/export/${id}`)).body;
    expect(member(file, 'DecayingModel')).not.toHaveProperty('uuid');
    const imported = await foreign.post('/decayingModel/import', file);
    expect(member(imported.body, 'data', 'DecayingModel', 'parameters')).toEqual(PARAMETERS);
    await own.post(`/decayingModel/delete/${id}`);
  });

  it('say what is wrong with them', async () => {
    for (const [field, body] of [
      ['name', { parameters: PARAMETERS }],
      ['parameters', { name: 'x' }],
      ['parameters', { name: 'x', parameters: 'no json' }],
      ['parameters', { name: 'x', parameters: { lifetime: -1 } }],
      ['formula', { name: 'x', parameters: PARAMETERS, formula: 'guess' }],
    ] as const) {
      const answer = await own.post('/decayingModel/add', body);
      expect([field, answer.status, Object.keys(Object(member(answer.body, 'errors')))]).toEqual([field, 403, [field]]);
    }
  });
});

describe('scores', () => {
  it('fall with age from a base that tags give, reset by a sighting, and leave decayed attributes out', async () => {
    const id = await addModel(own);
    const event = await makeEvent(own);
    await m.admin.post('/tags/add', { name: 'grade:b', numerical_value: 50 });
    const age = (days: number) => Math.floor(Date.now() / 1000) - days * DAY;
    const fresh = await makeAttribute(own, event.id, { type: 'domain', value: 'fresh.example', timestamp: age(5) });
    await makeAttribute(own, event.id, { type: 'domain', value: 'old.example', timestamp: age(9) });
    await makeAttribute(own, event.id, { type: 'url', value: 'http://no.model', timestamp: age(9) });
    const search = async (parameters: Record<string, unknown>) => {
      const { body } = await own.post('/attributes/restSearch', {
        eventid: event.id,
        includeDecayScore: 1,
        ...parameters,
      });
      const list = member(body, 'response', 'Attribute');
      return new Map(
        (Array.isArray(list) ? list : []).map((item) => [String(member(item, 'value')), Object(item).decay_score?.[0]]),
      );
    };
    const all = await search({});
    expect(all.get('fresh.example')).toMatchObject({
      base_score: 80,
      decayed: false,
      DecayingModel: { id, name: 'Model' },
    });
    expect(all.get('fresh.example').score).toBeCloseTo(40, 1);
    expect(all.get('old.example').score).toBeCloseTo(8, 1);
    expect(all.get('http://no.model')).toBeUndefined();
    expect([...(await search({ excludeDecayed: 1 })).keys()]).toEqual(['fresh.example', 'http://no.model']);
    expect((await search({ decayingModel: id })).get('http://no.model')).toMatchObject({ decayed: true });
    expect((await search({ score: 5 })).get('old.example')).toMatchObject({ decayed: false });
    expect((await search({ modelOverrides: { lifetime: 5 } })).get('fresh.example')).toMatchObject({ score: 0 });
    expect((await search({ includeFullModel: 1 })).get('fresh.example').DecayingModel.parameters).toEqual(PARAMETERS);

    await own.post('/sightings/add', { id: fresh.id, type: '0' });
    expect((await search({})).get('fresh.example').score).toBeCloseTo(80, 1);
    await own.post('/tags/attachTagToObject', { uuid: event.uuid, tag: 'grade:b' });
    expect((await search({})).get('fresh.example').base_score).toBe(50);

    const view = await own.get(`/events/view/${event.id}/includeDecayScore:1`);
    expect(member(view.body, 'Event', 'Attribute', 0, 'decay_score', 0, 'base_score')).toBe(50);
    const events = await own.post('/events/restSearch', { eventid: event.id, includeDecayScore: 1, excludeDecayed: 1 });
    expect(member(events.body, 'response', 0, 'Event', 'Attribute')).toHaveLength(2);
    expect(member((await own.get(`/events/view/${event.id}`)).body, 'Event', 'Attribute', 0)).not.toHaveProperty(
      'decay_score',
    );
  });
});
