import type { Transaction } from '../../../database/transaction.ts';
import { organisationWire } from '../../administration/organisations/organisation-row.ts';
import { selectTagsByName } from '../tags/queries.ts';
import { selectClustersByTag, selectElements, selectGalaxiesById, selectOwners, selectRelations } from './queries.ts';
import type { ClusterRow, ElementRow } from './rows.ts';
import { clusterWire, elementWire, galaxyWire, genericOrganisationWire, metaWire, relationWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** A galaxy and the cluster that a tag names, in the shapes of event JSON. */
export interface TagCluster {
  galaxy: Wire;
  /** With `meta`, relations and organisations, but without what belongs to the tag's link. */
  cluster: Wire;
}

/**
 * Galaxies and clusters by tag name; names that lead to none the viewer may see are missing. Six statements at most,
 * however many names.
 */
export async function galaxiesOfTags(tx: Transaction, names: readonly string[]): Promise<Map<string, TagCluster>> {
  const clusters = await clustersOfTags(tx, names);
  const found = [...clusters.values()];
  if (found.length === 0) return new Map();
  const galaxies = new Map(
    (await selectGalaxiesById(tx, [...new Set(found.map((cluster) => cluster.galaxy_id))])).map((row) => [row.id, row]),
  );
  const parts = await loadClusterParts(tx, found);
  const result = new Map<string, TagCluster>();
  for (const name of names) {
    const cluster = clusters.get(name.toLowerCase());
    const galaxy = cluster && galaxies.get(cluster.galaxy_id);
    if (!cluster || !galaxy?.enabled) continue;
    result.set(name, {
      galaxy: galaxyWire(galaxy),
      cluster: { ...clusterWire(cluster), ...parts.shared(cluster), meta: metaWire(parts.elements(cluster)) },
    });
  }
  return result;
}

/** Visible live clusters by lower-case tag name; of several under one name the oldest. */
export async function clustersOfTags(tx: Transaction, names: readonly string[]): Promise<Map<string, ClusterRow>> {
  if (names.length === 0) return new Map();
  const rows = await selectClustersByTag(tx, names);
  return new Map(rows.toReversed().map((row) => [row.tag_name.toLowerCase(), row]));
}

/** Clusters with their galaxies but without what hangs on them, by tag name, as lists of events show them. */
export async function shortClustersOfTags(tx: Transaction, names: readonly string[]): Promise<Map<string, Wire>> {
  const clusters = await clustersOfTags(tx, names);
  if (clusters.size === 0) return new Map();
  const galaxyIds = [...new Set([...clusters.values()].map((cluster) => cluster.galaxy_id))];
  const galaxies = new Map((await selectGalaxiesById(tx, galaxyIds)).map((row) => [row.id, row]));
  const result = new Map<string, Wire>();
  for (const name of names) {
    const cluster = clusters.get(name.toLowerCase());
    const galaxy = cluster && galaxies.get(cluster.galaxy_id);
    if (cluster && galaxy?.enabled) result.set(name, { ...clusterWire(cluster), Galaxy: galaxyWire(galaxy) });
  }
  return result;
}

/** What hangs on clusters, read for all of them at once. */
export interface ClusterParts {
  elements(cluster: ClusterRow): ElementRow[];
  /** Relations and owners, the same in every form of a cluster. */
  shared(cluster: ClusterRow): { GalaxyClusterRelation: Wire[]; Org: Wire; Orgc: Wire };
}

/** Reads elements, relations with their tags, and owners of the clusters. */
export async function loadClusterParts(tx: Transaction, clusters: readonly ClusterRow[]): Promise<ClusterParts> {
  const ids = clusters.map((cluster) => cluster.id);
  const elements = Map.groupBy(await selectElements(tx, ids), (row) => row.galaxy_cluster_id);
  const relations = await selectRelations(tx, ids);
  const relationsOf = Map.groupBy(relations, (row) => row.galaxy_cluster_id);
  const tagNames = [...new Set(relations.flatMap((relation) => relation.tags))];
  const tags = new Map(
    (tagNames.length === 0 ? [] : await selectTagsByName(tx, tagNames)).map((tag) => [tag.name.toLowerCase(), tag]),
  );
  const ownerIds = new Set(clusters.flatMap((cluster) => [cluster.org_id, cluster.orgc_id]).filter((id) => id !== 0));
  const owners = new Map(
    (ownerIds.size === 0 ? [] : await selectOwners(tx, [...ownerIds])).map((row) => [row.id, organisationWire(row)]),
  );
  return {
    elements: (cluster) => elements.get(cluster.id) ?? [],
    shared: (cluster) => ({
      GalaxyClusterRelation: (relationsOf.get(cluster.id) ?? []).map((relation) => relationWire(relation, tags)),
      Org: owners.get(cluster.org_id) ?? genericOrganisationWire,
      Orgc: owners.get(cluster.orgc_id) ?? genericOrganisationWire,
    }),
  };
}

/** Clusters with their elements, as `galaxies/view` lists them. */
export async function clustersWithElements(tx: Transaction, clusters: readonly ClusterRow[]): Promise<Wire[]> {
  const elements = Map.groupBy(
    await selectElements(
      tx,
      clusters.map((cluster) => cluster.id),
    ),
    (row) => row.galaxy_cluster_id,
  );
  return clusters.map((cluster) => ({
    ...clusterWire(cluster),
    GalaxyElement: (elements.get(cluster.id) ?? []).map(elementWire),
  }));
}

/** Tags of the visible live clusters that have one of these names (lower case) as value or synonym, by that name. */
export async function clusterTagsByName(tx: Transaction, names: readonly string[]): Promise<Map<string, string[]>> {
  if (names.length === 0) return new Map();
  const rows = await tx.query<{ name: string; tag_name: string }>(
    `select name, min(tag_name) as tag_name from (
       select lower(c.value) as name, c.type, c.tag_name from visible_galaxy_clusters c
       where lower(c.value) = any ($1::text[]) and not c.deleted
       union all
       select lower(e.value), c.type, c.tag_name from visible_galaxy_elements e
         join visible_galaxy_clusters c on c.id = e.galaxy_cluster_id
       where e.key = 'synonyms' and lower(e.value) = any ($1::text[]) and not c.deleted) found
     group by name, type order by name, type`,
    [names],
  );
  const tags = new Map<string, string[]>();
  for (const row of rows) tags.set(row.name, [...(tags.get(row.name) ?? []), row.tag_name]);
  return tags;
}
