import type { Transaction } from '../../../database/transaction.ts';
import { selectClustersByUuid, selectForks } from './queries.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { clusterWire, galaxyWire } from './wire.ts';

type Wire = Record<string, unknown>;

interface TreeNode {
  GalaxyCluster: Wire;
  /** The version of the parent that the fork was made from; older than the parent's when the parent has moved on. */
  extends_version?: string | null;
  children: TreeNode[];
}

/**
 * Which clusters of a galaxy were made from which: trees of forks under the galaxy. Clusters that are no fork and have
 * none are left out. A parent that the viewer does not see leaves its forks at the top.
 */
export async function forkTree(tx: Transaction, galaxy: GalaxyRow): Promise<Wire[]> {
  const forks = await selectForks(tx, galaxy.id);
  const parents = await selectClustersByUuid(tx, [...new Set(forks.flatMap((fork) => fork.extends_uuid ?? []))]);
  const all = new Map<string, ClusterRow>();
  for (const cluster of [...parents.filter((parent) => !parent.deleted), ...forks]) all.set(cluster.uuid, cluster);
  const byParent = Map.groupBy(forks, (fork) => fork.extends_uuid ?? '');
  const seen = new Set<string>();
  const grow = (cluster: ClusterRow): TreeNode => {
    seen.add(cluster.uuid);
    const own = (byParent.get(cluster.uuid) ?? []).filter((fork) => !seen.has(fork.uuid));
    return {
      GalaxyCluster: clusterWire(cluster),
      ...(cluster.extends_uuid === null ? {} : { extends_version: textOrNull(cluster.extends_version) }),
      children: own.map(grow),
    };
  };
  const isRoot = (cluster: ClusterRow) => cluster.extends_uuid === null || !all.has(cluster.extends_uuid);
  const roots = [...all.values()].filter(isRoot).map(grow);
  // Clusters that extend each other in a ring have no root: one of them is taken.
  const rings = [...all.values()].filter((cluster) => !seen.has(cluster.uuid));
  for (const cluster of rings) if (!seen.has(cluster.uuid)) roots.push(grow(cluster));
  return [{ Galaxy: galaxyWire(galaxy), children: roots }];
}

function textOrNull(value: number | null): string | null {
  return value === null ? null : String(value);
}
