import type { Transaction } from '../../../database/transaction.ts';

// All of these count what the viewer sees. Their cost grows with the tables; kept-results.ts bounds how often they run.

/** How much an instance or an organisation has, in all and this month. */
export interface CountRow {
  events: number;
  events_month: number;
  attributes: number;
  attributes_month: number;
  proposals: number;
  organisations: number;
  local_organisations: number;
  contributing: number;
}

/** Totals of the instance. Attributes come from the counts by event; those of this month from the index on timestamp. */
export async function countEverything(tx: Transaction, monthStart: number): Promise<CountRow> {
  const row = await tx.first<CountRow>(
    `select (select count(*) from visible_events) as events,
       (select count(*) from visible_events where date >= to_timestamp($1)::date) as events_month,
       (select coalesce(sum(live), 0) from visible_event_attribute_counts) as attributes,
       (select count(*) from visible_attributes where timestamp >= $1 and not deleted) as attributes_month,
       (select count(*) from visible_proposals where not deleted) as proposals,
       (select count(*) from organisations) as organisations,
       (select count(*) from organisations where local) as local_organisations,
       (select count(distinct orgc_id) from visible_events) as contributing`,
    [monthStart],
  );
  if (row === null) throw new Error('nothing was counted');
  return row;
}

/** Attributes whose values are looked at when it is counted how many of them several events share. */
const COUNTED_VALUES = 200_000;

/**
 * How many values several of the events share. Of very many attributes those are counted whose digests stand in a part of
 * all digests, and taken as often: digests are spread evenly.
 */
export async function countSharedValues(
  tx: Transaction,
  attributes: number,
  counted: number = COUNTED_VALUES,
): Promise<number> {
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(1, attributes / counted))));
  const end = halvings === 0 ? null : String(-(2n ** 63n) + 2n ** BigInt(64 - halvings));
  const row = await tx.first<{ n: number }>(
    `select count(*) as n from (
       select 1 from visible_attributes where correlates > 0${end === null ? '' : ' and h1 < $1::bigint'} group by h1
       having min(event_id) <> max(event_id)) shared`,
    end === null ? [] : [end],
  );
  return (row?.n ?? 0) * 2 ** halvings;
}

/** How many users there are, and how many are new. */
export interface UserCounts {
  total: number;
  month: number;
  year: number;
  with_key: number;
}

/** As system: how many users there are says nothing of who they are. */
export async function countUsers(tx: Transaction, monthStart: number, yearStart: number): Promise<UserCounts> {
  const row = await tx.first<UserCounts>(
    `select count(*) as total, count(*) filter (where date_created >= $1) as month,
       count(*) filter (where date_created >= $2) as year, count(*) filter (where gpgkey <> '') as with_key from users`,
    [monthStart, yearStart],
  );
  return row ?? { total: 0, month: 0, year: 0, with_key: 0 };
}

/** Local and other organisations, each in all and those made since the two times (epoch seconds). */
export function countOrganisations(
  tx: Transaction,
  monthStart: number,
  yearStart: number,
): Promise<{ local: boolean; total: number; month: number; year: number }[]> {
  return tx.query(
    `select local, count(*) as total, count(*) filter (where date_created >= to_timestamp($1)) as month,
       count(*) filter (where date_created >= to_timestamp($2)) as year from organisations group by local`,
    [monthStart, yearStart],
  );
}

/** An organisation with what it has contributed. */
export interface OrganisationStatisticsRow {
  id: number;
  name: string;
  description: string | null;
  local: boolean;
  contacts: string | null;
  type: string;
  sector: string;
  nationality: string;
  user_count: number | null;
  event_count: number | null;
  attribute_count: number | null;
}

/** Organisations by name with what they have contributed. `onlyId` leaves out all others. */
export function countByOrganisation(
  tx: Transaction,
  scope: 'local' | 'external' | 'all',
  onlyId: number | null,
): Promise<OrganisationStatisticsRow[]> {
  return tx.query<OrganisationStatisticsRow>(
    `with contributed as (
       select e.orgc_id, count(distinct e.id) as events, coalesce(sum(c.live), 0) as attributes
       from visible_events e left join visible_event_attribute_counts c on c.event_id = e.id group by 1
     )
     select o.id, o.name, o.description, o.local, o.contacts, o.type, o.sector, o.nationality,
       u.user_count, c.events as event_count, c.attributes as attribute_count
     from organisations o left join organisation_user_counts u on u.org_id = o.id
       left join contributed c on c.orgc_id = o.id
     where ($1 = 'all' or o.local = ($1 = 'local')) and ($2::bigint is null or o.id = $2)
     order by lower(o.name), o.id`,
    [scope, onlyId],
  );
}

/** Attributes of the last year's events, by creator organisation and the event's day. */
export function countActivity(tx: Transaction, since: string): Promise<{ org_id: number; day: string; n: number }[]> {
  return tx.query(
    `select e.orgc_id as org_id, e.date as day, coalesce(sum(c.live), 0) as n
     from visible_events e left join visible_event_attribute_counts c on c.event_id = e.id
     where e.date >= $1::date group by 1, 2 order by 2`,
    [since],
  );
}

/**
 * Tags of events that the viewer may see, by how often they are used. Those reserved for one user stay out: the result
 * is kept for his organisation.
 */
export function countTags(tx: Transaction): Promise<{ name: string; namespace: string | null; uses: number }[]> {
  return tx.query(
    `select t.name, x.namespace, l.uses
     from (select tag_id, sum(events)::bigint as uses from visible_tag_uses group by 1 having sum(events) > 0) l join visible_tags t on t.id = l.tag_id and t.user_id = 0
       left join lateral (select namespace from taxonomies x where lower(x.namespace) = lower(split_part(t.name, ':', 1))
         limit 1) x on true
     order by l.uses desc, t.id`,
  );
}

/** Live attributes by creator organisation and type; organisations without any have one row without type. */
export function countTypes(tx: Transaction): Promise<{ org_name: string; type: string | null; n: number }[]> {
  return tx.query(
    `select o.name as org_name, c.type, coalesce(c.n, 0) as n
     from (select distinct orgc_id from visible_events) e join organisations o on o.id = e.orgc_id
       left join (
         select e.orgc_id, a.type, sum(a.live)::bigint as n
         from visible_event_attribute_counts a join visible_events e on e.id = a.event_id
         group by 1, 2 having sum(a.live) > 0
       ) c on c.orgc_id = e.orgc_id
     order by lower(o.name), lower(c.type), c.type`,
  );
}

/** Sightings of an organisation that name a source, by source and type: MISP counts one's own alone. */
export function countSources(
  tx: Transaction,
  organisationId: number,
): Promise<{ source: string; type: number; n: number; event_ids: number[] }[]> {
  return tx.query(
    `select source, type, count(*) as n, (array_agg(distinct event_id))[1:1000] as event_ids
     from visible_sightings where source <> '' and org_id = $1 group by 1, 2 order by 3 desc, 1 limit 1000`,
    [organisationId],
  );
}
