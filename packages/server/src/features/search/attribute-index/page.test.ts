import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSearchWorld, type SearchWorld } from '../testing/search-world.ts';
import { pageOfAttributes } from './page.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta, gamma } = world.organisations;
  for (let n = 0; n < 9; n += 1) {
    await world.store({
      owner: [alpha, beta, gamma][n % 3] ?? alpha,
      distribution: n % 4 === 0 ? 0 : 3,
      attributes: Array.from({ length: n % 4 }, (_, at) => ({
        type: 'domain',
        value: `a${n}-${at}.test`,
        deleted: (n + at) % 5 === 0,
        distribution: at === 1 ? 0 : 5,
      })),
    });
  }
});
afterAll(() => world.close());

it.each([1, 2, 5])('deep pages of %s rows go on where those before end, for each viewer', async (limit) => {
  const { alpha, gamma } = world.organisations;
  const seen = new Set<number>();
  for (const viewer of [world.viewer(alpha), world.viewer(gamma), world.siteAdmin()]) {
    await world.magpie.database.as(viewer, async (tx) => {
      const all = (await pageOfAttributes(tx, { limit: 1000, offset: 0 })).map(({ id }) => id);
      seen.add(all.length);
      expect(all.length).toBeGreaterThan(4);
      for (let offset = 0; offset < all.length + 3; offset += 1) {
        const page = await pageOfAttributes(tx, { limit, offset }, 0);
        expect(page.map(({ id }) => id)).toEqual(all.slice(offset, offset + limit));
      }
    });
  }
  // Not everybody sees the same.
  expect(seen.size).toBeGreaterThan(1);
});
