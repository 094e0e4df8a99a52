import type { Transaction } from '../../../database/transaction.ts';
import { selectClustersByUuid, selectForks } from './queries.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { clusterWire, galaxyWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** Trees are written and read recursively, and chains of forks are anybody's to make. */
const MAX_LEVELS = 100;

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
  const isRoot = (cluster: ClusterRow) => !all.has(cluster.extends_uuid ?? '');
  // Clusters that extend each other in a ring have no root: one of them is taken.
  const roots = [...[...all.values()].filter(isRoot), ...all.values()].flatMap((cluster) =>
    seen.has(cluster.uuid) ? [] : grow(cluster, byParent, seen),
  );
  return [{ Galaxy: galaxyWire(galaxy), children: roots }];
}

/** A cluster with what was made of it, level by level; clusters that were seen before are left out. */
function grow(root: ClusterRow, byParent: ReadonlyMap<string, readonly ClusterRow[]>, seen: Set<string>): TreeNode {
  seen.add(root.uuid);
  const top = nodeOf(root);
  const open = [{ cluster: root, node: top, level: 1 }];
  for (const { cluster, node, level } of open) {
    for (const fork of byParent.get(cluster.uuid) ?? []) {
      if (seen.has(fork.uuid)) continue;
      seen.add(fork.uuid);
      const child = nodeOf(fork);
      node.children.push(child);
      // Beyond the last level forks of forks stand beside each other: nobody's chain of them makes an endless tree.
      const isDeepest = level >= MAX_LEVELS;
      open.push({ cluster: fork, node: isDeepest ? node : child, level: isDeepest ? level : level + 1 });
    }
  }
  return top;
}

function nodeOf(cluster: ClusterRow): TreeNode {
  return {
    GalaxyCluster: clusterWire(cluster),
    ...((cluster.extends_uuid ?? '') === '' ? {} : { extends_version: textOrNull(cluster.extends_version) }),
    children: [],
  };
}

function textOrNull(value: number | null): string | null {
  return value === null ? null : String(value);
}
