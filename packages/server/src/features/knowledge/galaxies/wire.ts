import { databaseTime } from '../../administration/database-time.ts';
import type { TagRow } from '../tags/rows.ts';
import { tagWire } from '../tags/wire.ts';
import type { ClusterRow, ElementRow, GalaxyRow, RelationRow } from './rows.ts';

type Wire = Record<string, unknown>;

/** A galaxy in MISP's JSON; `kill_chain_order` only where there is one. */
export function galaxyWire(galaxy: GalaxyRow): Wire {
  return {
    id: String(galaxy.id),
    uuid: galaxy.uuid,
    name: galaxy.name,
    type: galaxy.type,
    description: galaxy.description,
    version: galaxy.version,
    icon: galaxy.icon,
    namespace: galaxy.namespace,
    enabled: galaxy.enabled,
    local_only: galaxy.local_only,
    ...(galaxy.kill_chain_order === null ? {} : { kill_chain_order: galaxy.kill_chain_order }),
    ...(galaxy.is_default ? {} : ownGalaxyWire(galaxy)),
  };
}

/** What only galaxies of users have. */
function ownGalaxyWire({ org_id, orgc_id, distribution, created, modified }: GalaxyRow): Wire {
  return {
    default: false,
    org_id: String(org_id),
    orgc_id: String(orgc_id),
    distribution: String(distribution),
    created: created === null ? null : databaseTime(created),
    modified: modified === null ? null : databaseTime(modified),
  };
}

/**
 * A cluster's own columns in MISP's JSON. Clusters of libraries carry no `distribution`: PyMISP refuses them with
 * one since July 2026, where MISP sends `"distribution":"3"`; every version takes them without.
 */
export function clusterWire(cluster: ClusterRow): Wire {
  return {
    id: String(cluster.id),
    uuid: cluster.uuid,
    collection_uuid: cluster.collection_uuid,
    type: cluster.type,
    value: cluster.value,
    tag_name: cluster.tag_name,
    description: cluster.description,
    galaxy_id: String(cluster.galaxy_id),
    source: cluster.source,
    authors: cluster.authors,
    version: String(cluster.version),
    ...(cluster.is_default ? {} : { distribution: String(cluster.distribution) }),
    sharing_group_id: textOrNull(cluster.sharing_group_id),
    org_id: String(cluster.org_id),
    orgc_id: String(cluster.orgc_id),
    default: cluster.is_default,
    locked: cluster.locked,
    extends_uuid: cluster.extends_uuid,
    extends_version: textOrNull(cluster.extends_version),
    published: cluster.published,
    deleted: cluster.deleted,
  };
}

/** A cluster's key and value. */
export function elementWire(element: ElementRow): Wire {
  return {
    id: String(element.id),
    galaxy_cluster_id: String(element.galaxy_cluster_id),
    key: element.key,
    value: element.value,
  };
}

/** A relation with the tags it carries, as far as they exist. */
export function relationWire(relation: RelationRow, tags: ReadonlyMap<string, TagRow>): Wire {
  const own = relation.tags.flatMap((name) => tags.get(name.toLowerCase()) ?? []);
  return {
    id: String(relation.id),
    galaxy_cluster_id: String(relation.galaxy_cluster_id),
    referenced_galaxy_cluster_id: String(relation.referenced_galaxy_cluster_id),
    referenced_galaxy_cluster_uuid: relation.referenced_galaxy_cluster_uuid,
    referenced_galaxy_cluster_type: relation.referenced_galaxy_cluster_type,
    galaxy_cluster_uuid: relation.galaxy_cluster_uuid,
    distribution: String(relation.distribution),
    sharing_group_id: textOrNull(relation.sharing_group_id),
    default: relation.is_default,
    ...(own.length === 0 ? {} : { Tag: own.map(tagWire) }),
  };
}

/** Elements as event JSON has them: key -> all its values. */
export function metaWire(elements: readonly ElementRow[]): Record<string, string[]> {
  const meta: Record<string, string[]> = Object.create(null);
  for (const { key, value } of elements) {
    const values = meta[key] ?? [];
    values.push(value);
    meta[key] = values;
  }
  return meta;
}

/** The organisation of clusters that came with a library: MISP's generic one, uuid `"0"` included. */
export const genericOrganisationWire: Wire = {
  id: '0',
  name: 'MISP',
  date_created: '',
  date_modified: '',
  description: 'Automatically generated MISP organisation',
  type: '',
  nationality: 'Not specified',
  sector: '',
  created_by: '0',
  uuid: '0',
  contacts: '',
  local: true,
  restricted_to_domain: [],
  landingpage: null,
};

function textOrNull(value: number | null): string | null {
  return value === null ? null : String(value);
}
