import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../access/viewer.ts';
import { findAttributes } from '../../features/search/rest-search/find-attributes.ts';
import { readOrder } from '../../features/search/rest-search/order.ts';
import type { PageBounds } from '../../features/search/rest-search/page-bounds.ts';
import { searchParametersOf } from '../../features/search/rest-search/parameters.ts';
import { readCriteria } from '../../features/search/rest-search/read-criteria.ts';
import { resolveNames } from '../../features/search/rest-search/resolve.ts';
import { type LargeWorld, largeTables, makeLargeWorld } from './testing/large-world.ts';
import { costOf } from './testing/plan-recorder.ts';

let world: LargeWorld;

beforeAll(async () => {
  world = await makeLargeWorld();
}, 300_000);
afterAll(() => world.stop());

/** Sums of counters: as many rows as there are events, types and categories. */
const SUM = /^\s*select coalesce\(sum\(c\.live\), 0\)/;

type Request = [path: string, body?: unknown];

/** Rows and index entries of large tables that one statement may look at. */
const FEW = 3000;

/** Where values of single events are looked up in all others: bounded by what an event holds and by a limit a value. */
const CORRELATING = 20_000;

/**
 * Exact totals are what X-Result-Count promises: they cost as much as there is to count. `after_id` does without, and
 * the web client's list counts up to a limit.
 */
const TOTAL =
  /^select (count\(\*\) as n, concat\(data_state.*?\) as state|coalesce\(sum\(c\.live\), 0\)::bigint as n|count\(\*\) as n) from (visible_|\(select 1 from .* limit \d+\) f)/;

const indexed = ['id', 'timestamp', 'publish_timestamp', 'date', 'orgc', 'org'];
const pages = indexed.flatMap((sort): Request[] => [
  [`/events/index/sort:${sort}/direction:desc/limit:20`],
  [`/events/index/sort:${sort}/direction:asc/limit:20`],
  [`/ui/events/sort:${sort}/limit:20`, {}],
]);

const reads: Request[] = [
  ['/events/getEventInfoById/4'],
  ['/events/checkPublishedStatus/4'],
  ['/attributes/view/801'],
  ['/attributes/view/ATTRIBUTE'],
  ['/objects/view/7'],
  ['/objectReferences/view/7'],
  ['/event_reports/view/7'],
  ['/event_reports/index/event_id:4'],
  ['/sightings/listSightings/801/attribute', {}],
  ['/sightings/index/4'],
  ['/sightings/index/limit:20/page:2'],
  ['/sightings/restSearch/event', { id: 4 }],
  ['/sightings/restSearch', { last: 0, limit: 20 }],
  ['/shadow_attributes/index/4'],
  ['/shadow_attributes/index/deleted:0/limit:20/page:1'],
  ['/shadow_attributes/view/7'],
  ['/logs/event_index/4'],
  ['/audit_logs/eventIndex/4'],
  ['/admin/logs/index', { limit: 20, page: 1 }],
  ['/admin/logs/index', { model: 'MispAttribute', model_id: 77, limit: 20 }],
  ['/admin/audit_logs/index', { limit: 20, page: 1 }],
  ['/users/view/me'],
  ['/tags/search/bench', {}],
  ['/tags/index'],
  ['/tags/view/100001'],
  ['/tags/viewGraph/100199'],
  ['/events/viewClusterRelations/4'],
  ['/warninglists/index'],
  ['/organisations/index'],
  ['/sharing_groups/index'],
  ['/event_delegations/index'],
  ['/collections/index'],
  ['/tags/tagStatistics'],
  ['/attributes/attributeStatistics/type'],
  ['/attributes/attributeStatistics/category/1'],
];

