import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSearchWorld, type SearchWorld } from '../../search/testing/search-world.ts';
import { countSharedValues } from './queries.ts';

let world: SearchWorld;
const SHARED = 256;
beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha } = world.organisations;
  const attributes = [{ type: 'domain', value: 'one.example' }];
  const stored = [
    await world.store({ owner: alpha, distribution: 3, attributes }),
    await world.store({ owner: alpha, distribution: 3, attributes }),
    await world.store({ owner: alpha, distribution: 0, attributes }),
  ];
  await world.magpie.database.asSystem('values of the test', async (tx) => {
    // In the two events that everybody sees, spread evenly as digests are; and as many in the third that a second sees.
    for (const [at, { id }] of stored.entries()) {
      await tx.execute(
        `insert into attributes (uuid, event_id, category, type, value1, to_ids, timestamp, distribution, audience_id, h1, correlates)
         select gen_random_uuid(), a.event_id, a.category, a.type, 'v' || n, true, a.timestamp, 5, a.audience_id,
           ((n - ${SHARED})::bigint << 55) + case when n % 2 = 0 then 7 else $2::bigint end, 1
         from attributes a, generate_series(0, ${2 * SHARED - 1}) n where a.event_id = $1`,
        [id, at === 0 ? 1 : 2],
      );
    }
  });
});
afterAll(() => world.close());

const count = (organisationId: number, counted?: number) =>
  world.magpie.database.as(world.viewer(organisationId), (tx) => countSharedValues(tx, 4 * SHARED, counted));

it('values that events share are counted, or what stands for them, as the viewer sees them', async () => {
  const { alpha, gamma } = world.organisations;
  // The odd ones are shared only with the event that is Alpha’s own.
  expect(await count(gamma)).toBe(SHARED + 1);
  expect(await count(alpha)).toBe(2 * SHARED + 1);
  const about = await count(gamma, 128);
  expect(about).toBeGreaterThan(SHARED - 32);
  expect(about).toBeLessThan(SHARED + 32);
});
