import { isNotExcluded } from './exclusions.ts';

/**
 * SQL of the distinct halves by which visible attributes take part in correlation, as `columns` and `h`.
 * `correlates` = 2 admits second halves (0001-core.sql).
 */
export function ownHalves(columns: string, condition: string): string {
  return `select distinct ${columns}, half.h from visible_attributes a cross join lateral (
      select a.h1 as h, a.value1 as text union all select a.h2, a.value2 where a.correlates = 2 and a.h2 is not null
    ) half where ${condition} and correlates > 0 and ${isNotExcluded('half.h', 'half.text')}`;
}

/**
 * SQL of the visible attributes of other events that have one of `own`'s halves, up to `limit` (SQL) and one more:
 * a value that half the database shares costs as much as a rare one. Probes attributes_h1 and attributes_h2.
 */
export function othersWithHalf(column: string, limit: string): string {
  return `select ${column} from (
        (select a.${column} from visible_attributes a
          where a.h1 = own.h and a.correlates > 0 and a.event_id <> own.event_id limit ${limit} + 1)
        union all
        (select a.${column} from visible_attributes a
          where a.h2 = own.h and a.correlates = 2 and a.event_id <> own.event_id limit ${limit} + 1)
      ) both_halves limit ${limit} + 1`;
}
