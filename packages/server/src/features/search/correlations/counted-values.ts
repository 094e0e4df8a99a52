import type { Magpie } from '../../../context.ts';
import { isNotExcluded } from './exclusions.ts';

const KEPT = 10_000;

export interface CountedValueRow {
  id: number;
  value: string;
  occurrence: number;
  excluded: boolean;
}

/**
 * Counts which values most attributes of different events share, and keeps the first 10,000. Reads all attributes:
 * only an administrator starts it, and one count runs at a time.
 */
export async function countValues(magpie: Magpie): Promise<void> {
  await magpie.database.asSystem('count values', async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(hashtextextended('count values', 0))`);
    await tx.execute('delete from counted_values');
    await tx.execute(
      `insert into counted_values (value, h, occurrence)
       select min(value), h, count(*) from (
         select h1 as h, value1 as value, event_id from attributes where correlates > 0
         union all select h2, value2, event_id from attributes where correlates = 2 and h2 is not null
       ) halves group by h having min(event_id) <> max(event_id) order by 3 desc, 1 limit $1`,
      [KEPT],
    );
  });
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
