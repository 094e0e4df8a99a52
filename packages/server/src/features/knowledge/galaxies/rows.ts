/** A galaxy as stored. */
export interface GalaxyRow {
  id: number;
  uuid: string;
  name: string;
  type: string;
  description: string;
  version: string;
  icon: string;
  namespace: string;
  enabled: boolean;
  local_only: boolean;
  kill_chain_order: unknown;
  /** Of a library, not made by a user. */
  is_default: boolean;
  /** 0: it came with a library. */
  org_id: number;
  orgc_id: number;
  distribution: number;
  created: Date | null;
  modified: Date | null;
}

/** A cluster as stored. */
export interface ClusterRow {
  id: number;
  uuid: string;
  collection_uuid: string;
  type: string;
  value: string;
  tag_name: string;
  description: string;
  galaxy_id: number;
  source: string;
  authors: string[] | null;
  version: number;
  distribution: number;
  sharing_group_id: number | null;
  /** 0: it came with a library. */
  org_id: number;
  orgc_id: number;
  is_default: boolean;
  locked: boolean;
  extends_uuid: string | null;
  extends_version: number | null;
  published: boolean;
  deleted: boolean;
}

/** A fact of a cluster as stored; a key may have several. */
export interface ElementRow {
  id: number;
  galaxy_cluster_id: number;
  key: string;
  value: string;
}

/** A relation of a cluster as stored; the other cluster need not be known. */
export interface RelationRow {
  id: number;
  galaxy_cluster_id: number;
  galaxy_cluster_uuid: string;
  /** 0 when the target is not known here. */
  referenced_galaxy_cluster_id: number;
  referenced_galaxy_cluster_uuid: string;
  referenced_galaxy_cluster_type: string;
  distribution: number;
  sharing_group_id: number | null;
  is_default: boolean;
  tags: string[];
}

/** Columns of `GalaxyRow` of alias `g`. */
export const galaxyColumns = `g.id, g.uuid, g.name, g.type, g.description, g.version, g.icon, g.namespace, g.enabled,
  g.local_only, g.kill_chain_order, g.is_default, g.org_id, g.orgc_id, g.distribution,
  g.created, g.modified`;

/** Columns of `ClusterRow` of alias `c`. */
export const clusterColumns = `c.id, c.uuid, c.collection_uuid, c.type, c.value, c.tag_name, c.description, c.galaxy_id,
  c.source, c.authors, c.version, c.distribution, c.sharing_group_id, c.org_id, c.orgc_id, c.is_default, c.locked,
  c.extends_uuid, c.extends_version, c.published, c.deleted`;
