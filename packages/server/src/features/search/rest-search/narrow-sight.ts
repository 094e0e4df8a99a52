import type { Transaction } from '../../../database/transaction.ts';
import type { SearchCriteria } from './criteria.ts';
import type { PageBounds } from './page-bounds.ts';

/** Events whose elements are gathered at most, and live attributes in them. */
const MOST_EVENTS = 5000;
const MOST_ATTRIBUTES = 100_000;
/** Counts by type and audience that are added up at first. */
const COUNTS_AT_ONCE = 2000;

/**
 * The events that the viewer sees, where what he sees is a small part of all: a walk over everything in search of it would
 * pass over nearly all in vain. Null where he sees more, and where deleted attributes are asked for, which are not counted.
 */
export async function eventsInSight(
  tx: Transaction,
  { deleted }: SearchCriteria,
  { narrow }: Pick<PageBounds, 'narrow'>,
): Promise<readonly number[] | null> {
  if (deleted !== 'live') return null;
  // Of nearly everybody the first counts tell that he sees more.
  if (!(await isNarrow(tx, narrow, COUNTS_AT_ONCE)) || !(await isNarrow(tx, narrow, null))) return null;
  const events = await tx.query<{ id: number }>('select id from visible_events limit $1', [MOST_EVENTS + 1]);
  return events.length > MOST_EVENTS ? null : events.map(({ id }) => id);
}

/** Whether by so many counts the viewer sees a small part of what is stored. */
async function isNarrow(tx: Transaction, narrow: number, counts: number | null): Promise<boolean> {
  const row = await tx.first<{ seen: number; stored: number }>(
    `select coalesce(sum(u.live), 0)::bigint as seen,
       (select reltuples::bigint from pg_class where oid = 'attributes'::regclass) as stored
     from (select live from visible_attribute_uses limit $1) u`,
    [counts],
  );
  return row !== null && row.seen <= MOST_ATTRIBUTES && row.seen * narrow < row.stored;
}
