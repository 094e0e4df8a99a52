import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { orderSql, readOrder } from './order.ts';
import { type SearchScope, searchParametersOf } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { findLacking, resolveNames } from './resolve.ts';
import { tagIds } from './resolved-names.ts';
import { deletedOnlyOf, firstEvents } from './search-events.ts';
import { firstObjects } from './search-objects.ts';
import { bindParameters } from './sql-text.ts';
import { eventWhere, objectWhere } from './where.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta, gamma } = world.organisations;
  for (let n = 0; n < 15; n += 1) {
    await world.store({
      owner: [alpha, beta, gamma][n % 3] ?? alpha,
      distribution: n % 4 === 0 ? 0 : 3,
      published: n % 2 === 0,
      timestamp: 1_700_000_000 + ((n * 7) % 5),
      tags: n % 3 === 0 ? ['tlp:red'] : ['tlp:green'],
      objects: [{ name: 'file' }, { name: 'domain-ip', distribution: n % 5 === 0 ? 0 : 5 }],
      attributes: Array.from({ length: 5 }, (_, at) => ({
        type: at % 2 === 0 ? 'domain' : 'filename',
        value: `${'cab'.at((n + at) % 3)}${n}.test`,
        comment: at === 3 ? 'seen in a campaign' : '',
        toIds: at % 2 === 1,
        deleted: (n + at) % 6 === 0,
        distribution: at === 2 ? 0 : 5,
        object: at % 3,
        relation: at % 2 === 0 ? 'domain' : 'filename',
        tags: at === 0 && n % 4 === 1 ? ['other'] : [],
      })),
    });
  }
});
afterAll(() => world.close());

const filter = fc.oneof(
  fc
    .constantFrom<unknown>('tlp:red', '!tlp:red', '!%', 'other', { NOT: ['tlp:%'] }, { AND: ['tlp:red', 'other'] })
    .map((tags) => ({ tags })),
  fc.constantFrom('tlp:red', '!tlp:green').map((tags) => ({ event_tags: tags })),
  fc.constantFrom('domain', '!domain').map((type) => ({ type })),
  fc.constantFrom('filename', 'nothing', '!domain').map((relation) => ({ object_relation: relation })),
  fc.constantFrom<unknown>('%.test', '!%1%', 'c0.test', ['c0.test', 'a1.test'], 'a%').map((value) => ({ value })),
  fc.constantFrom('%campaign%', '!%campaign%').map((comment) => ({ comment })),
  fc.constantFrom(0, 1).map((published) => ({ published })),
  fc.constantFrom(0, 1).map((flag) => ({ to_ids: flag })),
  fc.constantFrom<unknown>(1, [0, 1]).map((deleted) => ({ deleted })),
  fc.constantFrom('%test%', 'other').map((searchall) => ({ searchall })),
);
const filters = fc.uniqueArray(filter, { minLength: 1, maxLength: 3, selector: (one) => Object.keys(one)[0] });
const orders = fc.constantFrom('id asc', 'id desc', 'timestamp desc', 'timestamp asc');
const viewers = (): Viewer[] => [
  world.viewer(world.organisations.alpha),
  world.viewer(world.organisations.gamma),
  world.viewer(world.organisations.beta, ['perm_sync']),
  world.siteAdmin(),
];

/** The ids of a page by the first rows, and all ids by a statement that gathers every match. */
async function found(tx: Transaction, viewer: Viewer, scope: SearchScope, sent: object, limit: number, offset: number) {
  const parameters = searchParametersOf(scope, { ...sent });
  const criteria = readCriteria(parameters, world.magpie.now());
  const names = await resolveNames(tx, criteria);
  const order = readOrder(parameters);
  const { bind, values } = bindParameters();
  const input = { criteria, names, bind, deletedOnlyOf: deletedOnlyOf(viewer) };
  const sql =
    scope === 'events'
      ? `select e.id from visible_events e where ${eventWhere(input)}`
      : `select o.id from visible_objects o join visible_events e on e.id = o.event_id where ${objectWhere(input).where}`;
  const all = await tx.query<{ id: number }>(`${sql} order by ${orderSql(order)}`, values);
  // As if the tags stood in nearly everything.
  const lacking = await findLacking(
    tx,
    criteria.tags.map((tag) => tagIds(names, tag.filter.not)).filter((ids) => ids.length > 0),
  );
  const search = { criteria, names: { ...names, lacking }, order };
  const page = { limit, offset, afterId: null };
  const first = scope === 'events' ? firstEvents : firstObjects;
  return { all: all.map(({ id }) => id), page: await first(tx, viewer, search, page, 500) };
}

it.each<SearchScope>(['events', 'objects'])(
  'pages of %s by the first rows hold what the viewer sees in its order',
  { timeout: fc.timeLimit(300_000) },
  async (scope) => {
    let filled = 0;
    await fc.assert(
      fc.asyncProperty(
        filters,
        orders,
        fc.constantFrom(1, 3),
        fc.constantFrom(0, 2),
        fc.constantFrom(0, 1, 2, 3),
        async (set, order, limit, offset, at) => {
          const viewer = viewers()[at] ?? world.siteAdmin();
          const sent = { ...Object.assign({}, ...set), order };
          const { all, page } = await world.magpie.database.as(viewer, (tx) =>
            found(tx, viewer, scope, sent, limit, offset),
          );
          if (page === null) return;
          filled += 1;
          expect(page.map(({ id }) => id)).toEqual(all.slice(offset, offset + limit));
        },
      ),
      { numRuns: 80 },
    );
    expect(filled).toBeGreaterThan(20);
  },
);