const searches: Request[] = [
  ['/attributes/restSearch', { value: 'www.example.com', limit: 20 }],
  ['/attributes/restSearch', { value: ['nothing.example', '198.51.100.7'] }],
  ['/attributes/restSearch', { value: '%nothing.example%', limit: 20 }],
  ['/attributes/restSearch', { tags: 'bench:tag="7"', limit: 20 }],
  ['/attributes/restSearch', { eventid: 4, limit: 20 }],
  ['/attributes/restSearch', { uuid: 'ATTRIBUTE' }],
  ['/attributes/restSearch', { timestamp: '1759999900', limit: 20 }],
  ['/attributes/restSearch', { limit: 20, page: 1 }],
  ['/attributes/restSearch', { limit: 20, after_id: 5000 }],
  // Behind a cursor far inside what is found: no page may look at all that follows.
  ['/attributes/restSearch', { type: 'domain', limit: 20, after_id: 50_000 }],
  ['/attributes/restSearch', { to_ids: 1, limit: 20, after_id: 20_000 }],
  ['/attributes/restSearch', { timestamp: '1600000000', limit: 20, after_id: 20_000 }],
  ['/attributes/restSearch', { category: 'Network activity', returnFormat: 'text', limit: 20, after_id: 30_000 }],
  ['/attributes/restSearch', { published: 1, limit: 20, after_id: 30_000 }],
  ['/events/restSearch', { published: 1, metadata: true, limit: 20, after_id: 20_000 }],
  ['/objects/restSearch', { object_name: 'file', limit: 20, after_id: 20_000 }],
  ['/attributes/index/limit:20', {}],
  ['/objects/restSearch', { object_name: 'domain-ip', limit: 20 }],
  ['/objects/restSearch', { eventid: 4, limit: 20 }],
  ['/attributes/restSearch', { order: 'value', limit: 20 }],
  ['/attributes/restSearch', { order: 'distribution', limit: 20 }],
  ['/events/restSearch', { value: 'nothing.example', metadata: true, limit: 20 }],
  ['/events/restSearch', { eventid: 4, metadata: true }],
  ['/events/restSearch', { uuid: 'EVENT', metadata: true }],
  ['/events/restSearch', { timestamp: '1759999900', metadata: true, limit: 20 }],
  ['/events/restSearch', { eventinfo: 'mills of the south', metadata: true, limit: 20 }],
  ['/events/restSearch', { from: '2015-01-07', to: '2015-01-09', metadata: true, limit: 20 }],
  ['/events/restSearch', { limit: 20, page: 1, metadata: true, includeEventCorrelations: false }],
  ['/events/index', { eventid: 4 }],
  ['/events/index', { searcheventinfo: 'mills of the south', limit: 20 }],
  ['/events/index', { searchtag: 'bench:tag="7"', limit: 20 }],
  ['/events/index', { minimal: true, searchtimestamp: '1759999900', limit: 20 }],
  ['/events/index', { limit: 20, page: 3 }],
];

const correlating: Request[] = [
  ['/events/view/4'],
  ['/events/view/EVENT'],
  ['/events/restSearch', { tags: 'bench:tag="7"', metadata: true, limit: 20 }],
  ['/attributes/restSearch', { eventid: 4, includeCorrelations: true, limit: 20 }],
];

const OBJECT = {
  name: 'file',
  'meta-category': 'file',
  description: 'a file',
  template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
  template_version: '24',
  Attribute: [{ object_relation: 'filename', type: 'filename', value: 'added.exe' }],
};

const writes: Request[] = [
  ['/events/add', { info: 'added' }],
  ['/attributes/add/OWN', { type: 'domain', value: 'added.example' }],
  ['/objects/add/OWN', OBJECT],
  ['/event_reports/add/OWN', { name: 'x', content: 'x' }],
  ['/events/edit/OWN', { info: 'changed', distribution: '1' }],
  ['/attributes/edit/OWNATTRIBUTE', { comment: 'changed' }],
  ['/events/addTag/OWN/100001', {}],
  ['/attributes/addTag/OWNATTRIBUTE/100001', {}],
  ['/sightings/add/801', { type: '0' }],
  ['/shadow_attributes/add/4', { type: 'text', category: 'Other', value: 'proposed' }],
  ['/events/publish/OWN', {}],
  ['/attributes/delete/OWNATTRIBUTE', {}],
  ['/events/delete/OWN', {}],
];

