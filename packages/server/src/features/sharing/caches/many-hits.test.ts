import { type ApiClient, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { valueKeys } from './keys.ts';

/** Known to two feeds each: more hits than are listed. */
const VALUES = 5010;

let magpie: TestMagpie;
let owner: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  owner = await magpie.user();
  const keys = Array.from({ length: VALUES }, (_, number) => valueKeys(`known ${number}`));
  await magpie.magpie.database.asSystem('two feeds with the same values', async (tx) => {
    await tx.execute('insert into value_sources (feed_id) select n from generate_series(1, 2) n');
    await tx.execute(
      'update feeds set caching_enabled = true, lookup_visible = (id = 1), cache_source_id = id where id in (1, 2)',
    );
    await tx.execute(
      `insert into cached_values (source_id, md5, h) select s.id, v.md5, v.h from value_sources s,
         unnest($1::bigint[], $2::bigint[]) as v (md5, h)`,
      [keys.map(({ md5 }) => md5), keys.map(({ h }) => h)],
    );
  });
});
afterAll(() => magpie?.stop());

it('counts the hits of an event that are too many to be listed, by what the reader sees', async () => {
  const { id } = await makeEvent(owner, {
    Attribute: Array.from({ length: VALUES }, (_, number) => ({ type: 'text', value: `known ${number}` })),
  });
  const view = async (client: ApiClient) => Object(member((await client.get(`/events/view/${id}`)).body, 'Event'));
  const all = await view(magpie.admin);
  expect(all.FeedCount).toBe(2 * VALUES);
  expect(all).not.toHaveProperty('Feed');
  expect(all.Attribute.at(-1)).toMatchObject({ FeedHit: true });
  expect(all.Attribute.at(-1)).not.toHaveProperty('Feed');
  // One of the feeds is for the host organisation alone.
  const own = await view(owner);
  expect(own).not.toHaveProperty('FeedCount');
  expect(own.Feed).toHaveLength(1);
  expect(own.Attribute.at(-1).Feed).toHaveLength(1);
});
