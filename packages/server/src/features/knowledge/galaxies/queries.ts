import type { Transaction } from '../../../database/transaction.ts';
import { ORGANISATION_COLUMNS, type OrganisationRow } from '../../administration/organisations/organisation-row.ts';
import {
  type ClusterRow,
  clusterColumns,
  type ElementRow,
  type GalaxyRow,
  galaxyColumns,
  type RelationRow,
} from './rows.ts';

/** Galaxies, all or those in which a text occurs. Some hundred rows. */
export function selectGalaxies(
  tx: Transaction,
  filter: { part: string | null; enabled: boolean | null },
): Promise<GalaxyRow[]> {
  return tx.query<GalaxyRow>(
    `select ${galaxyColumns} from galaxies g
     where ($1::text is null or strpos(lower(concat_ws(' ', g.name, g.namespace, g.description, g.uuid,
         g.kill_chain_order)), lower($1)) > 0)
       and ($2::boolean is null or g.enabled = $2)
     order by g.id`,
    [filter.part, filter.enabled],
  );
}

/** The galaxy with this id or uuid. */
export function selectGalaxy(tx: Transaction, key: { id: number } | { uuid: string }): Promise<GalaxyRow | null> {
  const [column, value] = 'id' in key ? ['id', key.id] : ['uuid', key.uuid];
  return tx.first<GalaxyRow>(`select ${galaxyColumns} from galaxies g where g.${column} = $1`, [value]);
}

/** The galaxy of this type, of several the first: some galaxies of users may share the type of a library. */
export function selectGalaxyOfType(tx: Transaction, type: string): Promise<GalaxyRow | null> {
  return tx.first<GalaxyRow>(`select ${galaxyColumns} from galaxies g where g.type = $1 order by g.id limit 1`, [type]);
}

/** Galaxies by id. */
export function selectGalaxiesById(tx: Transaction, ids: readonly number[]): Promise<GalaxyRow[]> {
  return tx.prepared<GalaxyRow>(`select ${galaxyColumns} from galaxies g where g.id = any ($1::bigint[])`, [ids]);
}

/** Which clusters of a galaxy are wanted. */
export interface ClusterFilter {
  context: 'all' | 'default' | 'custom' | 'org' | 'orgc' | 'deleted';
  part: string | null;
  organisationId: number;
}

const CONTEXTS: Readonly<Record<ClusterFilter['context'], string>> = {
  all: 'not c.deleted',
  default: 'not c.deleted and c.is_default',
  custom: 'not c.deleted and not c.is_default',
  org: 'not c.deleted and c.org_id = $3',
  orgc: 'not c.deleted and c.orgc_id = $3',
  deleted: 'c.deleted',
};

/** Visible clusters of a galaxy; the largest galaxies have some thousand. */
export function selectClusters(tx: Transaction, galaxyId: number, filter: ClusterFilter): Promise<ClusterRow[]> {
  return tx.query<ClusterRow>(
    `select ${clusterColumns} from visible_galaxy_clusters c
     where c.galaxy_id = $1 and ${CONTEXTS[filter.context]} and $3::bigint is not null
       and ($2::text is null or strpos(lower(c.value), lower($2)) > 0 or strpos(lower(c.description), lower($2)) > 0
         or exists (select from visible_galaxy_elements e
           where e.galaxy_cluster_id = c.id and e.key = 'synonyms' and strpos(lower(e.value), lower($2)) > 0))
     order by c.id`,
    [galaxyId, filter.part, filter.organisationId],
  );
}

/** More forks of one galaxy are not told. */
const MOST_FORKS = 10_000;

/** Visible live clusters of a galaxy that were made from others. */
export function selectForks(tx: Transaction, galaxyId: number): Promise<ClusterRow[]> {
  return tx.query<ClusterRow>(
    `select ${clusterColumns} from visible_galaxy_clusters c
     where c.galaxy_id = $1 and not c.deleted and c.extends_uuid <> '' order by c.id limit $2`,
    [galaxyId, MOST_FORKS],
  );
}

/** The visible cluster with this id or uuid; of several under one uuid the oldest. */
export function selectCluster(tx: Transaction, key: { id: number } | { uuid: string }): Promise<ClusterRow | null> {
  const [column, value] = 'id' in key ? ['id', key.id] : ['uuid', key.uuid];
  return tx.first<ClusterRow>(
    `select ${clusterColumns} from visible_galaxy_clusters c where c.${column} = $1 order by c.id limit 1`,
    [value],
  );
}

/** Visible live clusters of these tag names (any case). Uses galaxy_clusters_lower_tag_name. */
export function selectClustersByTag(tx: Transaction, names: readonly string[]): Promise<ClusterRow[]> {
  return tx.prepared<ClusterRow>(
    `select ${clusterColumns} from visible_galaxy_clusters c
     where lower(c.tag_name) = any (select lower(n) from unnest($1::text[]) as n) and not c.deleted order by c.id`,
    [names],
  );
}

/** Elements of clusters that were read as the viewer. */
export function selectElements(tx: Transaction, clusterIds: readonly number[]): Promise<ElementRow[]> {
  return tx.prepared<ElementRow>(
    `select e.id, e.galaxy_cluster_id, e.key, e.value from visible_galaxy_elements e
     where e.galaxy_cluster_id = any ($1::bigint[]) order by e.id`,
    [clusterIds],
  );
}

/** Visible relations that start at these clusters, with the id of the target where the viewer sees it. */
export function selectRelations(tx: Transaction, clusterIds: readonly number[]): Promise<RelationRow[]> {
  return tx.prepared<RelationRow>(
    `select r.id, r.galaxy_cluster_id, r.galaxy_cluster_uuid, r.referenced_galaxy_cluster_uuid,
       r.referenced_galaxy_cluster_type, r.distribution, r.sharing_group_id, r.is_default, r.tags,
       coalesce((select min(c.id) from visible_galaxy_clusters c where c.uuid = r.referenced_galaxy_cluster_uuid), 0)
         as referenced_galaxy_cluster_id
     from visible_galaxy_cluster_relations r where r.galaxy_cluster_id = any ($1::bigint[]) order by r.id`,
    [clusterIds],
  );
}

/** Organisations that own clusters. */
export function selectOwners(tx: Transaction, ids: readonly number[]): Promise<OrganisationRow[]> {
  return tx.query<OrganisationRow>(`select ${ORGANISATION_COLUMNS} from organisations where id = any ($1::bigint[])`, [
    ids,
  ]);
}

/** Visible clusters of these uuids, deleted ones too. Uses galaxy_clusters_uuid. */
export function selectClustersByUuid(tx: Transaction, uuids: readonly string[]): Promise<ClusterRow[]> {
  return tx.prepared<ClusterRow>(
    `select ${clusterColumns} from visible_galaxy_clusters c where c.uuid = any ($1::uuid[]) order by c.id`,
    [uuids],
  );
}

/** Visible clusters by id, in the order of their ids. */
export function selectClustersById(tx: Transaction, ids: readonly number[]): Promise<ClusterRow[]> {
  return tx.prepared<ClusterRow>(
    `select ${clusterColumns} from visible_galaxy_clusters c where c.id = any ($1::bigint[]) order by c.id`,
    [ids],
  );
}
