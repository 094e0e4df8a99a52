import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';
import { listedEventWire } from '../../intelligence/events/wire.ts';
import { shortClustersOfTags } from '../../knowledge/galaxies/service.ts';

/** An event of the list. */
export interface IndexRow extends EventRow {
  org_name: string | null;
  org_uuid: string | null;
  orgc_name: string | null;
  orgc_uuid: string | null;
  /** Live attributes that the viewer may see. */
  attribute_count: number;
  /** The value the list is sorted by, as text. */
  sort_value: string;
}

/** The list's rows for the ids that `ids` selects (columns `id` and `k`), in their order. */
export function indexRowsSql(ids: string, direction: 'asc' | 'desc'): string {
  return `select e.*, p.k::text as sort_value, org.name as org_name, org.uuid as org_uuid, orgc.name as orgc_name,
      orgc.uuid as orgc_uuid,
      (select coalesce(sum(c.live), 0)::bigint from visible_event_attribute_counts c where c.event_id = e.id) as attribute_count
    from (${ids}) p join visible_events e on e.id = p.id
      left join organisations org on org.id = e.org_id left join organisations orgc on orgc.id = e.orgc_id
    order by p.k ${direction}, p.id ${direction}`;
}

type Wire = Record<string, unknown>;

/**
 * The full rows of events/index: with tags, under distribution 4 the sharing group, and the clusters that tags name
 * where there are any. Statements do not depend on the number of rows.
 */
export async function indexWires(tx: Transaction, rows: readonly IndexRow[]): Promise<Wire[]> {
  if (rows.length === 0) return [];
  const links = await loadTags(tx, rows);
  const groups = await loadGroups(tx, rows);
  const galaxyNames = [...links.values()].flat().flatMap((link) => (link.is_galaxy ? [link.name] : []));
  const clusters = await shortClustersOfTags(tx, [...new Set(galaxyNames)]);
  return rows.map((row) => {
    const group = row.distribution === 4 ? groups.get(row.sharing_group_id) : undefined;
    const own = links.get(row.id) ?? [];
    const named = own.flatMap((link) => clusterOf(link, clusters.get(link.name)));
    return {
      ...eventColumns(row),
      ...(group ? { SharingGroup: group } : {}),
      ...(named.length > 0 ? { GalaxyCluster: named } : {}),
      EventTag: own.map(tagWire),
    };
  });
}

function clusterOf(link: TagLink, cluster: Wire | undefined): Wire[] {
  if (!cluster) return [];
  const { id, tag_id, local, relationship_type } = link;
  return [{ ...cluster, tag_id: String(tag_id), event_tag_id: String(id), local, relationship_type }];
}

function tagWire(link: TagLink): Wire {
  return {
    id: String(link.id),
    event_id: String(link.event_id),
    tag_id: String(link.tag_id),
    local: link.local,
    relationship_type: link.relationship_type,
    Tag: { id: String(link.tag_id), name: link.name, colour: link.colour, is_galaxy: link.is_galaxy },
  };
}

function eventColumns(row: IndexRow): Wire {
  return {
    ...listedEventWire(row),
    Org: { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid },
    Orgc: { id: String(row.orgc_id), name: row.orgc_name, uuid: row.orgc_uuid },
  };
}

/** What synchronisation asks for. */
export function minimalWire(row: IndexRow): Wire {
  return {
    id: String(row.id),
    timestamp: String(row.timestamp),
    sighting_timestamp: String(row.sighting_timestamp),
    published: row.published,
    uuid: row.uuid,
    orgc_uuid: row.orgc_uuid,
  };
}

interface TagLink {
  id: number;
  event_id: number;
  tag_id: number;
  local: boolean;
  relationship_type: string;
  name: string;
  colour: string;
  is_galaxy: boolean;
}

async function loadTags(tx: Transaction, rows: readonly IndexRow[]): Promise<Map<number, TagLink[]>> {
  const links = await tx.prepared<TagLink>(
    `select l.id, l.event_id, l.tag_id, l.local, l.relationship_type, t.name, t.colour, t.is_galaxy
     from visible_event_tags l join visible_tags t on t.id = l.tag_id
     where l.event_id = any ($1::bigint[]) and t.exportable order by l.id`,
    [rows.map((row) => row.id)],
  );
  return Map.groupBy(links, (link) => link.event_id);
}

async function loadGroups(tx: Transaction, rows: readonly IndexRow[]): Promise<Map<number, Wire>> {
  const ids = [...new Set(rows.flatMap((row) => (row.distribution === 4 ? [row.sharing_group_id] : [])))];
  if (ids.length === 0) return new Map();
  const found = await tx.prepared<{ id: number; name: string; uuid: string }>(
    'select id, name, uuid from visible_sharing_groups where id = any ($1::bigint[])',
    [ids],
  );
  return new Map(found.map(({ id, name, uuid }) => [id, { id: String(id), name, uuid }]));
}

/** The rows of a statement in batches, for lists that stream. */
export function indexBatches(tx: Transaction, sql: string, values: readonly SqlValue[]): AsyncIterable<IndexRow[]> {
  return tx.batches<IndexRow>(sql, values, 500);
}
