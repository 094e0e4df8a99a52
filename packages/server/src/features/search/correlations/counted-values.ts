import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { isNotExcluded } from './exclusions.ts';

const KEPT = 10_000;
/** The newest attributes since the last count, whose values are counted when the list is read. */
const RECENT = 5000;
/** Values known to be more frequent than this are not counted again meanwhile. */
const RECOUNTED = 1000;

/** A value that too many attributes have, with how many. */
export interface CountedValueRow {
  id: number;
  value: string;
  occurrence: number;
  excluded: boolean;
}

// Counted from the indexes alone; only the values kept are looked up.
const COUNT = `
  insert into counted_values (value, h, occurrence)
  select coalesce(
      (select value1 from attributes a where a.h1 = f.h and a.correlates > 0 limit 1),
      (select value2 from attributes a where a.h2 = f.h and a.correlates = 2 limit 1)) as value, h, n
  from (
    select h, sum(n)::bigint as n from (
      select h1 as h, count(*) as n, min(event_id) as low, max(event_id) as high from attributes
        where correlates > 0 group by h1
      union all
      select h2, count(*), min(event_id), max(event_id) from attributes
        where correlates = 2 and h2 is not null group by h2
    ) halves group by h having min(low) <> max(high) order by 2 desc limit $1
  ) f order by n desc, 1`;

/**
 * Counts which values most attributes of different events share, and keeps the first 10,000. Reads all attributes:
 * only an administrator starts it, and one count runs at a time.
 */
export async function countValues(magpie: Magpie): Promise<void> {
  await magpie.database.asSystem('count values', async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(hashtextextended('count values', 0))`);
    await tx.execute('delete from counted_values');
    // What is stored from now on is new when the list is read; what is being stored by now, only when it is counted again.
    await tx.execute('delete from counted_up_to');
    await tx.execute('insert into counted_up_to select coalesce(max(id), 0) from attributes');
    await tx.execute(COUNT, [KEPT]);
  });
}

const KIND = 'count_shared_values';
const DAY_SECONDS = 86_400;

/** Has values counted daily, and on demand in the background. */
export function registerCounting(magpie: Magpie): void {
  magpie.jobs.register(KIND, async () => {
    await countValues(magpie);
    return undefined;
  });
  magpie.jobs.every({ ...COUNTING, name: KIND, everySeconds: DAY_SECONDS });
}

const COUNTING = { kind: KIND, queue: 'default', title: 'Values that most attributes share.', input: null } as const;

/** Counts at once, or in the background where that is done: then the id of the job. */
export async function startCounting(magpie: Magpie, viewer: Viewer): Promise<number | null> {
  if (!magpie.jobs.running || !magpie.settings.get('MISP.background_jobs')) {
    await countValues(magpie);
    return null;
  }
  return magpie.database.as(viewer, (tx) => magpie.jobs.enqueue(tx, COUNTING));
}

/** Counted values, the most frequent first. */
export function listCountedValues(magpie: Magpie, page: { limit: number; offset: number }): Promise<CountedValueRow[]> {
  return magpie.database.asSystem('counted values', (tx) =>
    tx.query<CountedValueRow>(
      `select id, value, occurrence, not (${isNotExcluded('c.h', 'c.value')}) as excluded from counted_values c
       where occurrence >= 2 order by occurrence desc, id limit $1 offset $2`,
      [page.limit, page.offset],
    ),
  );
}

// The values of recent attributes are counted from the indexes, those that the last count knows to be frequent are not.
const OVER = `
  with recent as (
    select h1, h2, correlates from attributes
    where id > coalesce((select attribute_id from counted_up_to), 0) and correlates > 0 order by id desc limit ${RECENT}
  ), halves as (
    select h1 as h from recent union select h2 from recent where correlates = 2 and h2 is not null
  ), recounted as (
    select halves.h, n.* from halves cross join lateral (
      select count(*) as occurrence, min(event_id) as low, max(event_id) as high from (
        select event_id from attributes a where a.h1 = halves.h and a.correlates > 0
        union all select event_id from attributes a where a.h2 = halves.h and a.correlates = 2
      ) held
    ) n where not exists (select from counted_values c where c.h = halves.h and c.occurrence > ${RECOUNTED})
  ), listed as (
    select c.id, c.value, c.h, c.occurrence from counted_values c where c.h not in (select h from recounted)
    union all
    select coalesce((select max(id) from counted_values), 0) + row_number() over (order by r.occurrence desc, r.h),
      coalesce(
        (select value1 from attributes a where a.h1 = r.h and a.correlates > 0 limit 1),
        (select value2 from attributes a where a.h2 = r.h and a.correlates = 2 limit 1)), r.h, r.occurrence
    from recounted r where r.low <> r.high and r.occurrence between $1 and coalesce($2, r.occurrence)
  )
  select id, value, occurrence, not (${isNotExcluded('l.h', 'l.value')}) as excluded from listed l
  where occurrence between $1 and coalesce($2, occurrence) order by occurrence desc, id limit $3 offset $4`;

/**
 * Values by how many attributes have them, within bounds, the most frequent first: as they were last counted, and those
 * of attributes that came since as they are now.
 */
export function listFrequentValues(
  magpie: Magpie,
  bounds: { min: number; max: number | null },
  page: { limit: number; offset: number },
): Promise<CountedValueRow[]> {
  return magpie.database.asSystem('frequent values', (tx) =>
    tx.query<CountedValueRow>(OVER, [bounds.min, bounds.max, page.limit, page.offset]),
  );
}
