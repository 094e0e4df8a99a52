import { post } from './client.ts';
import { oneQuery } from './rows.ts';
import type { Tag } from './wire.ts';

/** One cluster's relation to another, which need not be known here. */
export interface ClusterRelation {
  readonly id: string;
  readonly galaxy_cluster_id: string;
  readonly galaxy_cluster_uuid: string;
  readonly referenced_galaxy_cluster_id: string;
  readonly referenced_galaxy_cluster_uuid: string;
  readonly referenced_galaxy_cluster_type: string;
  readonly Tag?: readonly Tag[];
  readonly GalaxyCluster?: ClusterName;
}

interface ClusterName {
  readonly id: string;
  readonly value: string;
  readonly type: string;
}

/** A cluster with its elements and relations. */
export interface Cluster {
  readonly id: string;
  readonly uuid: string;
  readonly value: string;
  readonly type: string;
  readonly tag_name: string;
  readonly description: string;
  readonly galaxy_id: string;
  readonly source: string;
  readonly authors: readonly string[];
  readonly version: string;
  readonly default: boolean;
  readonly published: boolean;
  readonly deleted: boolean;
  readonly distribution?: string;
  readonly extends_uuid: string;
  readonly orgc_id: string;
  readonly Orgc?: { readonly name: string };
  readonly Galaxy: { readonly id: string; readonly name: string };
  readonly GalaxyElement?: readonly { readonly key: string; readonly value: string }[];
  readonly GalaxyClusterRelation?: readonly ClusterRelation[];
  readonly TargetingClusterRelation?: readonly ClusterRelation[];
}

/** One cluster, by id or uuid. */
export const clusterQuery = (id: string) =>
  oneQuery<{ readonly GalaxyCluster: Cluster }>('cluster', `/galaxy_clusters/view/${encodeURIComponent(id)}.json`);

interface RelationNode {
  readonly id: string;
  readonly uuid: string;
  readonly value: string;
  readonly type: string;
}

/** A cluster with what it is related to, as nodes. */
export const relatedClustersQuery = (id: string) =>
  oneQuery<{ readonly nodes: readonly RelationNode[] }>(
    'cluster',
    `/galaxy_clusters/viewRelations/${encodeURIComponent(id)}/1.json`,
  );

/** Adds or changes a cluster; `path` says which: `add/<galaxy>` or `edit/<cluster>`. */
export const saveCluster = (path: string, cluster: Readonly<Record<string, unknown>>) =>
  post<{ readonly GalaxyCluster: Cluster }>(`/galaxy_clusters/${path}`, { GalaxyCluster: cluster });
