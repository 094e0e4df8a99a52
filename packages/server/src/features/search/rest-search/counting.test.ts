import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { countAttributes } from './count-attributes.ts';
import { readHeld } from './held-transaction.ts';
import { searchParametersOf } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { countRows } from './recent-counts.ts';
import { resolveNames } from './resolve.ts';
import { searchAttributes } from './search-attributes.ts';
import { bindParameters } from './sql-text.ts';
import { attributeWhere, eventWhere } from './where.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta, gamma } = world.organisations;
  const values = ['alpha.test', 'beta.test', 'gamma.test'];
  for (let n = 0; n < 12; n += 1) {
    await world.store({
      owner: [alpha, beta, gamma][n % 3] ?? alpha,
      distribution: n % 4 === 0 ? 0 : 3,
      info: n % 2 === 0 ? 'red wave' : 'green wave',
      published: n % 3 === 0,
      tags: n % 5 === 0 ? ['tlp:red'] : [],
      attributes: Array.from({ length: 1 + (n % 4) }, (_, at) => ({
        type: at % 2 === 0 ? 'domain' : 'hostname',
        category: at % 3 === 0 ? 'Network activity' : 'External analysis',
        value: values[(n + at) % 3] ?? '',
        comment: at === 1 ? 'red in a comment' : '',
        toIds: at % 2 === 1,
        deleted: (n + at) % 7 === 0,
        distribution: at === 2 ? 0 : 5,
        timestamp: 1_700_000_000 + ((n * 7 + at) % 5),
        tags: at === 0 && n % 2 === 1 ? ['tlp:green', 'other'] : [],
      })),
    });
  }
});
afterAll(() => world.close());

const viewers = (): Viewer[] => [
  world.viewer(world.organisations.alpha),
  world.viewer(world.organisations.gamma),
  world.siteAdmin(),
];

const filters = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom('tlp:red', 'tlp:%', '!tlp:red', '%', '!%', 'nothing').map((tags) => ({ tags })),
    fc
      .constantFrom(
        { AND: ['tlp:green', 'other'] },
        { OR: ['tlp:%'], NOT: ['other'] },
        { AND: ['tlp:green'], NOT: ['tlp:red'] },
      )
      .map((tags) => ({ tags })),
    fc.constantFrom('tlp:red', '!tlp:red').map((tags) => ({ event_tags: tags })),
    fc.constantFrom<unknown>('domain', '!domain', ['domain', 'hostname'], 'url').map((type) => ({ type })),
    fc.constantFrom('Network activity', '!Network activity').map((category) => ({ category })),
    fc.constantFrom(0, 1).map((flag) => ({ to_ids: flag })),
    fc.constantFrom(0, 1).map((flag) => ({ published: flag })),
    fc.constantFrom('red%', '!red%').map((eventinfo) => ({ eventinfo })),
    fc.constantFrom<unknown>('!alpha.test', 'beta.test', { OR: ['%.test'], NOT: ['beta.test'] }).map((value) => ({
      value,
    })),
    fc.constantFrom('%red%', '!%red%').map((comment) => ({ comment })),
    fc.constantFrom('%red%', 'alpha.test', '%wave', 'tlp:red').map((searchall) => ({ searchall })),
  ),
  { maxLength: 4, selector: (filter) => Object.keys(filter)[0] },
);

/** What is found, by each way of asking for what much of the data carries. */
async function bothWays(viewer: Viewer, scope: 'attributes' | 'events', parameters: Record<string, unknown>) {
  return world.magpie.database.as(viewer, async (tx) => {
    const criteria = readCriteria(searchParametersOf(scope, parameters), world.magpie.now());
    const rare = await resolveNames(tx, criteria);
    const tagUses = new Map([...rare.tags.values()].flat().map((id) => [id, 1e9]));
    const ways = [];
    for (const names of [rare, { ...rare, tagUses, isCommonText: true }]) {
      const { bind, values } = bindParameters();
      const input = { criteria, names, bind, deletedOnlyOf: null };
      const sql =
        scope === 'events'
          ? `select e.id from visible_events e where ${eventWhere(input)} order by e.id`
          : `select a.id from visible_attributes a join visible_events e on e.id = a.event_id
             where ${attributeWhere(input).where} order by a.id`;
      const ids = (await tx.query<{ id: number }>(sql, values)).map(({ id }) => id);
      ways.push({ ids, total: scope === 'events' ? ids.length : await countAttributes(tx, { criteria, names }) });
    }
    return ways;
  });
}

describe('searches for what much carries', () => {
  it.each(['attributes', 'events'] as const)(
    'find and count the same %s as those that gather it first',
    { timeout: fc.timeLimit(300_000) },
    async (scope) => {
      await fc.assert(
        fc.asyncProperty(filters, fc.constantFrom(0, 1, 2), async (set, at) => {
          const viewer = viewers()[at] ?? world.siteAdmin();
          const [rare, common] = await bothWays(viewer, scope, Object.assign({}, ...set));
          expect(common).toEqual(rare);
          expect(rare?.total).toBe(rare?.ids.length);
        }),
        { numRuns: 120 },
      );
    },
  );
});

describe('pages', () => {
  async function idsOf(viewer: Viewer, parameters: Record<string, unknown>) {
    const { head, body } = await readHeld(world.magpie.database, viewer, (tx) =>
      searchAttributes(world.magpie, tx, searchParametersOf('attributes', parameters)),
    );
    let text = '';
    if (typeof body === 'string') text = body;
    else for await (const piece of body) text += String(piece);
    const rows: { id: string }[] = JSON.parse(text).response.Attribute;
    return { total: head.total, ids: rows.map((row) => row.id) };
  }

  const orders = [undefined, 'timestamp desc', 'value', 'type desc, id desc', 'Event.publish_timestamp'];

  it('of any size hold together what the whole answer holds, in its order', {
    timeout: fc.timeLimit(300_000),
  }, async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom(...orders), fc.constantFrom(1, 7, 1000), async (set, order, limit) => {
        const parameters = { ...Object.assign({}, ...set), ...(order && { order }) };
        const viewer = world.viewer(world.organisations.beta);
        const whole = await idsOf(viewer, parameters);
        const paged: string[] = [];
        for (let page = 1; ; page += 1) {
          const { total, ids } = await idsOf(viewer, { ...parameters, limit, page });
          expect(total).toBe(whole.total);
          if (ids.length === 0) break;
          paged.push(...ids);
        }
        expect(paged).toEqual(whole.ids);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a count that takes long', () => {
  const slow = { from: '(select pg_sleep(0.25)) s, visible_events e', where: 'true' };
  const count = (viewer: Viewer) => world.magpie.database.as(viewer, (tx) => countRows(tx, slow, []));
  const addUnrecorded = () =>
    world.magpie.database.asSystem('an event that nobody recorded', (tx) =>
      tx.execute(
        `insert into events (uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution, timestamp, audience_id)
         select gen_random_uuid(), org_id, orgc_id, 1, 'x', '2024-01-01', 4, 0, distribution, 1, audience_id from events
         where distribution = 3 limit 1`,
      ),
    );

  it('is kept until something is written, for each viewer by himself', async () => {
    const admin = world.siteAdmin();
    const alpha = world.viewer(world.organisations.alpha);
    const before = await count(admin);
    expect(await count(alpha)).toBeLessThan(before);
    await addUnrecorded();
    expect(await count(admin)).toBe(before);
    await world.magpie.database.as(admin, (tx) =>
      recordChanges(tx, [{ model: 'Event', action: 'edit', modelId: 1, title: 'test' }]),
    );
    expect(await count(admin)).toBe(before + 1);
  });
});