/** Statements on large tables that were looked at, by their text. */
const judged = new Set<string>();

async function ask([path, body]: Request, most: number): Promise<{ answer: unknown; found: string[] }> {
  const { magpie, recorder, names } = world;
  const named = (text: string) => text.replaceAll(/[A-Z]{3,}/g, (name) => names[name] ?? name);
  const client = path.startsWith('/admin/') || path.startsWith('/events/publish') ? magpie.admin : world.user;
  recorder.take();
  const answer =
    body === undefined ? await client.get(named(path)) : await client.post(named(path), named(JSON.stringify(body)));
  const found = recorder.take().flatMap((plan) => {
    const { scanned, touched } = costOf(plan, largeTables);
    const sql = plan.sql.replaceAll(/\s+/g, ' ').trim();
    if (TOTAL.test(sql)) return [];
    if (touched > 0) judged.add(sql.replaceAll(/\d+/g, '0'));
    return [
      ...scanned.map((table) => `reads all of ${table}: ${sql.slice(0, 400)}`),
      ...(touched > most ? [`looks at ${Math.round(touched)} rows: ${sql.slice(0, 400)}`] : []),
    ];
  });
  return { answer: answer.status === 200 ? 200 : answer.body, found };
}

describe('the recorder', () => {
  it('sees the statements of requests, whichever way they are sent', async () => {
    world.recorder.take();
    await world.user.get('/events/view/4');
    const one = world.recorder.take();
    expect(one.some(({ sql }) => sql.includes('visible_events'))).toBe(true);
    await world.user.post('/attributes/restSearch', { value: 'www.example.com', limit: 20 });
    expect(world.recorder.take().some(({ sql }) => sql.includes('visible_attributes'))).toBe(true);
  });

  it('finds statements that read whole tables', async () => {
    world.recorder.take();
    await world.magpie.magpie.database.asSystem('a bad statement', (tx) =>
      tx.query(`select count(*) from attributes where comment || '' = 'x'`),
    );
    const costs = world.recorder.take().map((plan) => costOf(plan, largeTables));
    expect(costs.flatMap(({ scanned }) => scanned)).toContain('attributes');
  });

  it('finds statements that look at many rows in order', async () => {
    world.recorder.take();
    await world.magpie.magpie.database.asSystem('another bad statement', async (tx) => {
      await tx.execute('set local enable_seqscan = off');
      await tx.query('select id from attributes where id > 0 order by id limit 5000');
    });
    const costs = world.recorder.take().map((plan) => costOf(plan, largeTables));
    expect(Math.max(...costs.map(({ touched }) => touched))).toBeGreaterThan(FEW);
  });
});

describe.each([
  ['a page of events', FEW, pages],
  ['a single element', FEW, reads],
  ['a search', FEW, searches],
  ['a read that correlates', CORRELATING, correlating],
  ['a write', FEW, writes],
])('the cost of %s does not grow with the whole database:', (_name, most, requests) => {
  it.each(requests.map((request) => ({ title: request.map((part) => JSON.stringify(part)).join(' '), request })))(
    '$title',
    async ({ request }) => {
      expect(await ask(request, most)).toEqual({ answer: 200, found: [] });
    },
  );
});

/** A member of the seed's first organisation; and what is large for 100,000 attributes, as on an instance with millions. */
const reader: Viewer = {
  userId: 1,
  email: 'reader@example.test',
  organisationId: 2,
  organisationUuid: '00000000-0000-4000-8000-000000000002',
  organisationName: 'Bench 1',
  roleId: 3,
  roleName: 'User',
  flags: new Set(),
  authKeyId: null,
  readOnly: false,
  ip: null,
  requestId: null,
};
const small: PageBounds = {
  cheapCost: 500,
  fewRows: 10_000,
  countCost: -1,
  countedRows: 1000,
  beginning: 2000,
  deep: 5000,
  narrow: 200,
};

