import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { ReadRows } from '../../../database/transaction.ts';
import { type CorrelationLimits, correlationLimits } from './limits.ts';
import { othersWithHalf, ownHalves } from './match-sql.ts';
import { isNotKeptApart } from './rule-conditions.ts';
import { findSimilarPairs } from './similar-pairs.ts';

// Who sees an attribute sees its event: events are looked at for the rules alone, where there are any.
const COUNTS = `
  with own as (${ownHalves('event_id', 'event_id = any ($1::bigint[])')}
  ), probed as (
    select own.event_id, found.event_id as other, count(*) over (partition by own.event_id, own.h) as hits
    from own cross join lateral (${othersWithHalf('event_id', '$2')}) found
  ), pairs as (
    select event_id, other from probed where hits <= $2
    union select * from unnest($3::bigint[], $4::bigint[])
  )
  select pairs.event_id, least(count(*), $5)::int as n from pairs
  where (select not exists (select from correlation_rules)) or exists (
    select from visible_events e join visible_events mine on mine.id = pairs.event_id
    where e.id = pairs.other and ${isNotKeptApart('mine', 'e')}
  ) group by pairs.event_id`;

/** Changes that the version looks back on, for transactions that commit after later ones. */
const LOOKED_BACK = 2000;
const CORRELATED = `('Event', 'MispAttribute', 'MispObject', 'CorrelationExclusion', 'CorrelationRule')`;
// The newest first, up to a limit: a bound on ids would look to the planner like a third of the log.
const VERSION = `select coalesce(max(id), 0) || ':' || count(*) as version from (
    select id, model from changes order by id desc limit ${LOOKED_BACK}
  ) c where model in ${CORRELATED}`;

const KEPT_VIEWERS = 200;
const KEPT_EVENTS = 2000;
const KEPT_MS = 300_000;

/** Counts of related events, kept for as long as nothing that could change them has been written. */
export interface EventCounts {
  /** How many events correlate with each of `eventIds`, as far as the viewer sees; those he does not see are missing. */
  of(viewer: Viewer, eventIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
}

interface Kept {
  version: string;
  until: number;
  counts: Map<number, number>;
}

/**
 * Keeps counts by what the viewer sees: two viewers with the same audiences share them. The version is the state of
 * the change log, so a write in any process is noticed, and how often it was told that access changed without one; and
 * nothing is kept longer than five minutes, in which a transaction that stayed open during 2,000 later changes may go
 * unnoticed.
 */
export function createEventCounts(magpie: Magpie): EventCounts {
  const kept = new Map<string, Kept>();
  let accessChanges = 0;
  magpie.database.listen('magpie_access', () => {
    accessChanges += 1;
  });
  return {
    async of(viewer, eventIds) {
      const limits = correlationLimits(magpie);
      const state = await magpie.database.aside('state of correlation', (tx) => tx.first<{ version: string }>(VERSION));
      const version = `${state?.version} ${accessChanges} ${JSON.stringify(limits)}`;
      const key = await magpie.database.bitmaps.bindStatement(viewer);
      const known = kept.get(key);
      const isCurrent = known?.version === version && known.until > Date.now() && known.counts.size < KEPT_EVENTS;
      const entry = isCurrent ? known : { version, until: Date.now() + KEPT_MS, counts: new Map<number, number>() };
      const missing = eventIds.filter((id) => !entry.counts.has(id));
      const read: ReadRows = (sql, values) => magpie.database.readOnce(viewer, sql, values, { alone: true });
      const found = await Promise.all(parted(missing).map((part) => countRelated(read, part, limits)));
      for (const [id, count] of found.flatMap((counts) => [...counts])) entry.counts.set(id, count);
      kept.delete(key);
      kept.set(key, entry);
      if (kept.size > KEPT_VIEWERS) kept.delete(kept.keys().next().value ?? key);
      return new Map(eventIds.flatMap((id) => [[id, entry.counts.get(id)] as const]).filter(isCounted));
    },
  };
}

/** Two parts for two connections, which share the work. */
function parted(ids: readonly number[]): number[][] {
  const parts = [ids.filter((_, place) => place % 2 === 0), ids.filter((_, place) => place % 2 === 1)];
  return parts.filter((part) => part.length > 0);
}

function isCounted(entry: readonly [number, number | undefined]): entry is readonly [number, number] {
  return entry[1] !== undefined;
}

/** Related events of each visible event; 0 where there are none. */
export async function countRelated(
  read: ReadRows,
  eventIds: readonly number[],
  limits: CorrelationLimits | null,
): Promise<Map<number, number>> {
  const visible = await read<{ id: number }>('select id from visible_events where id = any ($1::bigint[])', [eventIds]);
  const counts = new Map(visible.map(({ id }) => [id, 0]));
  const ids = [...counts.keys()];
  if (limits === null || ids.length === 0) return counts;
  const similar = await findSimilarPairs(read, { eventIds: ids }, limits);
  const rows = await read<{ event_id: number; n: number }>(COUNTS, [
    ids,
    limits.matches,
    similar.map((pair) => pair.own_event),
    similar.map((pair) => pair.other_event),
    limits.perEvent,
  ]);
  for (const row of rows) counts.set(row.event_id, row.n);
  return counts;
}
