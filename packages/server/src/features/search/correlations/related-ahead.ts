import type { Viewer } from '../../../access/viewer.ts';
import { arrayLiteral } from '../../../database/array-literal.ts';
import type { Database } from '../../../database/database.ts';
import type { ReadRows } from '../../../database/transaction.ts';
import { isNotExcluded } from './exclusions.ts';
import type { CorrelationLimits } from './limits.ts';
import { othersWithHalf } from './match-sql.ts';
import { ORGANISATIONS, type RelatedEventRow, SHORT_FORM, WITH_ORGANISATIONS } from './related-events.ts';
import { isNotKeptApart } from './rule-conditions.ts';

/** A half of a value by which an attribute takes part in correlation. */
export interface Half {
  /** Its digest. */
  readonly h: string;
  readonly text: string;
}

/** Looks for what correlates with a large event while its attributes are being stored. */
export interface RelatedAhead {
  /** Takes the halves of attributes that are about to be stored; the look-up begins at once, on another connection. */
  add(halves: readonly Half[]): void;
  /** Gives up: not all that was taken has been stored. */
  spoil(): void;
  /** The related events of the event, once it is committed; null after `spoil`. */
  rows(): Promise<RelatedEventRow[] | null>;
}

// As for attributes that are stored (related-of-one.ts), with their halves given.
const OTHERS = `
  with own as (
    select distinct $1::bigint as event_id, k.h from unnest($2::bigint[], $3::text[]) k (h, text)
    where ${isNotExcluded('k.h', 'k.text')}
  ), probed as (
    select found.event_id as other, count(*) over (partition by own.h) as hits
    from own cross join lateral (${othersWithHalf('event_id', '$4')}) found
  )
  select distinct other from probed where hits <= $4`;

const EVENTS = `
  select own_event.id as event_id, ${SHORT_FORM}, ${ORGANISATIONS}
  from visible_events own_event cross join visible_events e ${WITH_ORGANISATIONS}
  where own_event.id = $1::bigint and e.id = any ($2::bigint[]) and ${isNotKeptApart('own_event', 'e')}
  order by e.date desc, e.id limit $3`;

/** Starts without halves. Similar values, which only stored attributes have, are not looked for. */
export function lookAhead(
  database: Database,
  viewer: Viewer,
  eventId: number,
  limits: CorrelationLimits,
): RelatedAhead {
  const read: ReadRows = (sql, values) => database.readOnce(viewer, sql, values, { alone: true });
  const looking: Promise<{ other: number }[]>[] = [];
  let isSpoilt = false;
  return {
    add(halves) {
      if (halves.length === 0 || isSpoilt) return;
      const found = read<{ other: number }>(OTHERS, [
        eventId,
        arrayLiteral(halves.map(({ h }) => h)),
        arrayLiteral(halves.map(({ text }) => text)),
        limits.matches,
      ]);
      // Who asks for the rows hears of a failure; where the event is not stored nobody asks.
      found.catch(() => {});
      looking.push(found);
    },
    spoil() {
      isSpoilt = true;
    },
    async rows() {
      if (isSpoilt) return null;
      const others = new Set((await Promise.all(looking)).flat().map(({ other }) => other));
      return others.size === 0 ? [] : read<RelatedEventRow>(EVENTS, [eventId, [...others], limits.perEvent]);
    },
  };
}
