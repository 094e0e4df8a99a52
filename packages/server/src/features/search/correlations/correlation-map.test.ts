import { type ApiClient, type Made, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** 300 values that 21 events share: more links than a page has. */
const SHARED = 300;
const EVENTS = 21;
const MANY = 5010;

let magpie: TestMagpie;
let maker: ApiClient;
let stranger: ApiClient;
const events: Made[] = [];
let large: Made;

const values = (count: number, name: string) =>
  Array.from({ length: count }, (_, number) => ({ type: 'text', value: `${name} ${number}` }));

beforeAll(async () => {
  magpie = await startTestMagpie();
  [maker, stranger] = [await magpie.user(), await magpie.user()];
  for (let number = 0; number < EVENTS; number += 1) {
    events.push(
      await makeEvent(maker, {
        info: `event ${number}`,
        date: `2026-0${1 + (number % 9)}-10`,
        // The stranger sees all but every third.
        distribution: number % 3 === 1 ? '0' : '3',
        Attribute: values(SHARED, 'shared'),
      }),
    );
  }
  large = await makeEvent(maker, { distribution: '3', Attribute: values(MANY, 'own') });
});
afterAll(() => magpie?.stop());

interface Graph {
  nodes: { id: string; value?: string }[];
  links: { source: string; target: string }[];
  next: string | null;
}

async function graph(client: ApiClient, id: string, after: unknown): Promise<Graph> {
  const { status, body } = await client.post(`/correlations/graph/${id}`, { after });
  expect(status).toBe(200);
  return body as Graph;
}

describe('the graph of an event', () => {
  it('has every link, in pages of bounded size', async () => {
    for (const [client, others] of [
      [maker, EVENTS - 1],
      [stranger, EVENTS - 8],
    ] as const) {
      const links: string[] = [];
      let pages = 0;
      for (let after: string | null = '0'; after !== null; pages += 1) {
        const page: Graph = await graph(client, events[0]?.id ?? '', after);
        expect(page.links.length).toBeLessThanOrEqual(5000);
        const ids = new Set(page.nodes.map(({ id }) => id));
        expect(page.links.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true);
        links.push(...page.links.map(({ source, target }) => `${source} ${target}`));
        after = page.next;
      }
      expect(new Set(links).size).toBe(SHARED * (others + 1));
      expect(links.length).toBe(SHARED * (others + 1));
      expect(pages).toBe(client === maker ? 2 : 1);
    }
  });

  it.each(['x', -5, '-1', 0, '', null, {}, [1], 1.5])('begins at the start after %j', async (after) => {
    expect((await graph(maker, events[1]?.id ?? '', after)).nodes[1]?.value).toBe('shared 0');
  });

  it('ends after an enormous id, and goes on over attributes that meet nothing', async () => {
    expect(await graph(maker, events[0]?.id ?? '', 10 ** 9)).toMatchObject({ links: [], next: null });
    let pages = 0;
    for (let after: string | null = '0'; after !== null; pages += 1) after = (await graph(maker, large.id, after)).next;
    expect(pages).toBe(Math.ceil(MANY / 500));
    expect((await stranger.post(`/correlations/graph/${events[1]?.id}`, {})).status).toBe(404);
  });
});

describe('the timeline of an event', () => {
  it('counts all months and pages the events', async () => {
    const id = events[0]?.id;
    const { body } = await stranger.get(`/correlations/timeline/${id}`);
    expect(member(body, 'total')).toBe(EVENTS - 8);
    const months = member(body, 'months') as { month: string; events: number }[];
    const naive = new Map<string, number>();
    for (let number = 1; number < EVENTS; number += 1) {
      const month = `2026-0${1 + (number % 9)}`;
      if (number % 3 !== 1) naive.set(month, (naive.get(month) ?? 0) + 1);
    }
    expect(new Map(months.map((row) => [row.month, row.events]))).toEqual(naive);
    expect(months.map(({ month }) => month)).toEqual([...naive.keys()].sort().reverse());
    const page = async (parameters: Record<string, unknown>) => {
      const answer = await stranger.post(`/correlations/timeline/${id}`, parameters);
      expect([parameters, answer.status]).toEqual([parameters, 200]);
      return (member(answer.body, 'events') as { id: string }[]).map((row) => row.id);
    };
    const all = await page({});
    expect(all).toHaveLength(EVENTS - 8);
    expect([
      ...(await page({ limit: 5 })),
      ...(await page({ limit: 5, page: 2 })),
      ...(await page({ limit: 5, page: 3 })),
    ]).toEqual(all);
    expect(await page({ limit: 5, page: 10 ** 9 })).toEqual([]);
    for (const odd of [
      { limit: 0 },
      { limit: -1 },
      { limit: 'x' },
      { limit: 10 ** 15 },
      { page: 0 },
      { page: 'x' },
      { page: -2 },
    ]) {
      expect([odd, await page(odd)]).toEqual([odd, all]);
    }
  });
});

describe('the pictures that MISP draws', () => {
  it('say that an event has more than they show', async () => {
    const asked = (id: string) =>
      ['getEventGraphReferences', 'getEventGraphTags', 'getEventTimeline', 'updateGraph'].map(
        (action) => `/events/${action}/${id}`,
      );
    for (const path of asked(large.id)) {
      const { body } = await maker.post(path, {});
      expect([path, Object(body).truncated, Object(body).items?.length ?? 0]).toEqual([
        path,
        true,
        path.includes('update') ? 0 : 5000,
      ]);
    }
    for (const path of asked(events[2]?.id ?? '')) {
      const { body } = await maker.post(path, {});
      // 300 attributes meet 20 events each, of which the graph keeps 2,000 pairs.
      expect([path, Object(body).truncated]).toEqual([path, path.includes('update') ? true : undefined]);
    }
  });
});
