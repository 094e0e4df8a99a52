import type { Transaction } from '../../../database/transaction.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import {
  clustersOfTags,
  clustersWithElements,
  galaxiesOfTags,
  loadClusterParts,
} from '../../knowledge/galaxies/service.ts';

/** The clusters attached to an event or its attributes, and the relations among them, as MISP draws them. */
export async function clusterRelations(tx: Transaction, eventId: number): Promise<JsonObject> {
  const tags = await tx.query<{ name: string }>(
    `select t.name from visible_tags t join (
       select tag_id, 1 as level from visible_event_tags where event_id = $1
       union all select tag_id, 2 from visible_attribute_tags where event_id = $1) l on l.tag_id = t.id
     where t.is_galaxy group by t.name order by min(level), t.name`,
    [eventId],
  );
  const names = tags.map((tag) => tag.name);
  const clusters = await clustersOfTags(tx, names);
  // Those of the event first.
  const rows = names.flatMap((name) => clusters.get(name.toLowerCase()) ?? []);
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
