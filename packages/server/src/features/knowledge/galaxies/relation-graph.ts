import type { Transaction } from '../../../database/transaction.ts';
import { selectTagsByName } from '../tags/queries.ts';
import { selectClusters, selectClustersByUuid, selectGalaxiesById } from './queries.ts';
import { selectRelationsBetween } from './relation-queries.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { clusterWire, relationWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** Clusters and the relations between them, as MISP draws them: links name their ends by uuid. */
export interface RelationGraph {
  readonly nodes: Wire[];
  readonly links: Wire[];
}

/** What the clusters of a galaxy are related to; with `inbound` also what is related to them. */
export async function galaxyGraph(tx: Transaction, galaxy: GalaxyRow, inbound: boolean): Promise<RelationGraph> {
  const clusters = await selectClusters(tx, galaxy.id, { context: 'all', part: null, organisationId: 0 });
  return graphAround(tx, clusters, inbound);
}

/** The clusters with those at the other ends of their relations; relations to clusters that are not seen are left out. */
export async function graphAround(
  tx: Transaction,
  clusters: readonly ClusterRow[],
  inbound: boolean,
): Promise<RelationGraph> {
  const relations = await selectRelationsBetween(tx, clusters, inbound);
  const known = new Map(clusters.map((cluster) => [cluster.uuid, cluster]));
  const ends = relations.flatMap((row) => [row.galaxy_cluster_uuid, row.referenced_galaxy_cluster_uuid]);
  const others = [...new Set(ends)].filter((uuid) => !known.has(uuid));
  for (const cluster of await selectClustersByUuid(tx, others)) {
    if (!cluster.deleted && !known.has(cluster.uuid)) known.set(cluster.uuid, cluster);
  }
  const drawn = relations.filter(
    (row) => known.has(row.galaxy_cluster_uuid) && known.has(row.referenced_galaxy_cluster_uuid),
  );
  const names = [...new Set(drawn.flatMap((row) => row.tags))];
  const tags = new Map(
    (names.length === 0 ? [] : await selectTagsByName(tx, names)).map((tag) => [tag.name.toLowerCase(), tag]),
  );
  const connected = new Set(drawn.flatMap((row) => [row.galaxy_cluster_uuid, row.referenced_galaxy_cluster_uuid]));
  const shown = [...known.values()].filter((cluster) => connected.has(cluster.uuid));
  const galaxies = new Map(
    (await selectGalaxiesById(tx, [...new Set(shown.map((cluster) => cluster.galaxy_id))])).map((row) => [row.id, row]),
  );
  return {
    nodes: shown.map((cluster) => ({
      ...clusterWire(cluster),
      Galaxy: { id: String(cluster.galaxy_id), name: galaxies.get(cluster.galaxy_id)?.name ?? '' },
      group: cluster.type,
    })),
    links: drawn.map((row) => ({
      source: row.galaxy_cluster_uuid,
      target: row.referenced_galaxy_cluster_uuid,
      type: row.referenced_galaxy_cluster_type,
      tag: relationWire(row, tags).Tag ?? [],
    })),
  };
}
