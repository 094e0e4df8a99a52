import type { Transaction } from '../../../database/transaction.ts';
import type { RelationRow } from './rows.ts';

const columns = `r.id, r.galaxy_cluster_id, r.galaxy_cluster_uuid, r.referenced_galaxy_cluster_uuid,
  r.referenced_galaxy_cluster_type, r.distribution, r.sharing_group_id, r.is_default, r.tags,
  coalesce((select min(c.id) from visible_galaxy_clusters c where c.uuid = r.referenced_galaxy_cluster_uuid), 0)
    as referenced_galaxy_cluster_id`;

/** Most relations that are told of some clusters at once; those of the library come to some hundred. */
const MOST_TARGETING = 20_000;

/** A page of visible relations. */
export function selectRelationPage(
  tx: Transaction,
  filter: { isDefault: boolean | null; limit: number; offset: number },
): Promise<RelationRow[]> {
  return tx.query<RelationRow>(
    `select ${columns} from visible_galaxy_cluster_relations r where ($1::boolean is null or r.is_default = $1)
     order by r.id limit $2 offset $3`,
    [filter.isDefault, filter.limit, filter.offset],
  );
}

/** Visible relations that end at these clusters; by galaxy_cluster_relations_target. */
export function selectTargetingRelations(tx: Transaction, uuids: readonly string[]): Promise<RelationRow[]> {
  return tx.query<RelationRow>(
    `select ${columns} from visible_galaxy_cluster_relations r
     where r.referenced_galaxy_cluster_uuid = any ($1::uuid[]) order by r.id limit $2`,
    [uuids, MOST_TARGETING],
  );
}

/** Visible relations that start at the clusters, with `inbound` also those that end there. */
export function selectRelationsBetween(
  tx: Transaction,
  clusters: readonly { id: number; uuid: string }[],
  inbound: boolean,
): Promise<RelationRow[]> {
  const ids = clusters.map((cluster) => cluster.id);
  const uuids = inbound ? clusters.map((cluster) => cluster.uuid) : [];
  return tx.query<RelationRow>(
    `select ${columns} from visible_galaxy_cluster_relations r
     where r.galaxy_cluster_id = any ($1::bigint[]) or r.referenced_galaxy_cluster_uuid = any ($2::uuid[])
     order by r.id limit $3`,
    [ids, uuids, MOST_TARGETING],
  );
}

/** One visible relation. No index leads to it (0042): it costs a walk over some ten thousand rows. */
export function selectRelation(tx: Transaction, id: number): Promise<RelationRow | null> {
  return tx.first<RelationRow>(`select ${columns} from visible_galaxy_cluster_relations r where r.id = $1`, [id]);
}

/** What a relation says, ready to be stored. */
export interface StoredRelation {
  target: string;
  type: string;
  distribution: number;
  sharing_group_id: number | null;
  tags: readonly string[];
  audience_id: number;
}

/** Stores a relation of the cluster; returns its id. */
export async function insertRelation(
  tx: Transaction,
  source: { id: number; uuid: string },
  relation: StoredRelation,
): Promise<number> {
  const row = await tx.first<{ id: number }>(
    `insert into visible_galaxy_cluster_relations (galaxy_cluster_id, galaxy_cluster_uuid,
       referenced_galaxy_cluster_uuid, referenced_galaxy_cluster_type, distribution, sharing_group_id, is_default, tags,
       audience_id) values ($1, $2, $3, $4, $5, $6, false, $7, $8) returning id`,
    [
      ...[source.id, source.uuid, relation.target, relation.type, relation.distribution, relation.sharing_group_id],
      ...[relation.tags, relation.audience_id],
    ],
  );
  return row?.id ?? 0;
}

/** Overwrites a relation, which keeps its source. */
export async function updateRelation(
  tx: Transaction,
  row: { id: number; galaxy_cluster_id: number },
  relation: StoredRelation,
): Promise<void> {
  await tx.execute(
    `update visible_galaxy_cluster_relations set referenced_galaxy_cluster_uuid = $3,
       referenced_galaxy_cluster_type = $4, distribution = $5, sharing_group_id = $6, tags = $7, audience_id = $8
     where galaxy_cluster_id = $1 and id = $2`,
    [
      ...[row.galaxy_cluster_id, row.id, relation.target, relation.type, relation.distribution],
      ...[relation.sharing_group_id, relation.tags, relation.audience_id],
    ],
  );
}

/** Removes a relation. */
export async function deleteRelationRow(tx: Transaction, row: RelationRow): Promise<void> {
  await tx.execute('delete from visible_galaxy_cluster_relations where galaxy_cluster_id = $1 and id = $2', [
    row.galaxy_cluster_id,
    row.id,
  ]);
}
