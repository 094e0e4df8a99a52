import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { isNotExcluded } from './exclusions.ts';

const KEPT = 10_000;

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

/** Counted values, the most frequent first; `min` and `max` bound how often they occur. */
export function listCountedValues(
  magpie: Magpie,
  bounds: { min: number; max: number | null },
  page: { limit: number; offset: number },
): Promise<CountedValueRow[]> {
  return magpie.database.asSystem('counted values', (tx) =>
    tx.query<CountedValueRow>(
      `select id, value, occurrence, not (${isNotExcluded('c.h', 'c.value')}) as excluded from counted_values c
       where occurrence >= $1 and ($2::bigint is null or occurrence <= $2)
       order by occurrence desc, id limit $3 offset $4`,
      [bounds.min, bounds.max, page.limit, page.offset],
    ),
  );
}
