import type { Transaction } from '../../../database/transaction.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import {
  clustersOfTags,
  clustersWithElements,
  galaxiesOfTags,
  loadClusterParts,
} from '../../knowledge/galaxies/service.ts';
import { loadEventTags } from '../events/load.ts';

/** The clusters attached to an event and the relations among them, as MISP draws them. */
export async function clusterRelations(tx: Transaction, eventId: number): Promise<JsonObject> {
  const tags = await loadEventTags(tx, [eventId], { includeAllTags: true });
  const names = tags.filter((tag) => tag.is_galaxy).map((tag) => tag.name);
  const rows = [...(await clustersOfTags(tx, names)).values()];
  const galaxies = await galaxiesOfTags(tx, names);
  const parts = await loadClusterParts(tx, rows);
  const wires = await clustersWithElements(tx, rows);
  const nodes = rows.map((row, index) => ({
    ...wires[index],
    Galaxy: galaxies.get(row.tag_name)?.galaxy ?? {},
    ...parts.shared(row),
    group: row.type,
  }));
  const shown = new Set(rows.map((row) => row.uuid));
  const links = rows.flatMap((row) =>
    parts.shared(row).GalaxyClusterRelation.flatMap((relation) =>
      shown.has(String(relation.referenced_galaxy_cluster_uuid))
        ? [
            {
              source: row.uuid,
              target: relation.referenced_galaxy_cluster_uuid,
              type: relation.referenced_galaxy_cluster_type,
              tag: relation.Tag ?? [],
            },
          ]
        : [],
    ),
  );
  return { nodes, links };
}
