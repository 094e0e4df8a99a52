import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LargeWorld, largeTables, makeLargeWorld } from './testing/large-world.ts';
import { costOf } from './testing/plan-recorder.ts';

let world: LargeWorld;

beforeAll(async () => {
  world = await makeLargeWorld();
}, 300_000);
afterAll(() => world.stop());

type Request = [path: string, body?: unknown];

/** Rows of large tables that one request may look at, where the answer does not hold more itself. */
const MANY = 3000;

const pages: Request[] = [
  'id',
  'timestamp',
  'publish_timestamp',
  'date',
  'info',
  'attribute_count',
  'orgc',
  'org',
].flatMap((sort): Request[] => [
  [`/events/index/sort:${sort}/direction:desc/limit:20`],
  [`/events/index/sort:${sort}/direction:asc/limit:20`],
]);

const reads: Request[] = [
  ['/events/view/4'],
  ['/events/view/EVENT'],
  ['/events/view/40404040'],
  ['/events/getEventInfoById/4'],
  ['/attributes/view/1001'],
  ['/attributes/view/ATTRIBUTE'],
  ['/objects/view/7'],
  ['/event_reports/view/7'],
  ['/event_reports/index/event_id:4'],
  ['/sightings/listSightings/1001/attribute'],
  ['/sightings/index/4'],
  ['/shadow_attributes/index/4'],
  ['/logs/event_index/4'],
  ['/audit_logs/eventIndex/4'],
  ['/admin/logs/index', { limit: 20, page: 1 }],
  ['/admin/audit_logs/index', { limit: 20, page: 1 }],
  ['/users/view/me'],
  ['/tags/search/bench', {}],
];

const searches: Request[] = [
  ['/attributes/restSearch', { value: 'www.example.com', limit: 20 }],
  ['/attributes/restSearch', { value: ['nothing.example', '198.51.100.7'] }],
  ['/attributes/restSearch', { value: '%deadbeef%', limit: 20 }],
  ['/attributes/restSearch', { type: 'domain', limit: 20, page: 2 }],
  ['/attributes/restSearch', { tags: 'bench:tag="7"', limit: 20 }],
  ['/attributes/restSearch', { eventid: 4, limit: 20 }],
  ['/attributes/restSearch', { uuid: 'ATTRIBUTE' }],
  ['/attributes/restSearch', { timestamp: '1759999900', limit: 20 }],
  ['/attributes/restSearch', { category: 'Network activity', limit: 20 }],
  ['/attributes/restSearch', { limit: 20, page: 1 }],
  ['/attributes/index/limit:20', {}],
  ['/objects/restSearch', { object_name: 'domain-ip', limit: 20 }],
  ['/objects/restSearch', { eventid: 4, limit: 20 }],
  ['/events/restSearch', { value: 'nothing.example', metadata: true, limit: 20 }],
  ['/events/restSearch', { eventid: 4, metadata: true }],
  ['/events/restSearch', { uuid: 'EVENT', metadata: true }],
  ['/events/restSearch', { tags: 'bench:tag="7"', metadata: true, limit: 20 }],
  ['/events/restSearch', { timestamp: '1759999900', metadata: true, limit: 20 }],
  ['/events/restSearch', { eventinfo: 'mills of the south', metadata: true, limit: 20 }],
  ['/events/restSearch', { date: '2015-01-07', metadata: true, limit: 20 }],
  ['/events/restSearch', { limit: 20, page: 1, metadata: true }],
  ['/events/index', { eventid: 4 }],
  ['/events/index', { searcheventinfo: 'mills of the south', limit: 20 }],
  ['/events/index', { searchtag: 'bench:tag="7"', limit: 20 }],
  ['/events/index', { minimal: true, searchtimestamp: '1759999900', limit: 20 }],
  ['/events/index', { limit: 20, page: 3 }],
];

const writes: Request[] = [
  ['/events/add', { info: 'added' }],
  ['/events/edit/20', { info: 'changed' }],
  ['/attributes/add/20', { type: 'domain', value: 'added.example' }],
  ['/attributes/edit/4800', { comment: 'changed' }],
  ['/attributes/delete/4801', {}],
  ['/events/addTag/20/100001', {}],
  ['/attributes/addTag/4802/100001', {}],
  ['/sightings/add/1001', { type: '0' }],
  ['/shadow_attributes/add/4', { type: 'text', category: 'Other', value: 'proposed' }],
];

async function ask([path, body]: Request): Promise<{ status: number; found: string[] }> {
  const { user, magpie, recorder, eventUuid, attributeUuid } = world;
  const named = (text: string) => text.replace('EVENT', eventUuid).replace('ATTRIBUTE', attributeUuid);
  const client = path.startsWith('/admin/') || path.startsWith('/events/edit') ? magpie.admin : user;
  recorder.take();
  const { status } =
    body === undefined ? await client.get(named(path)) : await client.post(named(path), named(JSON.stringify(body)));
  const found = recorder.take().flatMap((plan) => {
    const { scanned, touched } = costOf(plan, largeTables);
    const place = plan.sql.replaceAll(/\s+/g, ' ').slice(0, 400);
    return [
      ...scanned.map((table) => `reads all of ${table}: ${place}`),
      ...(touched > MANY ? [`looks at ${Math.round(touched)} rows: ${place}`] : []),
    ];
  });
  return { status, found };
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
});

describe.each([
  ['pages of the event list', pages],
  ['single elements', reads],
  ['searches', searches],
  ['writes', writes],
])('%s', (_name, requests) => {
  it.each(requests)('%s %j: cost does not grow with the whole database', async (...request) => {
    expect(await ask(request)).toEqual({ status: 200, found: [] });
  });
});
