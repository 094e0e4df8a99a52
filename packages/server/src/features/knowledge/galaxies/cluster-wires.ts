import type { Transaction } from '../../../database/transaction.ts';
import { selectGalaxiesById } from './queries.ts';
import type { ClusterRow } from './rows.ts';
import { loadClusterParts } from './service.ts';
import { clusterWire, elementWire, galaxyWire } from './wire.ts';

/** Clusters with galaxy, elements, relations and owners, in the order given: five statements, however many. */
export async function fullClusterWires(
  tx: Transaction,
  clusters: readonly ClusterRow[],
): Promise<Record<string, unknown>[]> {
  const galaxyIds = [...new Set(clusters.map((cluster) => cluster.galaxy_id))];
  const galaxies = new Map((await selectGalaxiesById(tx, galaxyIds)).map((row) => [row.id, galaxyWire(row)]));
  const parts = await loadClusterParts(tx, clusters);
  return clusters.map((cluster) => ({
    ...clusterWire(cluster),
    Galaxy: galaxies.get(cluster.galaxy_id) ?? {},
    GalaxyElement: parts.elements(cluster).map(elementWire),
    ...parts.shared(cluster),
  }));
}
