import { type ApiClient, makeEvent, makeTag, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** More other events have a value than this: it is gone over no more. */
const LIMIT = 6;
const VALUES = Array.from({ length: 12 }, (_, number) => `v${number}.example`);

interface Node {
  id: string;
  isHidden: boolean;
  values: ReadonlySet<string>;
}

let magpie: TestMagpie;
let maker: ApiClient;
let stranger: ApiClient;
const nodes: Node[] = [];

beforeAll(async () => {
  magpie = await startTestMagpie();
  [maker, stranger] = [await magpie.user(), await magpie.user()];
  await magpie.admin.post('/servers/serverSettingsEdit/MISP.correlation_limit', { value: LIMIT });
  const lists = fc.sample(fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 3 }), {
    numRuns: 16,
    seed: 5,
  });
  for (const [index, list] of lists.entries()) {
    // Every second event has the hot value, one in four is hidden.
    const values = [...list, ...(index % 2 === 0 ? ['hot.example'] : [])];
    const isHidden = index % 4 === 3;
    const { id } = await makeEvent(maker, {
      distribution: isHidden ? '0' : '3',
      Attribute: values.map((value) => ({ type: 'domain', value })),
    });
    nodes.push({ id, isHidden, values: new Set(values) });
  }
});
afterAll(() => magpie?.stop());

async function ask(client: ApiClient, body: Record<string, unknown>) {
  const answer = await client.post('/pivots/paths', body);
  expect(answer.status).toBe(200);
  const paths = (member(answer.body, 'paths') as Record<string, unknown>[][]).map((path) =>
    path.map((step) => String(step.value ?? step.id ?? step.name)).join(' > '),
  );
  return { paths, more: member(answer.body, 'more'), common: member(answer.body, 'too_common') };
}

/** All ways of up to two steps between events, over values that no more others have than the limit. */
function waysBetween(from: Node, to: Node, seen: readonly Node[]): Set<string> {
  const others = (node: Node, value: string) => seen.filter((other) => other !== node && other.values.has(value));
  const steps = (node: Node) =>
    [...node.values].flatMap((value) => {
      const found = others(node, value);
      return found.length > LIMIT ? [] : found.map((other) => ({ value, other }));
    });
  const ways = new Set<string>();
  for (const one of steps(from)) {
    if (one.other === to) ways.add([from.id, one.value, to.id].join(' > '));
    // A value is gone over once, and never back.
    for (const two of steps(one.other)) {
      if (two.other !== to || one.other === to || two.value === one.value) continue;
      ways.add([from.id, one.value, one.other.id, two.value, to.id].join(' > '));
    }
  }
  return ways;
}

describe('ways between events', () => {
  it('are those of a naive walk, of what the reader sees', async () => {
    let found = 0;
    for (const client of [maker, stranger]) {
      const seen = nodes.filter((node) => client === maker || !node.isHidden);
      for (const [place, from] of seen.entries()) {
        for (const to of seen.slice(place + 1, place + 6)) {
          const ways = waysBetween(from, to, seen);
          const { paths, more } = await ask(client, { from: { event: from.id }, to: { event: to.id }, limit: 50 });
          expect([from.id, to.id, [...paths].sort(), more]).toEqual([from.id, to.id, [...ways].sort(), false]);
          found += ways.size;
        }
      }
    }
    expect(found).toBeGreaterThan(50);
  });

  it('tell what they do not go over, and that there are more', async () => {
    const [hot, other] = nodes.filter((node) => node.values.has('hot.example') && !node.isHidden);
    const ends = { from: { event: hot?.id }, to: { event: other?.id } };
    const all = await ask(maker, { ...ends, limit: 50 });
    expect(all.paths.join()).not.toContain('hot.example');
    expect(all.common).toMatchObject({ clusters: 0 });
    const names = new Set([...(hot?.values ?? []), ...(other?.values ?? [])]);
    const popular = [...names].filter((value) => nodes.filter((node) => node.values.has(value)).length > LIMIT + 1);
    expect(popular).toContain('hot.example');
    expect(all.common).toMatchObject({ values: popular.length });
    const pair = nodes
      .flatMap((from) => nodes.map((to) => [from, to] as const))
      .find(([from, to]) => from !== to && waysBetween(from, to, nodes).size > 1);
    const few = await ask(maker, { from: { event: pair?.[0].id }, to: { event: pair?.[1].id }, limit: 1 });
    expect([few.paths.length, few.more]).toEqual([1, true]);
  });

  it('tell of clusters that too many carry', async () => {
    await makeTag(magpie.admin, { name: 'misp-galaxy:threat-actor="Everywhere"' });
    const tagged: string[] = [];
    for (const info of ['a', 'b']) {
      const event = await makeEvent(maker, { info, Tag: [{ name: 'misp-galaxy:threat-actor="Everywhere"' }] });
      tagged.push(event.id);
    }
    const ends = { from: { event: tagged[0] }, to: { event: tagged[1] } };
    expect(await ask(maker, ends)).toMatchObject({ more: false, common: { values: 0, clusters: 0 } });
    expect((await ask(maker, ends)).paths).toHaveLength(1);
    await magpie.magpie.database.asSystem('many carriers', async (tx) => {
      const copy = (row: string, changed: string) =>
        `(jsonb_populate_record(${row}, jsonb_build_object(${changed}))).*`;
      await tx.execute(
        `insert into events select ${copy('e', `'id', 100000 + n, 'uuid', gen_random_uuid()`)}
         from events e, generate_series(1, 201) n where e.id = $1`,
        [tagged[0] ?? null],
      );
      await tx.execute(
        `insert into event_tags select ${copy('l', `'id', 100000 + n, 'event_id', 100000 + n`)}
         from event_tags l, generate_series(1, 201) n where l.event_id = $1`,
        [tagged[0] ?? null],
      );
    });
    expect(await ask(maker, ends)).toEqual({ paths: [], more: false, common: { values: 0, clusters: 1 } });
  });
});

describe('what is asked of paths', () => {
  it.each([
    [{ hops: 0 }],
    [{ hops: -1 }],
    [{ hops: 5 }],
    [{ hops: 'x' }],
    [{ limit: 0 }],
    [{ limit: -3 }],
    [{ limit: 1e12 }],
    [{ limit: 'x' }],
    [{ limit: 2.5 }],
    [{ hops: [4] }],
    [{ to: undefined }],
  ])('is refused for %j', async (odd) => {
    const body = { from: { event: nodes[0]?.id }, to: { event: nodes[1]?.id }, ...odd };
    expect((await maker.post('/pivots/paths', body)).status).toBe(400);
  });
});
