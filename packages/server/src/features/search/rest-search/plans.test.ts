import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, type ExecutedPlan } from '../../../database/plans/testing/plan-recorder.ts';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { readOrder } from './order.ts';
import { pageIds, sortsFirst } from './page-sql.ts';
import { type SearchScope, searchParametersOf } from './parameters.ts';
import { readCriteria } from './read-criteria.ts';
import { resolveNames } from './resolve.ts';
import { bindParameters } from './sql-text.ts';
import { attributeWhere, eventWhere, objectWhere } from './where.ts';

let world: SearchWorld;

beforeAll(async () => {
  world = await createSearchWorld();
  await world.store({
    owner: world.organisations.alpha,
    tags: ['tlp:green'],
    attributes: [{ type: 'text', value: 'x', tags: ['tlp:green'] }],
  });
  await world.magpie.database.asSystem('test rows', async (tx) => {
    await tx.execute(
      `insert into events (uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution, timestamp, audience_id)
       select gen_random_uuid(), 1, 1, 1, 'event ' || n, '2024-01-01', 4, 0, 3, 1700000000 + n, 0 from generate_series(1, 2000) n`,
    );
    await tx.execute(
      `insert into attributes (uuid, event_id, category, type, value1, value2, to_ids, timestamp, distribution, comment, audience_id, h1, h2, correlates)
       select gen_random_uuid(), 1 + n % 2000, 'Other', case n % 3 when 0 then 'domain' when 1 then 'md5' else 'filename|size-in-bytes' end,
         md5(n::text), case n % 3 when 2 then md5((n + 1)::text) else '' end, true, 1700000000 + n, 5,
         case n % 10 when 0 then 'comment ' || n else '' end, 0, n, case n % 3 when 2 then n end, 1
       from generate_series(1, 20000) n`,
    );
    await tx.execute(`insert into tags (name, colour) select 'bench:' || n, '#000000' from generate_series(1, 50) n`);
    await tx.execute(
      `insert into event_tags (event_id, tag_id, audience_id)
       select e.id, t.id, 0 from events e join tags t on t.name = 'bench:' || (1 + e.id % 50) where e.id > 1`,
    );
    await tx.execute(
      `insert into attribute_tags (attribute_id, event_id, tag_id, audience_id)
       select a.id, a.event_id, t.id, 0 from attributes a join tags t on t.name = 'bench:' || (1 + a.id % 50) where a.id % 4 = 0`,
    );
    for (const table of ['events', 'attributes', 'event_attribute_counts', 'event_tags', 'attribute_tags'])
      await tx.execute(`analyze ${table}`);
  });
});
afterAll(() => world.close());

/** Names of the indexes that the search's plan uses when only bitmaps are left: what it can use on a large table. */
async function indexesOf(scope: SearchScope, parameters: Record<string, unknown>): Promise<string[]> {
  return world.magpie.database.as(world.viewer(world.organisations.beta), async (tx) => {
    const criteria = readCriteria(searchParametersOf(scope, parameters), world.magpie.now());
    const names = await resolveNames(tx, criteria);
    const { bind, values } = bindParameters();
    const input = { criteria, names, bind, deletedOnlyOf: null };
    const sql = {
      events: () => `select e.id from visible_events e where ${eventWhere(input)}`,
      objects: () =>
        `select o.id from visible_objects o join visible_events e on e.id = o.event_id where ${objectWhere(input).where}`,
      attributes: () =>
        `select a.id from visible_attributes a join visible_events e on e.id = a.event_id where ${attributeWhere(input).where}`,
    }[scope]();
    for (const way of ['seqscan', 'indexscan', 'indexonlyscan']) await tx.execute(`set local enable_${way} = off`);
    const plan = await tx.query(`explain (format json) ${sql}`, values);
    return [...JSON.stringify(plan).matchAll(/"Index Name":"(\w+)"/g)].map((match) => match[1] ?? '');
  });
}

const hash = 'd41d8cd98f00b204e9800998ecf8427e';

/** Rows that a page behind a cursor looks at. */
async function touchedBehind(afterId: number, parameters: Record<string, unknown>): Promise<number> {
  return world.magpie.database.as(world.viewer(world.organisations.beta), async (tx) => {
    const criteria = readCriteria(searchParametersOf('events', parameters), world.magpie.now());
    const { bind, values } = bindParameters();
    const where = eventWhere({ criteria, names: await resolveNames(tx, criteria), bind, deletedOnlyOf: null, afterId });
    const order = readOrder(searchParametersOf('events', { after_id: afterId }));
    const page = { limit: 5, offset: 0, afterId };
    const source = { from: 'visible_events e', where, id: 'e.id', order };
    const sql = pageIds(source, page, await sortsFirst(tx, source, page, [...values]), bind);
    const row = await tx.first<{ 'QUERY PLAN': [{ Plan: ExecutedPlan['root'] }] }>(
      `explain (analyze, format json) ${sql}`,
      values,
    );
    if (row === null) throw new Error('no plan');
    return costOf(
      { sql, root: row['QUERY PLAN'][0].Plan },
      new Set(['events', 'attributes', 'event_attribute_counts', 'event_tags']),
    ).touched;
  });
}

