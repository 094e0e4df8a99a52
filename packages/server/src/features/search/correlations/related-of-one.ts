import type { Viewer } from '../../../access/viewer.ts';
import type { Database } from '../../../database/database.ts';
import type { ReadRows } from '../../../database/transaction.ts';
import type { CorrelationLimits } from './limits.ts';
import { othersWithHalf, ownHalves } from './match-sql.ts';
import {
  ORGANISATIONS,
  type RelatedEventRow,
  SHORT_FORM,
  type ShortEventRow,
  WITH_ORGANISATIONS,
} from './related-events.ts';
import { isNotKeptApart } from './rule-conditions.ts';
import { findSimilarPairs } from './similar-pairs.ts';

/** Above so many attributes two connections look up an event's values. */
const MANY = 2500;

const MIDDLE = '(select (min(id) + max(id)) / 2 from visible_attributes where event_id = $1::bigint)';
/** Conditions that part the attributes of an event: statements for each, at the same time, find what one would for all. */
const SHARES = [`event_id = $1::bigint and id <= ${MIDDLE}`, `event_id = $1::bigint and id > ${MIDDLE}`];

/**
 * SQL of the related events of `$1` by those of its attributes that meet the condition, with `columns` of the events `e`
 * and what is joined to them: `$2` the limit of matches, `$3` events that are alike in other ways, `$4` the limit of events.
 */
const relatedOfOne = (condition: string, columns: string, joins = '') => `
  with own as (${ownHalves('event_id', condition)}
  ), probed as (
    select found.event_id as other, count(*) over (partition by own.event_id, own.h) as hits
    from own cross join lateral (${othersWithHalf('event_id', '$2')}) found
  ), others as materialized (
    select other from probed where hits <= $2 union select unnest($3::bigint[])
  )
  select own_event.id as event_id, ${columns}
  from visible_events own_event cross join visible_events e ${joins}
  where own_event.id = $1::bigint and e.id = any (array(select other from others)) and ${isNotKeptApart('own_event', 'e')}
  order by e.date desc, e.id limit $4`;

const OF_SHARES = SHARES.map((condition) => relatedOfOne(condition, SHORT_FORM));

// One row at least: how many attributes the event has, and unless these are too many, what correlates with it.
const OF_SMALL = `
  with size as (
    select coalesce(sum(live), 0)::bigint as attributes from visible_event_attribute_counts where event_id = $1::bigint
  )
  select size.attributes, found.* from size left join (
    ${relatedOfOne(
      'event_id = $1::bigint and (select attributes from size) <= $5',
      `${SHORT_FORM}, ${ORGANISATIONS}`,
      WITH_ORGANISATIONS,
    )}
  ) found on true order by found.date desc, found.id`;

const NAMES = 'select id, name, uuid from organisations where id = any ($1::bigint[])';

/**
 * What `findRelatedEvents` finds of one event, on connections of its own: other transactions may go on meanwhile. The
 * event need not be known yet; of one that the viewer does not see nothing is found. An event of more than `many`
 * attributes is parted.
 */
export async function findRelatedOfOne(
  database: Database,
  viewer: Viewer,
  eventId: number,
  limits: CorrelationLimits | null,
  many = MANY,
): Promise<RelatedEventRow[]> {
  if (limits === null) return [];
  const read: ReadRows = (sql, values) => database.readOnce(viewer, sql, values, { alone: true });
  const pairs = await findSimilarPairs(read, { eventIds: [eventId] }, limits);
  const similar = pairs.map((pair) => pair.other_event);
  const rows = await read<{ attributes: number } & (RelatedEventRow | { id: null })>(OF_SMALL, [
    eventId,
    limits.matches,
    similar,
    limits.perEvent,
    many,
  ]);
  if ((rows[0]?.attributes ?? 0) > many) return findRelatedOfLarge(read, eventId, limits, similar);
  return rows.filter((row) => row.id !== null);
}

/** Each share is looked up by a connection, and the few organisations once. */
async function findRelatedOfLarge(
  read: ReadRows,
  eventId: number,
  limits: CorrelationLimits,
  similar: readonly number[],
): Promise<RelatedEventRow[]> {
  const shares = await Promise.all(
    OF_SHARES.map((sql, share) =>
      read<ShortEventRow>(sql, [eventId, limits.matches, share === 0 ? similar : [], limits.perEvent]),
    ),
  );
  const rows = [...new Map(shares.flat().map((row) => [row.id, row])).values()];
  rows.sort(newestFirst);
  return withNames(read, rows.slice(0, limits.perEvent));
}

function newestFirst(a: ShortEventRow, b: ShortEventRow): number {
  if (a.date === b.date) return a.id - b.id;
  return a.date < b.date ? 1 : -1;
}

async function withNames(read: ReadRows, rows: readonly ShortEventRow[]): Promise<RelatedEventRow[]> {
  const ids = new Set(rows.flatMap((row) => [row.org_id, row.orgc_id]));
  const found = await read<{ id: number; name: string; uuid: string }>(NAMES, [[...ids]]);
  const known = new Map(found.map((organisation) => [organisation.id, organisation]));
  return rows.map((row) => {
    const [org, orgc] = [known.get(row.org_id), known.get(row.orgc_id)];
    const names = { org_name: org?.name ?? null, org_uuid: org?.uuid ?? null };
    return Object.assign(row, names, { orgc_name: orgc?.name ?? null, orgc_uuid: orgc?.uuid ?? null });
  });
}
