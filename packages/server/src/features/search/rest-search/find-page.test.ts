import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { attributeSource } from './attribute-source.ts';
import { findAttributes } from './find-attributes.ts';
import { countBounded } from './match-count.ts';
import { orderSql, readOrder } from './order.ts';
import type { PageBounds } from './page-bounds.ts';
import { searchParametersOf } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { findLacking, resolveNames } from './resolve.ts';
import { tagIds } from './resolved-names.ts';
import { headOf } from './search-head.ts';
import { bindParameters } from './sql-text.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta, gamma } = world.organisations;
  const categories = ['Network activity', 'External analysis', 'Other'];
  for (let n = 0; n < 14; n += 1) {
    await world.store({
      owner: [alpha, beta, gamma][n % 3] ?? alpha,
      distribution: n % 4 === 0 ? 0 : 3,
      published: n % 3 === 0,
      tags: n % 5 === 0 ? ['tlp:red'] : [],
      attributes: Array.from({ length: 2 + (n % 3) }, (_, at) => ({
        type: at % 2 === 0 ? 'domain' : 'hostname',
        category: categories[(n + at) % 3] ?? '',
        value: `${'cab'.at((n * 5 + at) % 3)}${n}.test`,
        toIds: at % 2 === 1,
        deleted: (n + at) % 6 === 0,
        distribution: at === 2 ? 0 : 5,
        timestamp: 1_700_000_000 + ((n * 7 + at) % 4),
        tags: at === 0 && n % 2 === 1 ? ['tlp:green'] : [],
      })),
    });
  }
  await world.magpie.database.asSystem('attributes of objects', async (tx) => {
    await tx.execute(
      `update attributes set object_id = id % 3, object_relation = case id % 3 when 0 then null else 'r' || id % 2 end`,
    );
    await tx.execute('analyze attributes');
  });
});
afterAll(() => world.close());

const viewers = (): Viewer[] => [
  world.viewer(world.organisations.alpha),
  world.viewer(world.organisations.gamma),
  world.siteAdmin(),
];

const filters = fc.uniqueArray(
  fc.oneof(
    fc
      .constantFrom<unknown>(
        'tlp:red',
        '!tlp:red',
        ['tlp:red', 'tlp:green'],
        '!%',
        { AND: ['tlp:red', 'tlp:green'] },
        {
          OR: ['tlp:%'],
          NOT: ['tlp:red'],
        },
      )
      .map((tags) => ({ tags })),
    fc.constantFrom('domain', '!domain').map((type) => ({ type })),
    fc.constantFrom('Other', '!Other', 'nothing').map((category) => ({ category })),
    fc.constantFrom(0, 1).map((flag) => ({ to_ids: flag })),
    fc.constantFrom(0, 1).map((flag) => ({ published: flag })),
    fc.constantFrom<unknown>(1, [0, 1]).map((deleted) => ({ deleted })),
    fc.constantFrom('%.test', '!%1%', '!c5.test', 'a%').map((value) => ({ value })),
    fc.constantFrom<unknown>(1_700_000_002, [1_700_000_000, 1_700_000_001]).map((timestamp) => ({ timestamp })),
    fc.constantFrom('!00000000-0000-4000-8000-000000000001', 'OWN', '!OWN').map((uuid) => ({ uuid })),
    fc.constantFrom('!1', '0').map((sharinggroup) => ({ sharinggroup })),
    fc.constantFrom('%test%', 'tlp:red').map((searchall) => ({ searchall })),
  ),
  { maxLength: 3, selector: (filter) => Object.keys(filter)[0] },
);
const columns = ['id', 'object_id', 'object_relation', 'distribution', 'category', 'value', 'timestamp', 'type'];
const orders = fc
  .tuple(fc.constantFrom(...columns, 'event.publish_timestamp'), fc.constantFrom('asc', 'desc'))
  .map((order) => order.join(' '));

// Nothing is cheap, so that no page is cut from its sorted matches; or everything is.
const dear: PageBounds = {
  cheapCost: -1,
  fewRows: 1e9,
  countCost: 1e9,
  countedRows: 5,
  beginning: 4,
  deep: 1e9,
  narrow: 1e9,
};
const uncounted = { ...dear, countCost: -1, beginning: 1000 };
const many = { ...dear, fewRows: -1, deep: 2 };
// What everybody sees is a small part of all.
const narrow = { ...dear, narrow: 0 };
const cheap = { ...dear, cheapCost: 1e9, countedRows: 1e9, beginning: 0 };

