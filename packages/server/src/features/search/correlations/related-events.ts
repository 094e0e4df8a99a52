import type { Viewer } from '../../../access/viewer.ts';
import type { Database } from '../../../database/database.ts';
import type { ReadRows, Transaction } from '../../../database/transaction.ts';
import type { CorrelationLimits } from './limits.ts';
import { othersWithHalf, ownHalves } from './match-sql.ts';
import { isNotKeptApart } from './rule-conditions.ts';
import { findSimilarPairs } from './similar-pairs.ts';

/** The columns of `ShortEventRow` that are of an event `e` itself. */
export const SHORT_FORM = `e.id, e.date, e.threat_level_id, e.info, e.published, e.uuid, e.analysis, e.timestamp,
      e.distribution, e.org_id, e.orgc_id`;

/** The columns of `RelatedEventRow` that are of its organisations, and how an event `e` is joined with them. */
export const ORGANISATIONS =
  'org.name as org_name, org.uuid as org_uuid, orgc.name as orgc_name, orgc.uuid as orgc_uuid';

/** Joins both organisations of the event `e`. */
export const WITH_ORGANISATIONS =
  'left join organisations org on org.id = e.org_id left join organisations orgc on orgc.id = e.orgc_id';

/** An event that correlates with `event_id`. */
export interface ShortEventRow extends Record<string, unknown> {
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
}

/** A correlating event in the short form of `RelatedEvent`. */
export interface RelatedEventRow extends ShortEventRow {
  org_name: string | null;
  org_uuid: string | null;
  orgc_name: string | null;
  orgc_uuid: string | null;
}

/**
 * SQL of related events of the events whose attributes meet a condition, for `$2` the limit of matches, `$3` and `$4`
 * pairs of events that are alike in other ways, `$5` the limit of events. For each distinct value the indexes are probed
 * up to the limit plus one (match-sql.ts).
 */
const relatedSql = (condition: string) => `
  with own as (${ownHalves('event_id', condition)}
  ), probed as (
    select own.event_id, found.event_id as other, count(*) over (partition by own.event_id, own.h) as hits
    from own cross join lateral (${othersWithHalf('event_id', '$2')}) found
  ), pairs as (
    select event_id, other from probed where hits <= $2
    union select * from unnest($3::bigint[], $4::bigint[])
  ), placed as (
    select pairs.event_id, ${SHORT_FORM},
      row_number() over (partition by pairs.event_id order by e.date desc, e.id) as place
    from pairs join visible_events e on e.id = pairs.other
      join visible_events own_event on own_event.id = pairs.event_id
    where ${isNotKeptApart('own_event', 'e')}
  )
  select placed.*, ${ORGANISATIONS}
  from placed left join organisations org on org.id = placed.org_id
    left join organisations orgc on orgc.id = placed.orgc_id
  where place <= $5 order by placed.event_id, place`;

// The plan for one event is the same for all, so PostgreSQL makes it once a connection; for lists it plans each time.
const RELATED = { one: relatedSql('event_id = $1::bigint'), many: relatedSql('event_id = any ($1::bigint[])') };

/**
 * Events that share a value with each of `eventIds`, newest date first, then by id; only what the viewer may see on both sides.
 * Values that more other attributes have than the limit says are left out, as MISP does with over-correlating values.
 */
export async function findRelatedEvents(
  tx: Transaction,
  eventIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, RelatedEventRow[]>> {
  return related((sql, values) => tx.prepared(sql, values), eventIds, limits);
}

/** The same on a connection of its own, while the caller's transaction, which has written nothing, reads on. */
export async function findRelatedEventsBeside(
  database: Database,
  viewer: Viewer,
  eventIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, RelatedEventRow[]>> {
  return related((sql, values) => database.readOnce(viewer, sql, values, { alone: true }), eventIds, limits);
}

async function related(
  read: ReadRows,
  eventIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, RelatedEventRow[]>> {
  if (eventIds.length === 0 || limits === null) return new Map();
  const similar = await findSimilarPairs(read, { eventIds }, limits);
  const [first] = eventIds;
  const isOne = eventIds.length === 1 && first !== undefined;
  const rows = await read<RelatedEventRow>(isOne ? RELATED.one : RELATED.many, [
    isOne ? first : eventIds,
    limits.matches,
    similar.map((pair) => pair.own_event),
    similar.map((pair) => pair.other_event),
    limits.perEvent,
  ]);
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
