import type { Transaction } from '../../../database/transaction.ts';
import type { CorrelationLimits } from '../correlations/limits.ts';
import { othersWithHalf, ownHalves } from '../correlations/match-sql.ts';
import { isNotKeptApart } from '../correlations/rule-conditions.ts';
import { loadEvents, subjectWire } from './elements.ts';
import type { Subject } from './subject.ts';

type Wire = Record<string, unknown>;

/** Events at either end that are looked at, the attributes that they have together, and links found from them. */
const MAX_ENDS = 200;
const MAX_ATTRIBUTES = 20_000;
const MAX_LINKS = 20_000;
/** Values of a single event that are followed: few events have more. */
const MAX_VALUES = 50_000;
/** A cluster that more events carry says little about two of them. */
const MAX_CARRIERS = 200;

/** What two events share: a value by its digest (as text, it exceeds a number), or a cluster's tag. */
interface Link {
  event_id: number;
  other: number;
  h: string | null;
  tag_id: number | null;
}

/** Ways between two elements, and what they do not tell. */
export interface Paths {
  readonly paths: Wire[][];
  /** There are more ways than were asked for, or than were looked at: an end or a step between has too much. */
  readonly more: boolean;
  /** Values and clusters that events on the way have in common with too many others to be gone over. */
  readonly tooCommon: { readonly values: number; readonly clusters: number };
}

interface Found {
  readonly links: readonly Link[];
  readonly isCut: boolean;
  readonly values: readonly string[];
  readonly clusters: readonly number[];
}

const NOTHING: Found = { links: [], isCut: false, values: [], clusters: [] };
/** Of those too common, as many are told apart. */
const MAX_COMMON = 1000;

const LINKS = `
  with own as (${ownHalves('event_id', 'event_id = any ($1::bigint[])')} limit ${MAX_VALUES}
  ), probed as (
    select own.event_id, own.h, found.event_id as other, count(*) over (partition by own.event_id, own.h) as hits
    from own cross join lateral (${othersWithHalf('event_id', '$2')}) found
  ), carried as (
    select distinct l.event_id, l.tag_id from visible_event_tags l join visible_tags t on t.id = l.tag_id
    where l.event_id = any ($1::bigint[]) and t.is_galaxy
  ), carriers as (
    select c.event_id, found.event_id as other, c.tag_id, found.carriers from carried c cross join lateral (
      select event_id, count(*) over () as carriers from (
        select distinct x.event_id from visible_event_tags x where x.tag_id = c.tag_id and x.event_id <> c.event_id
        limit ${MAX_CARRIERS} + 1
      ) f
    ) found
  ), links as (
    select distinct event_id, other, h, null::bigint as tag_id from probed where hits <= $2
    union all select event_id, other, null, tag_id from carriers where carriers <= ${MAX_CARRIERS}
  ), shown as (
    select links.event_id, links.other, links.h::text as h, links.tag_id
    from links join visible_events mine on mine.id = links.event_id join visible_events e on e.id = links.other
    where links.tag_id is not null or ${isNotKeptApart('mine', 'e')}
    order by links.event_id, links.other, links.h, links.tag_id limit ${MAX_LINKS}
  )
  select (select count(*) from own) >= ${MAX_VALUES} as "isCut",
    array(select distinct h::text from probed where hits > $2 limit ${MAX_COMMON}) as values,
    array(select distinct tag_id from carriers where carriers > ${MAX_CARRIERS} limit ${MAX_COMMON}) as clusters,
    coalesce((select json_agg(shown) from shown), '[]') as links`;

/**
 * Ways from one element to another over shared values and clusters, the shortest first, at most `limit`. A hop goes
 * from an event to what it holds, or back; values too common to correlate are not gone over. Only through what the
 * viewer sees.
 */
export async function findPaths(
  tx: Transaction,
  from: Subject,
  to: Subject,
  bounds: { hops: number; limit: number; limits: CorrelationLimits },
): Promise<Paths> {
  const [start, end] = [await endEvents(tx, from), await endEvents(tx, to)];
  const [starts, goals] = [start.events, end.events];
  const ends = (from.kind === 'event' ? 0 : 1) + (to.kind === 'event' ? 0 : 1);
  const steps = Math.floor((bounds.hops - ends) / 2);
  if (steps < 0) return { paths: [], more: false, tooCommon: { values: 0, clusters: 0 } };
  const goal = new Set(goals);
  // What is asked about is no step between: over it, every event that has it would be one hop from every other.
  const isBetween = (link: Link) => ![from, to].some((end) => isEnd(end, link));
  const chains: Link[][] = [];
  const direct = starts.filter((event) => goal.has(event)).map((event) => [event]);
  const near = steps >= 1 ? await linksOf(tx, starts, bounds.limits) : NOTHING;
  const links = near.links.filter(isBetween);
  chains.push(...links.filter((link) => goal.has(link.other)).map((link) => [link]));
  const isFull = direct.length + chains.length > bounds.limit;
  const far = steps >= 2 && !isFull ? await linksOf(tx, goals, bounds.limits) : NOTHING;
  const met = joined(links, far.links.filter(isBetween), bounds.limit + 1);
  chains.push(...met.chains);
  const kept = chains.slice(0, Math.max(0, bounds.limit - direct.length));
  const wires = await wiresOf(tx, kept, direct.flat());
  const walk = (chain: readonly Link[]) =>
    chain.flatMap((link, place) => [
      ...(place === 0 ? [wires.event(link.event_id)] : []),
      wires.link(link),
      wires.event(link.other),
    ]);
  const around = (middle: Wire[]) => [
    ...(from.kind === 'event' ? [] : [subjectWire(from)]),
    ...middle,
    ...(to.kind === 'event' ? [] : [subjectWire(to)]),
  ];
  const isCut = [start, end, near, far, met].some((part) => part.isCut);
  const isAsked = (h: string | null, tag: number | null) =>
    [from, to].some((one) => isEnd(one, { event_id: 0, other: 0, h, tag_id: tag }));
  return {
    paths: [
      ...direct.slice(0, bounds.limit).map(([event = 0]) => around([wires.event(event)])),
      ...kept.map((chain) => around(walk(chain))),
    ],
    more: isCut || direct.length + chains.length > bounds.limit,
    tooCommon: {
      values: new Set([...near.values, ...far.values].filter((h) => !isAsked(h, null))).size,
      clusters: new Set([...near.clusters, ...far.clusters].filter((id) => !isAsked(null, id))).size,
    },
  };
}

