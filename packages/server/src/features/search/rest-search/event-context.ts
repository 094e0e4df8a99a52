import type { Transaction } from '../../../database/transaction.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';
import { linkedTagIds, loadTagTexts } from './tag-texts.ts';

type ContextRow = EventRow & { tags: string | null; orgc_name: string | null; orgc_uuid: string; orgc_local: boolean };

/** A short event block for what is found in an event. */
export interface ShortEventRow {
  readonly event_id: number;
  readonly event_info: string;
  readonly event_org_id: number;
  readonly event_orgc_id: number;
}

/** The event block of every found object. */
export function shortEventWire(row: ShortEventRow): Record<string, unknown> {
  return {
    id: String(row.event_id),
    info: row.event_info,
    org_id: String(row.event_org_id),
    orgc_id: String(row.event_orgc_id),
  };
}

/**
 * The event blocks of includeContext, by id: what an event says of itself, its tags and who made it. Events that the
 * viewer may not see are missing.
 */
export async function eventContexts(
  tx: Transaction,
  eventIds: readonly number[],
  options: { includeAllTags: boolean; excludeLocalTags: boolean },
): Promise<Map<number, Record<string, unknown>>> {
  const rows = await tx.prepared<ContextRow>(
    `select e.*, o.name as orgc_name, o.uuid as orgc_uuid, o.local as orgc_local,
       (select string_agg(t.tag_id::text || case when t.local then 'l' else '' end, ',' order by t.id)
        from visible_event_tags t where t.event_id = e.id) as tags
     from visible_events e left join organisations o on o.id = e.orgc_id where e.id = any ($1::bigint[])`,
    [[...new Set(eventIds)]],
  );
  const ids = linkedTagIds(rows.map((row) => row.tags));
  const texts = await loadTagTexts(tx, { includeAllTags: options.includeAllTags, ids });
  return new Map(rows.map((row) => [row.id, contextWire(row, texts.ofEvent(row.tags, options).map(readTag))] as const));
}

function readTag(text: string): unknown {
  return JSON.parse(text);
}

function contextWire(row: ContextRow, tags: readonly unknown[]): Record<string, unknown> {
  const orgcId = String(row.orgc_id);
  return {
    id: String(row.id),
    orgc_id: orgcId,
    org_id: String(row.org_id),
    date: row.date,
    threat_level_id: String(row.threat_level_id),
    info: row.info,
    published: row.published,
    uuid: row.uuid,
    analysis: String(row.analysis),
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    publish_timestamp: String(row.publish_timestamp),
    sharing_group_id: String(row.sharing_group_id),
    extends_uuid: row.extends_uuid ?? '',
    Tag: tags,
    ...(row.orgc_name === null
      ? {}
      : { Orgc: { id: orgcId, name: row.orgc_name, uuid: row.orgc_uuid, local: row.orgc_local } }),
  };
}
