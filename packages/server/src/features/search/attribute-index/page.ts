import type { Transaction } from '../../../database/transaction.ts';
import type { AttributeRow } from '../../intelligence/events/rows.ts';

/** Pages that begin behind this many rows are found by the counts of events. */
const DEEP = 10_000;

/**
 * A page of live attributes, those of the newest events first, by the index (event_id, id). Deep pages pass over whole
 * events by their counts instead of over every attribute.
 */
export async function pageOfAttributes(
  tx: Transaction,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  deep = DEEP,
): Promise<AttributeRow[]> {
  const start = offset < deep ? { before: 0, eventId: null } : await eventAt(tx, offset);
  if (start === null) return [];
  return tx.query<AttributeRow>(
    `select * from visible_attributes where not deleted and ($3::bigint is null or event_id <= $3)
     order by event_id desc, id limit $1 offset $2`,
    [limit, offset - start.before, start.eventId],
  );
}

/** The event that the row stands in, and how many attributes newer events have; null behind the last one. */
function eventAt(tx: Transaction, row: number): Promise<{ before: number; eventId: number } | null> {
  return tx.first<{ before: number; eventId: number }>(
    `select (f.through - f.live)::bigint as before, f.event_id as "eventId" from (
       select c.event_id, sum(c.live) as live, sum(sum(c.live)) over (order by c.event_id desc) as through
       from visible_event_attribute_counts c group by c.event_id) f
     where f.through > $1 order by f.event_id desc limit 1`,
    [row],
  );
}