function isEnd(end: Subject, link: Link): boolean {
  if (end.kind === 'event') return false;
  return end.kind === 'tag' ? link.tag_id === end.id : link.h !== null && end.halves.includes(link.h);
}

/** Pairs of steps that are looked at: two ends that share much meet more often than anybody reads. */
const MAX_MEETINGS = 200_000;

/** Two steps that meet in the middle, without going back to where they came from. */
function joined(
  near: readonly Link[],
  far: readonly Link[],
  limit: number,
): { readonly chains: Link[][]; readonly isCut: boolean } {
  const byOther = Map.groupBy(far, (link) => link.other);
  const chains: Link[][] = [];
  let looked = 0;
  for (const one of near) {
    for (const two of byOther.get(one.other) ?? []) {
      looked += 1;
      if (looked > MAX_MEETINGS) return { chains, isCut: true };
      if (two.event_id === one.event_id || (one.h === two.h && one.tag_id === two.tag_id)) continue;
      chains.push([one, { ...two, event_id: two.other, other: two.event_id }]);
      if (chains.length >= limit) return { chains, isCut: false };
    }
  }
  return { chains, isCut: false };
}

async function linksOf(tx: Transaction, events: readonly number[], limits: CorrelationLimits): Promise<Found> {
  if (events.length === 0) return NOTHING;
  const [found = NOTHING] = await tx.prepared<Found & Wire>(LINKS, [events, limits.matches]);
  return { ...found, isCut: found.isCut || found.links.length >= MAX_LINKS };
}

/** The smaller of many first: they say more, and cost less. */
const ends = (events: string) => `
  with ends as (${events}), sized as (
    select id, (select coalesce(sum(c.live), 0) from visible_event_attribute_counts c where c.event_id = ends.id) as size
    from ends
  )
  select id, upto - size < ${MAX_ATTRIBUTES} as fits
  from (select id, size, sum(size) over (order by size, id) as upto from sized) s order by id`;
const WITH_TAG = ends(
  'select distinct event_id as id from visible_event_tags where tag_id = $1 order by 1 desc limit $2',
);
const WITH_VALUE = ends(`select distinct id from (
    (select distinct event_id as id from visible_attributes
      where h1 = any ($1::bigint[]) and correlates > 0 order by 1 limit $2)
    union (select distinct event_id from visible_attributes
      where h2 = any ($1::bigint[]) and correlates = 2 order by 1 limit $2)
  ) f order by 1 limit $2`);

interface End extends Wire {
  id: number;
  fits: boolean;
}

interface Ends {
  readonly events: number[];
  readonly isCut: boolean;
}

async function endEvents(tx: Transaction, subject: Subject): Promise<Ends> {
  if (subject.kind === 'event') return { events: [subject.id], isCut: false };
  const rows =
    subject.kind === 'tag'
      ? await tx.prepared<End>(WITH_TAG, [subject.id, MAX_ENDS])
      : await tx.prepared<End>(WITH_VALUE, [subject.halves, MAX_ENDS]);
  const events = rows.filter(({ fits }) => fits).map(({ id }) => id);
  return { events, isCut: rows.length >= MAX_ENDS || events.length < rows.length };
}

async function wiresOf(tx: Transaction, chains: readonly Link[][], direct: readonly number[]) {
  const links = chains.flat();
  const eventIds = [...new Set([...direct, ...links.flatMap((link) => [link.event_id, link.other])])];
  const events = await loadEvents(tx, eventIds);
  const values = await valuesOf(tx, links);
  const tags = new Map(
    (
      await tx.prepared<{ id: number; name: string }>(
        'select id, name from visible_tags where id = any ($1::bigint[])',
        [links.flatMap((link) => (link.tag_id === null ? [] : [link.tag_id]))],
      )
    ).map((tag) => [tag.id, tag.name]),
  );
  return {
    event: (id: number): Wire => events.get(id) ?? { kind: 'event', id: String(id) },
    link: ({ h, tag_id }: Link): Wire =>
      tag_id === null
        ? { kind: 'value', value: values.get(h ?? '') ?? null }
        : { kind: 'cluster', id: String(tag_id), name: tags.get(tag_id) ?? null },
  };
}

/** The text behind digests, from the events that they were found in. */
async function valuesOf(tx: Transaction, links: readonly Link[]): Promise<Map<string, string>> {
  const shared = links.filter((link) => link.h !== null);
  if (shared.length === 0) return new Map();
  const rows = await tx.prepared<{ h: string; value: string }>(
    `select k.h::text as h, coalesce(
       (select value1 from visible_attributes a where a.h1 = k.h and a.event_id = k.event_id and a.correlates > 0 limit 1),
       (select value2 from visible_attributes a where a.h2 = k.h and a.event_id = k.event_id and a.correlates = 2 limit 1)) as value
     from unnest($1::bigint[], $2::bigint[]) as k (h, event_id)`,
    [shared.map((link) => link.h), shared.map((link) => link.event_id)],
  );
  return new Map(rows.map((row) => [row.h, row.value]));
}
