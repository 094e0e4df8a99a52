import type { Transaction } from '../../../database/transaction.ts';
import { selectTagsByName } from '../tags/queries.ts';
import { selectGalaxiesById } from './queries.ts';
import { selectTargetingRelations } from './relation-queries.ts';
import type { ClusterRow } from './rows.ts';
import { loadClusterParts } from './service.ts';
import { clusterWire, elementWire, galaxyWire, relationWire } from './wire.ts';

/** Clusters with galaxy, elements, relations in both directions and owners, in the order given: seven statements. */
export async function fullClusterWires(
  tx: Transaction,
  clusters: readonly ClusterRow[],
): Promise<Record<string, unknown>[]> {
  const galaxyIds = [...new Set(clusters.map((cluster) => cluster.galaxy_id))];
  const galaxies = new Map((await selectGalaxiesById(tx, galaxyIds)).map((row) => [row.id, galaxyWire(row)]));
  const parts = await loadClusterParts(tx, clusters);
  const targeting = await targetingRelations(tx, clusters);
  return clusters.map((cluster) => {
    const inbound = targeting.get(cluster.uuid);
    return {
      ...clusterWire(cluster),
      Galaxy: galaxies.get(cluster.galaxy_id) ?? {},
      GalaxyElement: parts.elements(cluster).map(elementWire),
      ...parts.shared(cluster),
      // MISP leaves the key out where nothing points to the cluster.
      ...(inbound ? { TargetingClusterRelation: inbound } : {}),
    };
  });
}

/** Relations that point to the clusters, by the uuid of their target. */
async function targetingRelations(
  tx: Transaction,
  clusters: readonly ClusterRow[],
): Promise<Map<string, Record<string, unknown>[]>> {
  const uuids = [...new Set(clusters.map((cluster) => cluster.uuid))];
  const relations = await selectTargetingRelations(tx, uuids);
  const names = [...new Set(relations.flatMap((relation) => relation.tags))];
  const tags = new Map(
    (names.length === 0 ? [] : await selectTagsByName(tx, names)).map((tag) => [tag.name.toLowerCase(), tag]),
  );
  const wires = new Map<string, Record<string, unknown>[]>();
  for (const relation of relations) {
    const list = wires.get(relation.referenced_galaxy_cluster_uuid) ?? [];
    list.push(relationWire(relation, tags));
    wires.set(relation.referenced_galaxy_cluster_uuid, list);
  }
  return wires;
}
