import { type ApiClient, makeEvent, makeObject, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DAY = 86_400;
/** Scores fall meanwhile: so many digits of them are compared. */
const DIGITS = 1;

interface Model {
  id: string;
  name: string;
  types: readonly string[];
  formula: string;
  lifetime: number;
  speed: number;
  threshold: number;
}
interface Made {
  value: string;
  type: string;
  /** Days since it was changed; since it was last seen; since it was sighted, rightly and wrongly. */
  changed: number;
  seen: number | null;
  sighted: { type: number; days: number }[];
  grades: number[];
  id: string;
}

let magpie: TestMagpie;
let own: ApiClient;
let eventId: string;
const models: Model[] = [];
const made: Made[] = [];
const now = Math.floor(Date.now() / 1000);

beforeAll(async () => {
  magpie = await startTestMagpie();
  own = await magpie.user();
  for (const [name, number] of [
    ['grade:low', 20],
    ['grade:high', 90],
    ['other:x', 10],
    ['event-grade:e', 70],
  ] as const) {
    await magpie.admin.post('/tags/add', { name, numerical_value: number, exportable: name !== 'grade:high' });
  }
  await addModel({
    name: 'Fast',
    types: ['domain', 'md5'],
    formula: 'polynomial',
    lifetime: 4,
    speed: 1,
    threshold: 30,
  });
  await addModel({ name: 'Slow', types: ['domain'], formula: 'Polynomial', lifetime: 30, speed: 2.5, threshold: 20 });
  await addModel({
    name: 'By sightings',
    types: ['md5', 'url'],
    formula: 'Sightings',
    lifetime: 5,
    speed: 1,
    threshold: 45,
  });
  const event = await makeEvent(own, { distribution: '3', Tag: [{ name: 'event-grade:e' }] });
  eventId = event.id;
  const attributes = fc.sample(
    fc.record({
      type: fc.constantFrom('domain', 'md5', 'url', 'ip-dst'),
      changed: fc.integer({ min: 1, max: 12 }),
      seen: fc.option(fc.integer({ min: 1, max: 12 })),
      sighted: fc.array(fc.record({ type: fc.constantFrom(0, 0, 1, 2), days: fc.integer({ min: 1, max: 12 }) }), {
        maxLength: 3,
      }),
      grades: fc.constantFrom<number[][]>([], [20], [90], [20, 90]),
    }),
    { numRuns: 24, seed: 9 },
  );
  for (const [place, one] of attributes.entries()) {
    const value =
      {
        domain: `d${place}.example`,
        md5: String(place).padStart(32, '0'),
        url: `https://u${place}.example/x`,
        'ip-dst': `192.0.2.${place + 1}`,
      }[one.type] ?? '';
    const fields = {
      ...{ type: one.type, value, timestamp: now - one.changed * DAY },
      ...(one.seen === null ? {} : { last_seen: new Date((now - one.seen * DAY) * 1000).toISOString() }),
      Tag: one.grades.map((grade) => ({ name: grade === 20 ? 'grade:low' : 'grade:high' })),
    };
    const object = {
      name: 'file',
      'meta-category': 'file',
      distribution: '5',
      template_version: '24',
      template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    };
    const id =
      place % 4 === 0
        ? String(
            member(
              (await makeObject(own, eventId, { ...object, Attribute: [{ ...fields, object_relation: one.type }] }))
                .body,
              'Object',
              'Attribute',
              0,
              'id',
            ),
          )
        : String(member((await own.post(`/attributes/add/${eventId}`, fields)).body, 'Attribute', 'id'));
    for (const { type, days } of one.sighted)
      await own.post(`/sightings/add/${id}`, { type: String(type), timestamp: now - days * DAY });
    made.push({ ...one, value, id });
  }
});
afterAll(() => magpie?.stop());

async function addModel(model: Omit<Model, 'id'>): Promise<void> {
  const { body } = await magpie.admin.post('/decayingModel/add', {
    ...{ name: model.name, formula: model.formula, attribute_types: model.types, enabled: 1, all_orgs: 1 },
    parameters: {
      ...{ lifetime: model.lifetime, decay_speed: model.speed, threshold: model.threshold, default_base_score: 80 },
      ...{
        base_score_config: { grade: 3, 'event-grade': 1 },
        settings: { minimum_sightings: 2, true_positive_offset: 1 },
      },
    },
  });
  models.push({ ...model, id: String(member(body, 'data', 'DecayingModel', 'id')) });
}

/** The score of an attribute under a model, by MISP's rules. */
function naive(one: Made, model: Model, lifetime = model.lifetime): number {
  const weights = [...one.grades.map((grade) => [3, grade] as const), [1, 70] as const];
  const sum = weights.reduce((total, [weight]) => total + weight, 0);
  const base = weights.reduce((total, [weight, number]) => total + (weight / sum) * number, 0);
  const right = one.sighted.filter(({ type }) => type === 0).map(({ days }) => days);
  const wrong = one.sighted.filter(({ type }) => type === 1).length;
  if (model.formula === 'Sightings') {
    return right.length + wrong < 2 ? base : (base * (right.length + 1)) / (right.length + wrong + 1);
  }
  const last = right.length === 0 ? null : Math.min(...right);
  const age = last !== null && last <= one.changed ? last : (one.seen ?? one.changed);
  return Math.max(0, base * (1 - (age / lifetime) ** (1 / model.speed)));
}

type Scores = Map<string, Record<string, readonly [score: number, decayed: boolean]>>;

function expected(
  chosen: (one: Made) => readonly Model[],
  limits: { threshold?: number; lifetime?: number; exclude?: boolean } = {},
): Scores {
  const all: Scores = new Map();
  for (const one of made) {
    const scores = chosen(one).map((model) => {
      const score = naive(one, model, limits.lifetime ?? model.lifetime);
      return [model.name, [expect.closeTo(score, DIGITS), score < (limits.threshold ?? model.threshold)]] as const;
    });
    if (limits.exclude && scores.length > 0 && scores.every(([, [, decayed]]) => decayed)) continue;
    all.set(one.id, Object.fromEntries(scores));
  }
  return all;
}
const usual = (one: Made) => models.filter(({ types }) => types.includes(one.type));

const scoresOf = (rows: unknown): Scores =>
  new Map(
    Object.values(Object(rows)).map((row) => [
      String(member(row, 'id')),
      Object.fromEntries(
        Object.values(Object(Object(row).decay_score ?? [])).map((score) => [
          String(member(score, 'DecayingModel', 'name')),
          [Number(member(score, 'score')), member(score, 'decayed') === true],
        ]),
      ),
    ]),
  );
const sorted = (scores: Scores) => [...scores].sort(([a], [b]) => Number(a) - Number(b));

async function ofAttributes(parameters: Record<string, unknown>, client = own): Promise<Scores> {
  const { status, body } = await client.post('/attributes/restSearch', {
    eventid: eventId,
    includeDecayScore: 1,
    ...parameters,
  });
  expect(status).toBe(200);
  return scoresOf(member(body, 'response', 'Attribute'));
}
const membersOf = (event: unknown) => [
  ...Object.values(Object(Object(event).Attribute ?? [])),
  ...Object.values(Object(Object(event).Object ?? [])).flatMap((object) =>
    Object.values(Object(Object(object).Attribute ?? [])),
  ),
];

describe('scores', () => {
  it('are those of a naive reference, wherever attributes are read', async () => {
    const all = sorted(expected(usual));
    expect.soft(['attributes', sorted(await ofAttributes({}))]).toEqual(['attributes', all]);
    const view = await own.get(`/events/view/${eventId}/includeDecayScore:1`);
    expect.soft(['view', sorted(scoresOf(membersOf(member(view.body, 'Event'))))]).toEqual(['view', all]);
    const events = await own.post('/events/restSearch', { eventid: eventId, includeDecayScore: 1 });
    expect
      .soft(['events', sorted(scoresOf(membersOf(member(events.body, 'response', 0, 'Event'))))])
      .toEqual(['events', all]);
    const objects = await own.post('/objects/restSearch', { eventid: eventId, includeDecayScore: 1 });
    const inside = (member(objects.body, 'response') as unknown[]).flatMap((row) =>
      Object.values(Object(member(row, 'Object', 'Attribute'))),
    );
    expect
      .soft(['objects', sorted(scoresOf(inside))])
      .toEqual(['objects', all.filter(([id]) => made.findIndex((one) => one.id === id) % 4 === 0)]);
    for (const [place, one] of made.entries()) {
      for (const model of models) {
        const { body } = await own.get(`/decayingModel/decayingToolComputeSimulation/${model.id}/${one.id}`);
        expect
          .soft([place, model.name, Number(member(body, 'current_score'))])
          .toEqual([place, model.name, expect.closeTo(naive(one, model), DIGITS)]);
      }
    }
  });

  it('leave decayed ones out of pages, events, objects and other formats', async () => {
    const left = sorted(expected(usual, { exclude: true }));
    expect(left.length).toBeLessThan(made.length);
    expect(sorted(await ofAttributes({ excludeDecayed: 1 }))).toEqual(left);
    const pages: Scores[] = [];
    for (let page = 1; page <= Math.ceil(left.length / 4) + 1; page += 1)
      pages.push(await ofAttributes({ excludeDecayed: 1, limit: 4, page }));
    expect(pages.flatMap((page) => [...page])).toEqual(left);
    expect(pages.slice(0, -2).every((page) => page.size === 4)).toBe(true);
    const view = await own.post('/events/restSearch', { eventid: eventId, includeDecayScore: 1, excludeDecayed: 1 });
    expect(sorted(scoresOf(membersOf(member(view.body, 'response', 0, 'Event'))))).toEqual(left);
    const objects = await own.post('/objects/restSearch', {
      eventid: eventId,
      includeDecayScore: 1,
      excludeDecayed: 1,
    });
    const inside = (member(objects.body, 'response') as unknown[]).flatMap((row) =>
      Object.values(Object(member(row, 'Object', 'Attribute'))),
    );
    expect(sorted(scoresOf(inside))).toEqual(left.filter(([id]) => made.findIndex((one) => one.id === id) % 4 === 0));
    const values = left.map(([id]) => made.find((one) => one.id === id)?.value).sort();
    for (const returnFormat of ['values', 'csv', 'xml', 'count']) {
      const { body } = await own.post('/attributes/restSearch', { eventid: eventId, excludeDecayed: 1, returnFormat });
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      if (returnFormat === 'count')
        expect([returnFormat, Number(text.replaceAll(/\D/g, ''))]).toEqual([returnFormat, left.length]);
      else
        expect([
          returnFormat,
          made
            .map(({ value }) => value)
            .filter((value) => text.includes(value))
            .sort(),
        ]).toEqual([returnFormat, values]);
    }
  });

  it('stand in CSV as the mean, and as decayed where one says so', async () => {
    const { body } = await own.post('/attributes/restSearch', {
      ...{
        eventid: eventId,
        returnFormat: 'csv',
        includeDecayScore: 1,
        requested_attributes: ['value', 'decay_score_score', 'decay_score_decayed'],
      },
    });
    const lines = String(body)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.replaceAll('"', '').split(','));
    const all = expected(usual);
    expect(lines).toHaveLength(made.length);
    for (const [value, score, decayed] of lines) {
      const one = made.find((row) => row.value === value);
      const scores = Object.values(all.get(one?.id ?? '') ?? {});
      if (scores.length === 0) expect([value, score, decayed]).toEqual([value, '', '']);
      else {
        expect(Number(score)).toBeCloseTo(
          usual(one as Made).reduce((sum, model) => sum + naive(one as Made, model), 0) / scores.length,
          DIGITS,
        );
        expect([value, decayed]).toEqual([value, scores.some(([, gone]) => gone) ? '1' : '0']);
      }
    }
  });

  it('are of the models that are named, by number, uuid or name', async () => {
    const [fast, , bySightings] = models as [Model, Model, Model];
    const only = (...chosen: Model[]) => sorted(expected(() => chosen));
    for (const decayingModel of [fast.id, Number(fast.id), [fast.id], fast.name, 'fast', [' FAST ']]) {
      expect([decayingModel, sorted(await ofAttributes({ decayingModel }))]).toEqual([decayingModel, only(fast)]);
    }
    const { body } = await own.get(`/decayingModel/view/${fast.id}`);
    expect(sorted(await ofAttributes({ decayingModel: member(body, 'DecayingModel', 'uuid') }))).toEqual(only(fast));
    expect(sorted(await ofAttributes({ decayingModel: [bySightings.name, fast.id] }))).toEqual(only(fast, bySightings));
    expect(
      sorted(await ofAttributes({ decayingModel: fast.name, modelOverrides: { lifetime: 9 }, score: 50 })),
    ).toEqual(sorted(expected(() => [fast], { lifetime: 9, threshold: 50 })));
    expect(sorted(await ofAttributes({ score: 101, excludeDecayed: 1 }))).toEqual(
      sorted(expected(usual, { threshold: 101, exclude: true })),
    );
    expect(sorted(await ofAttributes({ decayingModel: 999 }))).toEqual(sorted(expected(() => [])));
    for (const decayingModel of ['nobody', ['Fast', 'nobody'], {}, [[]]]) {
      for (const [scope, returnFormat] of [
        ...['attributes', 'events', 'objects'].map((name) => [name, 'json']),
        ...['csv', 'values', 'count', 'xml', 'stix2'].map((format) => ['attributes', format]),
      ]) {
        const answer = await own.post(`/${scope}/restSearch`, {
          eventid: eventId,
          ...{ includeDecayScore: 1, excludeDecayed: 1, returnFormat, decayingModel },
        });
        expect
          .soft([scope, returnFormat, decayingModel, answer.status])
          .toEqual([scope, returnFormat, decayingModel, 400]);
      }
    }
    const hidden = await own.post('/decayingModel/add', {
      name: 'Secret',
      parameters: { lifetime: 3 },
      attribute_types: ['domain'],
      enabled: 1,
    });
    expect(hidden.status).toBe(200);
    const stranger = await magpie.user();
    const asked = await stranger.post('/attributes/restSearch', {
      eventid: eventId,
      includeDecayScore: 1,
      decayingModel: 'Secret',
    });
    expect(asked.status).toBe(400);
  });
});
