import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { usualBounds } from '../../search/rest-search/page-bounds.ts';
import { bindParameters } from '../../search/rest-search/sql-text.ts';
import { createSearchWorld, type SearchWorld } from '../../search/testing/search-world.ts';
import { findSightings, whereOf } from './search.ts';

let world: SearchWorld;
beforeAll(async () => {
  world = await createSearchWorld();
  const { alpha, beta, gamma } = world.organisations;
  for (let n = 0; n < 6; n += 1) {
    await world.store({
      owner: [alpha, beta, gamma][n % 3] ?? alpha,
      distribution: n % 4 === 0 ? 0 : 3,
      attributes: Array.from({ length: 4 }, (_, at) => ({
        type: 'domain',
        value: `a${n}-${at}.test`,
        deleted: (n + at) % 7 === 0,
        distribution: at === 1 ? 0 : 5,
      })),
    });
  }
  await world.magpie.database.asSystem('sightings of the test', (tx) =>
    tx.execute(
      `insert into sightings (uuid, attribute_id, event_id, org_id, date_sighting, type, audience_id)
       select gen_random_uuid(), a.id, a.event_id, o.id, 1700000000 + a.id % 5, a.id % 2, a.audience_id
       from attributes a, unnest($1::bigint[]) o (id) order by a.id * o.id % 11`,
      [[alpha, beta, gamma]],
    ),
  );
});
afterAll(() => world.close());

const bounds = { ...usualBounds, cheapCost: -1, fewRows: -1 };
const search = (limit: number | null, page: number) => ({
  context: null,
  ids: null,
  uuids: null,
  types: [0],
  sources: null,
  range: { from: 1_700_000_001, to: null },
  wantedOrganisations: [],
  excludedOrganisations: [],
  includeAttribute: false,
  includeEvent: false,
  includeUuid: false,
  format: 'json' as const,
  limit,
  page,
});

it.each([0, 1, 2, 3] as const)(
  'pages of sightings hold under policy %s what the viewer sees, each found by who sees it',
  async (policy) => {
    const { alpha, beta, gamma } = world.organisations;
    await world.magpie.settings.set(null, 'Plugin.Sightings_policy', policy);
    await world.magpie.settings.set(null, 'MISP.host_org_id', beta);
    const seen = new Set<number>();
    const viewers: Viewer[] = [world.viewer(alpha), world.viewer(beta), world.viewer(gamma), world.siteAdmin()];
    for (const viewer of viewers) {
      await world.magpie.database.as(viewer, async (tx) => {
        const rows = await tx.query<{ id: number }>(
          `select s.id from reported_sightings s join visible_attributes a on a.id = s.attribute_id
           where not a.deleted and s.type = 0 and s.date_sighting >= 1700000001 order by s.id`,
        );
        const all = rows.map(({ id }) => id);
        seen.add(all.length);
        for (let page = 1; (page - 2) * 3 < all.length; page += 1) {
          const binding = bindParameters();
          const asked = search(3, page);
          const where = await whereOf(tx, asked, binding);
          const finding = { search: asked, where, bound: binding.values };
          const { head, ids } = await findSightings(world.magpie, tx, viewer, finding, bounds);
          expect(ids).toEqual(all.slice((page - 1) * 3, page * 3));
          if (!head.isAtLeast) expect(head.total).toBe(all.length);
          else expect(head.total).toBeLessThanOrEqual(all.length);
        }
      });
    }
    // Not everybody sees the same.
    expect(seen.size).toBeGreaterThan(1);
  },
);