describe('pages of events behind a cursor', () => {
  it.each([{ type: 'domain' }, { type: ['domain', 'md5'], to_ids: 1 }, { timestamp: 1_700_000_001 }, { published: 0 }])(
    'look at what is on them, not at all that follows: %j',
    async (parameters) => {
      expect(await touchedBehind(1000, parameters)).toBeLessThan(500);
    },
  );
});

describe('plans of searches', () => {
  it.each<[SearchScope, Record<string, unknown>, string[]]>([
    ['attributes', { value: 'evil.example.com' }, ['attributes_h1', 'attributes_h2']],
    ['attributes', { value: ['a.example', 'b.example'] }, ['attributes_h1', 'attributes_h2']],
    ['attributes', { value: 'a.exe|12' }, ['attributes_h1', 'attributes_h2']],
    ['attributes', { value: '%example.com%' }, ['attributes_value1_trigrams', 'attributes_value2_trigrams']],
    [
      'attributes',
      { value: '%deadbeef%' },
      ['attributes_value1_trigrams', 'attributes_value1_hash_trigrams', 'attributes_value2_hash_trigrams'],
    ],
    ['attributes', { value1: hash }, ['attributes_h1']],
    ['attributes', { comment: '%campaign%' }, ['attributes_comment_trigrams']],
    ['attributes', { uuid: '00000000-0000-4000-8000-000000000001' }, ['attributes_uuid_key', 'events_uuid_key']],
    ['attributes', { timestamp: 1_700_019_990 }, ['attributes_timestamp']],
    ['attributes', { eventid: [1, 2] }, ['attributes_event']],
    ['attributes', { eventinfo: '%wave%' }, ['events_info_trigrams']],
    ['attributes', { category: 'Network activity' }, ['attributes_category']],
    ['attributes', { category: 'Network%' }, ['attributes_category']],
    ['attributes', { object_relation: ['filename', 'md5'] }, ['attributes_object_relation']],
    ['attributes', { first_seen: '2024-01-01' }, ['attributes_first_seen']],
    ['attributes', { last_seen: '2024-01-01' }, ['attributes_last_seen']],
    ['attributes', { deleted: 1 }, ['attributes_deleted']],
    ['attributes', { sharinggroup: [1, 2] }, ['attributes_sharing_group', 'events_sharing_group', 'attributes_event']],
    ['attributes', { threat_level_id: 1 }, ['events_threat_level']],
    ['objects', { object_name: 'file' }, ['objects_name']],
    ['objects', { object_template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215' }, ['objects_template']],
    ['objects', { deleted: 1 }, ['objects_deleted']],
    ['objects', { first_seen: '2024-01-01' }, ['objects_first_seen']],
    ['events', { sharinggroup: 3 }, ['events_sharing_group']],
    ['events', { distribution: 4 }, ['events_distribution']],
    ['events', { published: 0 }, ['events_unpublished']],
    ['events', { object_relation: 'filename' }, ['attributes_object_relation']],
    ['events', { deleted: 1, category: 'Other' }, ['attributes_deleted']],
    ['attributes', { tags: 'tlp:green' }, ['attribute_tags_tag', 'event_tags_tag', 'attributes_event']],
    ['events', { value: 'evil.example.com' }, ['attributes_h1', 'attributes_h2']],
    ['events', { tags: 'tlp:green' }, ['event_tags_tag', 'attribute_tags_tag']],
    ['events', { eventinfo: 'Wave' }, ['events_info_trigrams']],
    ['events', { timestamp: 1_700_001_990 }, ['events_timestamp']],
    ['events', { last: '5d' }, ['events_publish_timestamp']],
    ['events', { from: '2025-01-01' }, ['events_date']],
    [
      'events',
      { searchall: '%campaign%' },
      ['events_info_trigrams', 'attributes_value1_trigrams', 'attributes_comment_trigrams', 'attribute_tags_tag'],
    ],
  ])('of %s by %j use their indexes', async (scope, parameters, expected) => {
    const used = await indexesOf(scope, parameters);
    expect(expected.filter((name) => !used.includes(name))).toEqual([]);
  });
});
