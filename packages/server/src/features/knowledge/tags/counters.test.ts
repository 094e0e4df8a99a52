import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { createSearchWorld, type SearchWorld } from '../../search/testing/search-world.ts';
import { selectTagCounts } from './list-queries.ts';

let world: SearchWorld;

beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta } = world.organisations;
  const attributes = [
    { type: 'domain', value: 'a.example', tags: ['tlp:green', 'own'] },
    { type: 'text', value: 'b', category: 'Other', tags: ['own'], distribution: 0 },
  ];
  await world.store({ owner: alpha, tags: ['tlp:green'], attributes });
  await world.store({ owner: beta, distribution: 0, tags: ['tlp:green', 'tlp:red'], attributes });
});
afterAll(() => world.close());

/** What the viewer sees, counted row by row and by the counters. */
function counts(viewer: Viewer) {
  return world.magpie.database.as(viewer, async (tx) => {
    const links = await tx.query<{ tag_id: number; events: number; attributes: number }>(
      `select tag_id, sum(e)::bigint as events, sum(a)::bigint as attributes from (
         select tag_id, 1 as e, 0 as a from visible_event_tags union all select tag_id, 0, 1 from visible_attribute_tags
       ) l group by 1`,
    );
    const uses = [...(await selectTagCounts(tx, null))].filter(([, { events, attributes }]) => events + attributes > 0);
    const types = (source: string) =>
      tx.query(`select type, category, ${source} group by 1, 2 having ${source.split(' as ')[0]} > 0 order by 1, 2`);
    const blocks = (rows: string) =>
      tx.query(
        `select block, type, category, to_ids, sum(live)::bigint as n from (${rows}) r group by 1, 2, 3, 4
         having sum(live) > 0 order by 1, 2, 3, 4`,
      );
    return {
      tags: {
        counted: new Map(links.map(({ tag_id, ...rest }) => [tag_id, rest])),
        kept: new Map(uses),
      },
      types: {
        counted: await types('count(*) as n from visible_attributes where not deleted'),
        kept: await types('sum(live)::bigint as n from visible_attribute_uses'),
      },
      blocks: {
        counted: await blocks('select id >> 12 as block, *, 1 as live from visible_attributes where not deleted'),
        kept: await blocks('select * from visible_attribute_blocks'),
      },
    };
  });
}

async function expectExactCounts() {
  const { alpha, beta, gamma } = world.organisations;
  for (const viewer of [world.siteAdmin(), world.viewer(alpha), world.viewer(beta), world.viewer(gamma)]) {
    const { tags, types, blocks } = await counts(viewer);
    expect(tags.kept).toEqual(tags.counted);
    expect(types.kept).toEqual(types.counted);
    expect(blocks.kept).toEqual(blocks.counted);
  }
}

async function change(sql: string) {
  await world.magpie.database.asSystem('a change of the test', (tx) => tx.execute(sql));
}

describe('the counters of tags and types', () => {
  it('count for each viewer what he sees', async () => {
    const own = await counts(world.viewer(world.organisations.gamma));
    expect([...own.tags.kept.values()]).toContainEqual({ events: 1, attributes: 1 });
    await expectExactCounts();
  });

  it.each([
    ['attributes are deleted softly', `update attributes set deleted = true where type = 'text' and id % 2 = 0`],
    ['attributes change their type', `update attributes set type = 'comment' where type = 'text'`],
    ['rows move to another audience', 'update event_tags set audience_id = 0'],
    ['rows of attributes move', 'update attribute_tags set audience_id = 0 where id % 2 = 1'],
    [
      'a link is made another',
      'update attribute_tags set tag_id = (select max(id) + 1 from tags) where id = (select min(id) from attribute_tags)',
    ],
    ['links are removed', 'delete from event_tags where id = (select min(id) from event_tags)'],
    ['attributes are removed', 'delete from attributes where id = (select min(id) from attributes)'],
    ['attributes move far away', 'update attributes set id = id + 9000 where id = (select max(id) from attributes)'],
    ['differences are added up', `select fold_tag_uses(), fold_attribute_uses(), fold_attribute_blocks('{0}')`],
    [
      'some of the differences are added up',
      `select fold_tag_uses(2), fold_attribute_uses(2), fold_attribute_blocks('{0,2}', 2)`,
    ],
  ])('stay exact when %s', async (_name, sql) => {
    await change(sql);
    await expectExactCounts();
  });

  it('take no more room than there are keys, once added up', async () => {
    await change('select fold_tag_uses(), fold_attribute_uses()');
    const [row] = await world.magpie.database.asSystem('count of the test', (tx) =>
      tx.query<{ n: number; keys: number }>(
        `select count(*) as n, count(distinct (tag_id, audience_id)) as keys from tag_uses`,
      ),
    );
    expect(row?.n).toBe(row?.keys);
  });
});
