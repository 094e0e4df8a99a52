import type { Transaction } from '../../../database/transaction.ts';
import type { ElementInput } from './cluster-input.ts';
import { type ClusterRow, clusterColumns } from './rows.ts';

/** A cluster to be stored. */
export type NewCluster = Omit<ClusterRow, 'id' | 'is_default' | 'deleted' | 'tag_name'> & { audience_id: number };

/** Stores a custom cluster; null when its uuid is taken, whether or not the viewer sees by what. */
export function insertCluster(tx: Transaction, cluster: NewCluster): Promise<ClusterRow | null> {
  return tx.first<ClusterRow>(
    `insert into visible_galaxy_clusters as c (uuid, collection_uuid, type, value, tag_name, description, galaxy_id,
       source, authors, version, distribution, sharing_group_id, org_id, orgc_id, is_default, locked, extends_uuid,
       extends_version, published, audience_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, false, $15, $16, $17, $18, $19)
     on conflict do nothing returning ${clusterColumns}`,
    [
      ...[cluster.uuid, cluster.collection_uuid, cluster.type, cluster.value],
      // The value may change, the tag of a custom cluster may not.
      ...[`misp-galaxy:${cluster.type}="${cluster.uuid}"`, cluster.description, cluster.galaxy_id],
      ...[cluster.source, cluster.authors, cluster.version, cluster.distribution, cluster.sharing_group_id],
      ...[cluster.org_id, cluster.orgc_id, cluster.locked, cluster.extends_uuid, cluster.extends_version],
      ...[cluster.published, cluster.audience_id],
    ],
  );
}

/** Overwrites what of a cluster can change. */
export async function updateCluster(tx: Transaction, cluster: ClusterRow, audienceId: number): Promise<void> {
  await tx.execute(
    `update visible_galaxy_clusters set value = $2, description = $3, source = $4, authors = $5, version = $6,
       distribution = $7, sharing_group_id = $8, extends_uuid = $9, extends_version = $10, published = $11,
       deleted = $12, collection_uuid = $13, audience_id = $14 where id = $1`,
    [
      ...[cluster.id, cluster.value, cluster.description, cluster.source, cluster.authors, cluster.version],
      ...[cluster.distribution, cluster.sharing_group_id, cluster.extends_uuid, cluster.extends_version],
      ...[cluster.published, cluster.deleted, cluster.collection_uuid, audienceId],
    ],
  );
}

/** Puts these elements in place of a cluster's. */
export async function replaceElements(
  tx: Transaction,
  clusterId: number,
  elements: readonly ElementInput[],
): Promise<void> {
  await tx.execute('delete from visible_galaxy_elements where galaxy_cluster_id = $1', [clusterId]);
  await insertElements(tx, clusterId, elements);
}

/** Adds elements to a cluster. */
export async function insertElements(
  tx: Transaction,
  clusterId: number,
  elements: readonly ElementInput[],
): Promise<void> {
  if (elements.length === 0) return;
  await tx.execute(
    `insert into visible_galaxy_elements (galaxy_cluster_id, key, value)
     select $1, e.key, e.value from unnest($2::text[], $3::text[]) with ordinality as e (key, value, place) order by place`,
    [clusterId, elements.map(({ key }) => key), elements.map(({ value }) => value)],
  );
}

/** Removes clusters with all that hangs on them, seen or not; the caller has checked that they may go. */
export function deleteClusters(tx: Transaction, ids: readonly number[]): Promise<void> {
  return tx.elevated('a cluster goes with its hidden relations', async () => {
    await tx.execute('delete from galaxy_elements where galaxy_cluster_id = any ($1::bigint[])', [ids]);
    await tx.execute('delete from galaxy_cluster_relations where galaxy_cluster_id = any ($1::bigint[])', [ids]);
    await tx.execute('delete from galaxy_clusters where id = any ($1::bigint[])', [ids]);
  });
}

/** True when a cluster of this uuid was deleted for good. */
export async function isBlocked(tx: Transaction, uuid: string): Promise<boolean> {
  const row = await tx.elevated('the cluster block list', () =>
    tx.first('select id from galaxy_cluster_blocklists where cluster_uuid = $1', [uuid]),
  );
  return row !== null;
}

/** Keeps a uuid from coming back. */
export async function blockCluster(tx: Transaction, cluster: ClusterRow): Promise<void> {
  await tx.execute(
    `insert into galaxy_cluster_blocklists (cluster_uuid, cluster_info, cluster_orgc)
     values ($1, $2, coalesce((select name from organisations where id = $3), '')) on conflict do nothing`,
    [cluster.uuid, cluster.value, cluster.orgc_id],
  );
}
