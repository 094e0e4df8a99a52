import { type ApiClient, makeAttribute, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
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
let model: string;
let attribute: string;
let event: string;
let now: number;

beforeAll(async () => {
  m = await startTestMagpie();
  now = Math.floor(Date.now() / 1000);
  own = await m.user();
  foreign = await m.user();
  const added = await own.post('/decayingModel/add', {
    DecayingModel: { name: 'Mine', parameters: PARAMETERS, attribute_types: ['domain'], enabled: 1 },
  });
  model = String(member(added.body, 'data', 'DecayingModel', 'id'));
  await m.admin.post('/tags/add', { name: 'grade:a', numerical_value: 50 });
  event = (await makeEvent(own, { distribution: '0', published: false, Tag: [{ name: 'grade:a' }] })).id;
  attribute = (await makeAttribute(own, event, { type: 'domain', value: 'old.example', timestamp: now - 5 * DAY })).id;
});
afterAll(() => m.stop());

const simulation = async (client: ApiClient, body: object = {}) =>
  client.post(`/decayingModel/decayingToolComputeSimulation/${model}/${attribute}`, body);

describe('the tool for decaying models', () => {
  it('tells how an attribute decays and what its base score comes from', async () => {
    const { status, body } = await own.get(`/decayingModel/decayingToolComputeSimulation/${model}/${attribute}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      sightings: [],
      last_sighting: String(now - 5 * DAY),
      base_score_config: {
        base_score: 50,
        default_base_score: 80,
        tags: [{ name: 'grade:a', numerical_value: 50, ratio: 1 }],
        taxonomy_effective_ratios: { grade: 1 },
      },
      Model: { id: model, name: 'Mine', isEditable: true },
    });
    expect(member(body, 'current_score')).toBeCloseTo(25, 1);
    const lines = String(member(body, 'csv')).split('\n');
    expect(lines[0]).toBe('date,value');
    const scores = lines.slice(1).map((line) => Number(line.split(',')[1]));
    expect(scores[0]).toBe(50);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.at(-1)).toBeLessThan(1);
    expect(scores.length).toBeGreaterThan(100);
  });

  it('tries parameters out without storing them', async () => {
    expect(member((await simulation(own, { lifetime: 20 })).body, 'current_score')).toBeCloseTo(37.5, 1);
    expect(
      member(
        (await simulation(own, { parameters: { base_score_config: {} } })).body,
        'base_score_config',
        'base_score',
      ),
    ).toBe(80);
    expect(member((await simulation(own)).body, 'current_score')).toBeCloseTo(25, 1);
  });

  it('starts anew with each sighting', async () => {
    await own.post(`/sightings/add/${attribute}`, { type: '0', timestamp: now - 2 * DAY });
    const { body } = await simulation(own);
    expect(member(body, 'current_score')).toBeCloseTo(40, 1);
    expect(member(body, 'last_sighting')).toBe(String(now - 2 * DAY));
    expect(member(body, 'sightings')).toHaveLength(1);
  });

  it('weighs tags, and names the taxonomies that can be weighed', async () => {
    const answer = await own.post(`/decayingModel/decayingToolComputeBasescore/${model}`, { tags: ['GRADE:a', 'x:y'] });
    expect(answer.body).toMatchObject({ base_score: 50, tags: [{ name: 'grade:a' }] });
    expect((await own.get('/decayingModel/decayingToolBasescore')).body).toHaveProperty('taxonomies');
  });

  it('finds attributes to try a model on', async () => {
    const { body } = await own.post('/decayingModel/decayingToolRestSearch', { type: 'domain' });
    expect(member(body, 'response', 'Attribute', 0)).toMatchObject({ id: attribute, Tag: [{ name: 'grade:a' }] });
    const { body: hidden } = await foreign.post('/decayingModel/decayingToolRestSearch', { type: 'domain' });
    expect(member(hidden, 'response', 'Attribute')).toEqual([]);
  });

  it('tells nothing of models and attributes of others', async () => {
    expect((await simulation(foreign)).status).toBe(404);
    const shared = await m.admin.post('/decayingModel/add', {
      name: 'All',
      parameters: PARAMETERS,
      attribute_types: ['domain'],
      all_orgs: 1,
    });
    const id = String(member(shared.body, 'data', 'DecayingModel', 'id'));
    expect((await foreign.get(`/decayingModel/decayingToolComputeSimulation/${id}/${attribute}`)).status).toBe(404);
    expect((await own.get(`/decayingModel/decayingToolComputeSimulation/${id}/${attribute}`)).status).toBe(200);
    expect((await own.get(`/decayingModel/decayingToolComputeSimulation/${model}/0x1A`)).status).toBe(404);
    expect((await foreign.get(`/decayingModel/decayingToolComputeBasescore/${model}`)).status).toBe(404);
  });
});

describe('scores of events', () => {
  it('are told where they are asked for, from the time of publication', async () => {
    const search = (body: object) => own.post('/events/restSearch', { eventid: event, ...body });
    expect(member((await search({})).body, 'response', 0, 'Event')).not.toHaveProperty('event_scores');
    const { body } = await search({ includeScoresOnEvent: 1, decayingModel: model });
    expect(member(body, 'response', 0, 'Event', 'event_scores')).toEqual([
      { score: 0, base_score: 50, decayed: true, DecayingModel: { id: model, name: 'Mine' } },
    ]);
    expect((await m.admin.post(`/events/publish/${event}`)).status).toBe(200);
    const { body: published } = await search({ includeScoresOnEvent: 1, decayingModel: model });
    expect(member(published, 'response', 0, 'Event', 'event_scores', 0, 'score')).toBeCloseTo(50, 1);
    const view = await own.get(`/events/view/${event}/includeScoresOnEvent:1`);
    expect(member(view.body, 'Event', 'event_scores', 0)).toHaveProperty('base_score');
  });
});