async function findBroadly(parameters: Record<string, unknown>, bounds: PageBounds, offset = 0) {
  world.recorder.take();
  const page = await world.magpie.magpie.database.as(reader, async (tx) => {
    const sent = searchParametersOf('attributes', parameters);
    const criteria = readCriteria(sent, 1_760_000_000);
    const search = { criteria, names: await resolveNames(tx, criteria), order: readOrder(sent) };
    return findAttributes(tx, search, { limit: 20, offset, afterId: null }, bounds);
  });
  const touched = world.recorder
    .take()
    .filter(({ sql }) => !SUM.test(sql))
    .map((plan) => costOf(plan, new Set(['attributes', 'attribute_tags'])).touched);
  return { page, most: Math.max(0, ...touched) };
}

describe('a page of what very many attributes match', () => {
  it.each([
    [{ type: 'domain' }],
    [{ to_ids: 1, published: 1 }],
    [{ value: '%example%' }],
    [{ value: '!8.8.8.8' }],
    [{ value: '%abc%' }],
    [{ comment: '%campaign%' }],
    [{ timestamp: 1_500_000_000 }],
    [{ uuid: '!00000002-0000-4000-8000-000000000fff' }],
    [{ threat_level_id: [1, 2] }],
    [{ tags: 'bench:tag="7"' }],
    [{ tags: { NOT: ['bench:tag="7"'] } }],
    [{ deleted: [0, 1] }],
    [{ order: 'category' }],
    [{ order: 'category desc' }],
    [{ order: 'object_id' }],
    [{ order: 'object_relation desc' }],
    [{ order: 'distribution desc' }],
    [{ order: 'distribution asc' }],
    [{ order: 'object_relation asc' }],
    [{ order: 'value' }],
    [{ order: 'value desc' }],
    [{ order: 'value', type: 'domain' }],
    [{ order: 'value desc', published: 1 }],
    [{ order: 'timestamp desc' }],
    [{ order: 'type desc' }],
    [{ order: 'Event.publish_timestamp' }],
  ])('looks at few of them: %j', async (parameters) => {
    const { page, most } = await findBroadly(parameters, small);
    expect(page.ids).toHaveLength(20);
    expect(page.hasMore).toBe(true);
    expect(page.count?.total).toBeGreaterThan(20);
    expect(most).toBeLessThan(2 * FEW);
  });

  it.each([{}, { type: 'domain' }, { to_ids: 1, category: 'Network activity' }, { order: 'id desc' }])(
    'looks at few of them also far inside: %j',
    async (parameters) => {
      const { page, most } = await findBroadly(parameters, small, 15_000);
      expect(page.ids).toHaveLength(20);
      // A block of ids.
      expect(most).toBeLessThan(4096 + FEW);
    },
  );

  it('is seen to look at all of them where that is held to be cheap', async () => {
    const { most } = await findBroadly({ value: '%example%' }, { ...small, cheapCost: 1e9 });
    expect(most).toBeGreaterThan(20_000);
  });
});

describe('what depends on every event that the reader sees', () => {
  it.each(['info', 'attribute_count'])('is looked up in events and their counts alone: sort by %s', async (sort) => {
    const { found } = await ask([`/events/index/sort:${sort}/limit:20`], FEW);
    expect(found.filter((line) => !/^(reads all of (events|event_attribute_counts):|looks at)/.test(line))).toEqual([]);
  });
});

describe('the statements that requests send most', () => {
  it('are among those looked at: far more than the fifty hottest', () => {
    expect(judged.size).toBeGreaterThan(50);
  });
});
