import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { readHeld } from './held-transaction.ts';
import { searchParametersOf } from './parameters.ts';
import { searchAttributes } from './search-attributes.ts';

let world: SearchWorld;
let member: Viewer;

const ROWS = 60_000;
/** Every tenth event, with its attributes (all of odd ids), is for Beta alone. */
const VISIBLE = ROWS * 0.9;

beforeAll(async () => {
  world = await createSearchWorld();
  member = world.viewer(world.organisations.alpha);
  const { beta } = world.organisations;
  const own = await world.magpie.audiences.idOf({ kind: 'organisation', organisationId: beta });
  const [first, second, hidden] = [
    await world.tag('one'),
    await world.tag('two "quoted"'),
    await world.tag('hidden', { exportable: false }),
  ];
  await world.magpie.database.asSystem('test rows', async (tx) => {
    await tx.execute(
      `insert into events (id, uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution, timestamp, audience_id)
       select n, gen_random_uuid(), $1, $1, 1, 'event "' || n || '"', '2024-01-01', 4, 0, 3, 1700000000, case when n % 10 = 0 then $2::integer else 0 end
       from generate_series(1, 100) n`,
      [beta, own],
    );
    await tx.execute(
      `insert into objects (id, uuid, event_id, name, meta_category, timestamp, distribution, audience_id)
       select n, gen_random_uuid(), n, 'file', 'file', 1700000000, 5, case when n % 10 = 0 then $1::integer else 0 end from generate_series(1, 100) n`,
      [own],
    );
    await tx.execute(
      `insert into attributes (id, uuid, event_id, object_id, object_relation, category, type, value1, value2, to_ids, timestamp, distribution,
         comment, first_seen, audience_id, h1, correlates)
       select n, gen_random_uuid(), 1 + n % 100, case when n % 7 = 0 then 1 + n % 100 else 0 end, case when n % 7 = 0 then 'md5' end,
         'Other', 'md5', md5(n::text), case when n % 5 = 0 then md5('x' || n) else '' end, n % 2 = 0, 1700000000 + n, 5,
         case when n % 11 = 0 then E'tab\\t "quote" \\\\ ' || n else '' end, case when n % 13 = 0 then 1700000000000000 + n end,
         case when (1 + n % 100) % 10 = 0 then $1::integer else 0 end, n, 1
       from generate_series(1, $2::integer) n`,
      [own, ROWS],
    );
    await tx.execute(
      `insert into attribute_tags (attribute_id, event_id, tag_id, local, audience_id)
       select a.id, a.event_id, t.id, t.id = $1, a.audience_id from attributes a cross join unnest($2::bigint[]) t (id)
       where a.id % 4 = 0 and (t.id <> $1 or a.id % 8 = 0)`,
      [second, [first, second, hidden]],
    );
    for (const table of ['events', 'attributes', 'attribute_tags', 'objects']) await tx.execute(`analyze ${table}`);
  });
});
afterAll(() => world.close());

async function find(parameters: Record<string, unknown>) {
  const { head, body } = await readHeld(world.magpie.database, member, (tx) =>
    searchAttributes(world.magpie, tx, searchParametersOf('attributes', parameters)),
  );
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body) text += String(piece);
  const rows: Record<string, unknown>[] = JSON.parse(text).response.Attribute;
  return { ...head, rows, isWhole: typeof body === 'string' };
}

/** The same rows from small pages, which take another way through the code. */
async function pages(parameters: Record<string, unknown>, count: number) {
  const rows: Record<string, unknown>[] = [];
  for (let after: unknown = 0; rows.length < count; after = rows.at(-1)?.id) {
    rows.push(...(await find({ ...parameters, after_id: after, limit: 1000 })).rows);
  }
  return rows;
}

describe('large searches', { timeout: 60_000 }, () => {
  it('stream everything visible, row for row as small pages give it', async () => {
    const all = await find({});
    expect(all).toMatchObject({ total: VISIBLE, isWhole: false });
    expect(all.rows).toHaveLength(VISIBLE);
    const paged = await pages({}, 3000);
    expect(all.rows.slice(0, paged.length)).toEqual(paged);
    expect(paged.find((row) => row.id === '8')?.Tag).toMatchObject([
      { name: 'one', local: false },
      { name: 'two "quoted"', local: true },
    ]);
  });

  it('give the same with extras, which take a cursor', async () => {
    for (const extra of [
      { includeContext: 1 },
      { includeEventTags: 1 },
      { includeSightings: 1 },
      { includeEventUuid: 1 },
      { excludeLocalTags: 1 },
    ]) {
      const all = await find({ ...extra, to_ids: 1 });
      expect({ extra, total: all.total, rows: all.rows.length }).toEqual({
        extra,
        total: ROWS / 2,
        rows: ROWS / 2,
      });
      const paged = await pages({ ...extra, to_ids: 1 }, 1000);
      expect(all.rows.slice(0, paged.length)).toEqual(paged);
    }
    const lean = await find({ includeEventUuid: 1, excludeLocalTags: 1 });
    const paged = await pages({ includeEventUuid: 1, excludeLocalTags: 1 }, 1000);
    expect(lean.rows.slice(0, paged.length)).toEqual(paged);
  });

  it('page and order beyond what is answered whole', async () => {
    const page = await find({ limit: 5000, page: 2 });
    expect(page.total).toBe(VISIBLE);
    expect(page.rows.map((row) => row.id)).toEqual(
      (await find({ limit: 10_000 })).rows.slice(5000).map((row) => row.id),
    );
    const descending = await find({ order: 'timestamp desc' });
    const times = descending.rows.map((row) => Number(row.timestamp));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(descending.rows).toHaveLength(VISIBLE);
    const cursor = await find({ after_id: 50_000, limit: 5000 });
    expect(cursor).toMatchObject({ total: null, hasMore: true });
    expect((await find({ after_id: 59_000, limit: 5000 })).hasMore).toBe(false);
  });
});
