import { joinValue } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { isNotExcluded } from './exclusions.ts';
import type { CorrelationLimits } from './limits.ts';
import { othersWithHalf, ownHalves } from './match-sql.ts';
import { isNotKeptApart } from './rule-conditions.ts';
import { findSimilarPairs } from './similar-pairs.ts';

/** An attribute of another event that correlates with `own_id`, with its event. */
export interface RelatedAttributeRow extends Record<string, unknown> {
  own_id: number;
  id: number;
  event_id: number;
  object_id: number;
  object_relation: string | null;
  category: string;
  type: string;
  value1: string;
  value2: string;
  uuid: string;
  timestamp: number;
  distribution: number;
  sharing_group_id: number;
  to_ids: boolean;
  comment: string;
  event_uuid: string;
  threat_level_id: number;
  analysis: number;
  info: string;
  extends_uuid: string | null;
  event_distribution: number;
  event_sharing_group_id: number;
  published: boolean;
  date: string;
  orgc_id: number;
  org_id: number;
  /** Of similar ssdeep hashes. */
  score: number | null;
}

/** Why an attribute shows fewer correlations than there are. */
export interface HeldBack {
  /** An exclusion names one of its halves. */
  readonly excluded: boolean;
  /** More other attributes than the limit have one of its halves. */
  readonly popular: boolean;
}

const RELATED = `
  with own as (${ownHalves('id, event_id', 'id = any ($1::bigint[])')}
  ), probed as (
    select own.id as own_id, found.id, count(*) over (partition by own.id, own.h) as hits
    from own cross join lateral (${othersWithHalf('id', '$2')}) found
  ), pairs as (
    select own_id, id, max(score) as score from (
      select own_id, id, null::integer as score from probed where hits <= $2
      union all select * from unnest($3::bigint[], $4::bigint[], $5::integer[])
    ) found group by own_id, id
  )
  select pairs.own_id, pairs.score, a.id, a.event_id, a.object_id, a.object_relation, a.category, a.type, a.value1,
    a.value2, a.uuid, a.timestamp, a.distribution, a.sharing_group_id, a.to_ids, a.comment, e.uuid as event_uuid,
    e.threat_level_id, e.analysis, e.info, e.extends_uuid, e.distribution as event_distribution,
    e.sharing_group_id as event_sharing_group_id, e.published, e.date, e.orgc_id, e.org_id
  from pairs join visible_attributes a on a.id = pairs.id join visible_events e on e.id = a.event_id
    join visible_attributes mine on mine.id = pairs.own_id join visible_events own_event on own_event.id = mine.event_id
  where ${isNotKeptApart('own_event', 'e')}
  order by pairs.own_id, a.id`;

/**
 * Attributes of other events that correlate with the given ones, by the ids of these; what the viewer may not see on
 * either side is missing, and so is what the limits hold back.
 */
export async function findRelatedAttributes(
  tx: Transaction,
  attributeIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, RelatedAttributeRow[]>> {
  if (attributeIds.length === 0 || limits === null) return new Map();
  const similar = await findSimilarPairs((sql, values) => tx.prepared(sql, values), { attributeIds }, limits);
  const rows = await tx.prepared<RelatedAttributeRow>(RELATED, [
    attributeIds,
    limits.matches,
    similar.map((pair) => pair.own_id),
    similar.map((pair) => pair.other_id),
    similar.map((pair) => pair.score),
  ]);
  return Map.groupBy(rows, (row) => row.own_id);
}

const HELD_BACK = `
  with halves as (
    select id, event_id, h1 as h, value1 as text from visible_attributes
      where id = any ($1::bigint[]) and correlates > 0
    union all
    select id, event_id, h2, value2 from visible_attributes
      where id = any ($1::bigint[]) and correlates = 2 and h2 is not null
  ), judged as (
    select own.id, not (${isNotExcluded('own.h', 'own.text')}) as excluded,
      (select count(*) from (${othersWithHalf('id', '$2')}) found) > $2 as popular
    from halves own
  )
  select id, bool_or(excluded) as excluded, bool_or(popular and not excluded) as popular from judged
  where excluded or popular group by id`;

/** Which of the given attributes have values that are excluded, or that too many others have. */
export async function findHeldBack(
  tx: Transaction,
  attributeIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, HeldBack>> {
  if (attributeIds.length === 0 || limits === null) return new Map();
  const rows = await tx.prepared<HeldBack & { id: number }>(HELD_BACK, [attributeIds, limits.matches]);
  return new Map(rows.map(({ id, excluded, popular }) => [id, { excluded, popular }]));
}

/** The score where there is one: a member that MISP does not have. */
const scoreOf = ({ score }: RelatedAttributeRow) => (score === null ? {} : { score });

/** A related attribute as an attribute search shows it, with its event. */
export function relatedAttributeWire(row: RelatedAttributeRow): Record<string, unknown> {
  return {
    id: String(row.id),
    event_id: String(row.event_id),
    object_id: String(row.object_id),
    object_relation: row.object_relation,
    category: row.category,
    type: row.type,
    uuid: row.uuid,
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    to_ids: row.to_ids,
    comment: row.comment,
    value: joinValue(row.value1, row.value2),
    ...scoreOf(row),
    Event: {
      id: String(row.event_id),
      uuid: row.event_uuid,
      threat_level_id: String(row.threat_level_id),
      analysis: String(row.analysis),
      info: row.info,
      extends_uuid: row.extends_uuid ?? '',
      distribution: String(row.event_distribution),
      sharing_group_id: String(row.event_sharing_group_id),
      published: row.published,
      date: row.date,
      orgc_id: String(row.orgc_id),
      org_id: String(row.org_id),
    },
  };
}

/** A related attribute as an event shows it: `org_id` is the organisation that created the other event. */
export function granularWire(row: RelatedAttributeRow): Record<string, unknown> {
  return {
    id: String(row.id),
    value: joinValue(row.value1, row.value2),
    org_id: String(row.orgc_id),
    info: row.info,
    event_id: String(row.event_id),
    ...scoreOf(row),
  };
}

/** The parts of an event's attributes that tell of correlations, by attribute; nothing where there is nothing to tell. */
export async function granularParts(
  tx: Transaction,
  attributeIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, Record<string, unknown>>> {
  const related = await findRelatedAttributes(tx, attributeIds, limits);
  const held = await findHeldBack(tx, attributeIds, limits);
  const parts = new Map<number, Record<string, unknown>>();
  for (const id of attributeIds) {
    const [rows, reasons] = [related.get(id), held.get(id)];
    if (rows === undefined && reasons === undefined) continue;
    parts.set(id, {
      ...(rows ? { RelatedAttribute: rows.map(granularWire) } : {}),
      ...(reasons?.excluded ? { correlation_exclusion: true } : {}),
      ...(reasons?.popular ? { over_correlation: true } : {}),
    });
  }
  return parts;
}
