import { type ApiClient, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let maker: ApiClient;

const EXCLUSIONS = ['%.Excluded.example', 'prefix.%', '%middle%', 'exact.example', 'a%b.example'];
const DOMAINS = [
  'One.example',
  'two.example',
  'three.example',
  'x.excluded.example',
  'prefix.example',
  'amiddleb.example',
  'EXACT.example',
  'afoob.example',
];
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const attribute = fc.oneof(
  fc.record({
    type: fc.constantFrom('domain', 'hostname', 'text', 'comment'),
    value: fc.constantFrom(...DOMAINS, ...DOMAINS.map((name) => name.toUpperCase())),
  }),
  fc.record({
    type: fc.constant('domain|ip'),
    value: fc.tuple(fc.constantFrom(...DOMAINS), fc.constantFrom(...ADDRESSES)).map((halves) => halves.join('|')),
  }),
  fc.record({ type: fc.constantFrom('ip-src', 'ip-dst', 'text'), value: fc.constantFrom(...ADDRESSES) }),
  fc.record({
    type: fc.constantFrom('ip-dst|port', 'hostname|port'),
    value: fc.constantFrom('one.example|443', 'two.example|80'),
  }),
  fc.record({ type: fc.constant('text'), value: fc.constantFrom('443', '80', 'alone') }),
);

beforeAll(async () => {
  magpie = await startTestMagpie();
  maker = await magpie.user();
  for (const value of EXCLUSIONS) await magpie.admin.post('/correlation_exclusions/add', { value });
  const lists = fc.sample(fc.array(fc.tuple(attribute, fc.nat(9)), { minLength: 5, maxLength: 12 }), {
    numRuns: 12,
    seed: 11,
  });
  for (const [index, list] of lists.entries()) {
    const event = await makeEvent(maker, {
      distribution: String(index % 4),
      disable_correlation: index === 5,
      Attribute: list.map(([one, chance]) => ({ ...one, disable_correlation: chance === 0 })),
    });
    const rows = Object.values(Object(Object(member(event.body, 'Event')).Attribute));
    for (const [place, row] of rows.entries()) {
      if (list[place]?.[1] === 1) await maker.post(`/attributes/delete/${member(row, 'id')}`);
    }
  }
  await magpie.admin.post('/servers/serverSettingsEdit/MISP.correlation_limit', { value: 4 });
});
afterAll(() => magpie?.stop());

/** The values of the administrator's attributes that correlate, with how many have each, of at least two events. */
async function counts(): Promise<Map<string, number>> {
  const { body } = await magpie.admin.post('/attributes/restSearch', { limit: 1000, includeContext: 1 });
  const disabled = await magpie.admin.post('/events/restSearch', { metadata: 1 });
  const off = new Set(
    (member(disabled.body, 'response') as unknown[])
      .filter((row) => member(row, 'Event', 'disable_correlation') === true)
      .map((row) => member(row, 'Event', 'id')),
  );
  const held = new Map<string, unknown[]>();
  for (const row of member(body, 'response', 'Attribute') as Record<string, unknown>[]) {
    const type = String(row.type);
    if (type === 'comment' || row.disable_correlation === true || off.has(row.event_id)) continue;
    const halves = String(row.value)
      .toLowerCase()
      .split('|')
      .slice(0, type.endsWith('|port') ? 1 : 2);
    for (const half of halves) held.set(half, [...(held.get(half) ?? []), row.event_id]);
  }
  return new Map(
    [...held].filter(([, events]) => new Set(events).size > 1).map(([value, events]) => [value, events.length]),
  );
}

const isExcluded = (value: string) =>
  value.endsWith('.excluded.example') ||
  value.startsWith('prefix.') ||
  value.includes('middle') ||
  value === 'exact.example';
const sorted = (list: { value: string; count: number; excluded: boolean }[]) =>
  list.map((one) => `${one.count} ${one.value} ${one.excluded}`).sort();

async function top(parameters = ''): Promise<{ value: string; count: number; excluded: boolean }[]> {
  const { status, body } = await magpie.admin.get(`/correlations/top${parameters}`);
  expect(status).toBe(200);
  return (body as unknown[])
    .map((row) => member(row, 'Correlation') as { value: string; count: number; excluded: boolean })
    .map((one) => ({ ...one, value: one.value.toLowerCase() }));
}
async function over(parameters = ''): Promise<{ value: string; count: number; excluded: boolean }[]> {
  const { status, body } = await magpie.admin.get(`/correlations/overCorrelations${parameters}`);
  expect(status).toBe(200);
  return (body as unknown[])
    .map((row) => Object(member(row, 'OverCorrelatingValue')))
    .map((one) => ({ value: one.value, count: Number(one.occurrence), excluded: one.excluded }));
}

describe('values that many share', () => {
  it('are counted as they are, deleted and excluded ones told apart', async () => {
    expect(await top()).toEqual([]);
    const naive = await counts();
    const expected = [...naive].map(([value, count]) => ({ value, count, excluded: isExcluded(value) }));
    // Before any count, those of new attributes are known.
    expect(sorted(await over())).toEqual(sorted(expected.filter((one) => one.count > 5)));
    expect(sorted(await over('/scope:not_over_correlating'))).toEqual(sorted(expected.filter((one) => one.count <= 5)));
    await magpie.admin.post('/correlations/generateTopCorrelations');
    await magpie.magpie.jobs.settled();
    expect(sorted(await top())).toEqual(sorted(expected.map((one) => ({ ...one, count: one.count - 1 }))));
    expect(sorted(await over())).toEqual(sorted(expected.filter((one) => one.count > 5)));
    expect(sorted(await over('/scope:not_over_correlating'))).toEqual(sorted(expected.filter((one) => one.count <= 5)));
    const all = await top();
    expect(all.map(({ count }) => count)).toEqual(all.map(({ count }) => count).sort((a, b) => b - a));
    const pages = await Promise.all([1, 2, 3].map((page) => top(`/limit:5/page:${page}`)));
    expect(pages.flat()).toEqual(all.slice(0, 15));
    expect(pages.map((page) => page.length)).toEqual([5, 5, all.length - 10]);
    for (const odd of ['limit:0', 'limit:-1', 'limit:abc', `limit:${10 ** 20}`, 'page:0', 'page:x']) {
      expect([odd, await top(`/${odd}`)]).toEqual([odd, all]);
    }
    expect(await top('/page:999999999999')).toEqual([]);
    for (const path of ['top', 'overCorrelations', 'generateTopCorrelations']) {
      expect((await maker.post(`/correlations/${path}`)).status).toBe(403);
    }
  });

  it('are told by whole characters when they are long, so that all that begin like them can be excluded', async () => {
    const begins = `${'x'.repeat(190)}😀`;
    for (let event = 0; event < 6; event += 1) {
      await makeEvent(maker, { Attribute: [{ type: 'text', value: `${begins} and more` }] });
    }
    const told = async () => (await over()).filter(({ value }) => value.startsWith('xxx'));
    expect(await told()).toEqual([{ value: begins, count: 6, excluded: false }]);
    await magpie.admin.post('/correlation_exclusions/add', { value: `${begins}%` });
    expect(await told()).toEqual([{ value: begins, count: 6, excluded: true }]);
  });
});