/** The pages of a search, and all it finds by a statement that sorts everything the viewer sees. */
async function pagesOf(viewer: Viewer, sent: Record<string, unknown>, limit: number, bounds: PageBounds) {
  return world.magpie.database.as(viewer, async (tx) => {
    const own = await tx.first<{ uuid: string }>('select uuid from visible_attributes order by id limit 1');
    const uuid = typeof sent.uuid === 'string' ? { uuid: sent.uuid.replace('OWN', own?.uuid ?? '') } : {};
    const parameters = { ...sent, ...uuid };
    const criteria = readCriteria(searchParametersOf('attributes', parameters), world.magpie.now());
    const order = readOrder(searchParametersOf('attributes', parameters));
    const names = await resolveNames(tx, criteria);
    const { bind, values } = bindParameters();
    const { where } = attributeSource({ criteria, names, order }, bind);
    // As if the tags stood in nearly everything, and otherwise as they are.
    const excluded = criteria.tags.map(({ filter }) => tagIds(names, filter.not)).filter((ids) => ids.length > 0);
    const lacking = bounds === many ? await findLacking(tx, excluded) : names.lacking;
    const search = { criteria, names: { ...names, lacking }, order };
    const all = await tx.query<{ id: number }>(
      `select a.id from visible_attributes a join visible_events e on e.id = a.event_id where ${where} order by ${orderSql(order)}`,
      values,
    );
    const pages = [];
    for (let offset = 0; offset <= all.length + limit; offset += limit) {
      pages.push({ offset, ...(await findAttributes(tx, search, { limit, offset, afterId: null }, bounds)) });
    }
    return { all: all.map(({ id }) => id), pages };
  });
}

describe('pages of attributes', () => {
  it.each([
    ['walked in their order', dear],
    ['walked, and never counted', uncounted],
    ['walked by types and by blocks of ids', many],
    ['gathered from the events in sight', narrow],
    ['cut from all matches', cheap],
  ])(
    'hold what the viewer sees in its order, %s, and never tell too much',
    { timeout: fc.timeLimit(300_000) },
    async (_way, bounds) => {
      await fc.assert(
        fc.asyncProperty(
          filters,
          orders,
          fc.constantFrom(1, 4, 50),
          fc.constantFrom(0, 1, 2),
          async (set, order, limit, at) => {
            const viewer = viewers()[at] ?? world.siteAdmin();
            const { all, pages } = await pagesOf(viewer, { ...Object.assign({}, ...set), order }, limit, bounds);
            for (const { offset, ids, count, hasMore } of pages) {
              expect(ids).toEqual(all.slice(offset, offset + limit));
              expect(hasMore).toBe(all.length > offset + limit);
              if (count?.isExact) expect(count.total).toBe(all.length);
              else expect(count?.total).toBeLessThanOrEqual(all.length);
              if (hasMore) expect(count?.total).toBeGreaterThan(offset + limit);
            }
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});

describe('a count', () => {
  const count = (bounds: PageBounds, viewer = world.viewer(world.organisations.gamma)) =>
    world.magpie.database.as(viewer, (tx) =>
      countBounded(tx, { from: 'visible_attributes a', where: 'not a.deleted' }, [], bounds),
    );

  it('ends at its bound, and is exact up to it', async () => {
    const { total, isExact } = await count({ ...cheap, countedRows: 1e6 });
    expect(isExact).toBe(true);
    expect(await count({ ...cheap, countedRows: total })).toEqual({ total, isExact: true });
    expect(await count({ ...cheap, countedRows: total - 1 })).toEqual({ total, isExact: false });
    expect(await count({ ...cheap, countedRows: 3 })).toEqual({ total: 4, isExact: false });
  });

  it('counts what the viewer sees', async () => {
    expect((await count(cheap)).total).toBeLessThan((await count(cheap, world.siteAdmin())).total);
  });

  it('is not made where it would look at much more than it finds', async () => {
    expect(await count(uncounted)).toEqual({ total: 0, isExact: false });
  });

  it('is told as what it is', () => {
    expect(headOf({ total: 7, isExact: true })).toEqual({ total: 7, hasMore: null });
    expect(headOf({ total: 7, isExact: false }, 61)).toEqual({ total: 61, isAtLeast: true, hasMore: true });
    expect(headOf({ total: 100, isExact: false }, 61, false)).toEqual({ total: 100, isAtLeast: true, hasMore: false });
  });
});
