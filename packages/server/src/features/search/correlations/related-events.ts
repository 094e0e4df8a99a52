import type { Viewer } from '../../../access/viewer.ts';
import type { Database } from '../../../database/database.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isNotExcluded } from './exclusions.ts';
import { isNotKeptApart } from './rule-conditions.ts';

/** A correlating event in the short form of `RelatedEvent`. */
export interface RelatedEventRow {
  event_id: number;
  id: number;
  date: string;
  threat_level_id: number;
  info: string;
  published: boolean;
  uuid: string;
  analysis: number;
  timestamp: number;
  distribution: number;
  org_id: number;
  orgc_id: number;
  org_name: string | null;
  org_uuid: string | null;
  orgc_name: string | null;
  orgc_uuid: string | null;
}

// For each distinct value of the event the index (h1|h2, event_id) is probed up to the limit plus one, so a value
// that half the database shares costs as much as a rare one. `correlates` = 2 admits second halves.
const RELATED = `
  with own as (
    select event_id, h1 as h from visible_attributes where event_id = any ($1::bigint[]) and correlates > 0
      and ${isNotExcluded('h1', 'value1')}
    union
    select event_id, h2 from visible_attributes where event_id = any ($1::bigint[]) and correlates = 2 and h2 is not null
      and ${isNotExcluded('h2', 'value2')}
  ), probed as (
    select own.event_id, found.other, count(*) over (partition by own.event_id, own.h) as hits
    from own cross join lateral (
      select other from (
        (select a.event_id as other from visible_attributes a
          where a.h1 = own.h and a.correlates > 0 and a.event_id <> own.event_id limit $2 + 1)
        union all
        (select a.event_id from visible_attributes a
          where a.h2 = own.h and a.correlates = 2 and a.event_id <> own.event_id limit $2 + 1)
      ) both_halves limit $2 + 1
    ) found
  ), pairs as (select distinct event_id, other from probed where hits <= $2)
  select pairs.event_id, e.id, e.date, e.threat_level_id, e.info, e.published, e.uuid, e.analysis, e.timestamp,
    e.distribution, e.org_id, e.orgc_id, org.name as org_name, org.uuid as org_uuid, orgc.name as orgc_name,
    orgc.uuid as orgc_uuid
  from pairs join visible_events e on e.id = pairs.other join visible_events own_event on own_event.id = pairs.event_id
    left join organisations org on org.id = e.org_id left join organisations orgc on orgc.id = e.orgc_id
  where ${isNotKeptApart('own_event', 'e')}
  order by pairs.event_id, e.date desc, e.id`;

/**
 * Events that share a value with each of `eventIds`, newest date first, then by id; only what the viewer may see on both sides.
 * Values that more than `limit` other attributes have are left out, as MISP does with over-correlating values.
 */
export async function findRelatedEvents(
  tx: Transaction,
  eventIds: readonly number[],
  limit: number,
): Promise<Map<number, RelatedEventRow[]>> {
  if (eventIds.length === 0) return new Map();
  return byEvent(await tx.prepared<RelatedEventRow>(RELATED, [eventIds, limit]));
}

/** The same on a connection of its own, while the caller's transaction, which has written nothing, reads on. */
export async function findRelatedEventsBeside(
  database: Database,
  viewer: Viewer,
  eventIds: readonly number[],
  limit: number,
): Promise<Map<number, RelatedEventRow[]>> {
  if (eventIds.length === 0) return new Map();
  return byEvent(await database.readOnce<RelatedEventRow>(viewer, RELATED, [eventIds, limit]));
}

function byEvent(rows: readonly RelatedEventRow[]): Map<number, RelatedEventRow[]> {
  return Map.groupBy(rows, (row) => row.event_id);
}

/** The short form of a related event. */
export function relatedEventWire(row: RelatedEventRow): Record<string, unknown> {
  return {
    Event: {
      id: String(row.id),
      date: row.date,
      threat_level_id: String(row.threat_level_id),
      info: row.info,
      published: row.published,
      uuid: row.uuid,
      analysis: String(row.analysis),
      timestamp: String(row.timestamp),
      distribution: String(row.distribution),
      org_id: String(row.org_id),
      orgc_id: String(row.orgc_id),
      Org: { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid },
      Orgc: { id: String(row.orgc_id), name: row.orgc_name, uuid: row.orgc_uuid },
    },
  };
}
