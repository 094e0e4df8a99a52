import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeWorld, type KnowledgeWorld } from '../testing/world.ts';
import { updateContent } from './update.ts';

const contentFolder = fileURLToPath(new URL('../../../../../../../shared/content', import.meta.url));
const isGiven = existsSync(contentFolder);

let world: KnowledgeWorld;
beforeAll(async () => {
  world = await createKnowledgeWorld();
});
afterAll(() => world.close());

describe('updateContent with all public libraries', () => {
  it.skipIf(!isGiven)('stores everything once, and finds nothing to do afterwards', { timeout: 120_000 }, async () => {
    const source = { kind: 'folder', path: contentFolder } as const;
    const results = await updateContent(world.magpie, source);
    expect(results.map(({ library, files }) => [library, files])).toEqual([
      ['taxonomies', 183],
      ['galaxies', 260],
      ['objects', 425],
      ['warninglists', 136],
      ['noticelists', 1],
      ['decaying-models', 3],
      ['event-templates', 0],
    ]);
    const counts = await world.database.asSystem('test', (tx) =>
      tx.first(`select (select count(*) from taxonomies) as taxonomies, (select count(*) from galaxies) as galaxies,
        (select count(*) from galaxy_clusters) as clusters, (select count(*) from object_templates) as templates,
        (select count(*) from warninglist_entries) as entries`),
    );
    // One taxonomy is not meant for events; seven clusters of a file repeat others.
    expect(counts).toEqual({ taxonomies: 182, galaxies: 131, clusters: 46_018, templates: 424, entries: 528_972 });
    const again = await updateContent(world.magpie, source);
    expect(again.map(({ updated }) => updated)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});
