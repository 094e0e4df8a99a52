import { joinValue } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { correlationLimits } from './limits.ts';
import { findRelatedAttributes, type RelatedAttributeRow } from './related-attributes.ts';
import { findRelatedEvents, relatedEventWire } from './related-events.ts';

/** Attributes of the event on one page of its graph. */
const ATTRIBUTES_A_PAGE = 500;
/** Links of one page. */
const MAX_LINKS = 5000;

type Wire = Record<string, unknown>;

/**
 * The correlating attributes of an event behind `after` (an attribute id), and what they meet: nodes and links. `next`
 * is the `after` of the page behind, null on the last one.
 */
export async function correlationGraph(
  magpie: Magpie,
  tx: Transaction,
  event: { id: number; info: string; uuid: string; date: string },
  after: number,
): Promise<Wire> {
  const rows = await tx.prepared<{ id: number; type: string; value1: string; value2: string }>(
    `select id, type, value1, value2 from visible_attributes
     where event_id = $1 and id > $2 and correlates > 0 order by id limit $3`,
    [event.id, after, ATTRIBUTES_A_PAGE],
  );
  const related = await findRelatedAttributes(
    tx,
    rows.map((row) => row.id),
    correlationLimits(magpie),
  );
  const creators = await namesOf(tx, [...related.values()].flat());
  const nodes = new Map<string, Wire>([
    [`event-${event.id}`, { kind: 'event', info: event.info, uuid: event.uuid, date: event.date }],
  ]);
  const links: Wire[] = [];
  let last: number | null = null;
  let isFull = false;
  for (const row of rows) {
    const others = byEvent(related.get(row.id) ?? []);
    // The rest is on the next page; one attribute alone is not parted.
    isFull = links.length > 0 && links.length + others.length + 1 > MAX_LINKS;
    if (isFull) break;
    last = row.id;
    if (others.length === 0) continue;
    const own = `attribute-${row.id}`;
    nodes.set(own, { kind: 'attribute', type: row.type, value: joinValue(row.value1, row.value2) });
    links.push({ source: `event-${event.id}`, target: own });
    for (const other of others) {
      nodes.set(`event-${other.event_id}`, {
        kind: 'event',
        info: other.info,
        uuid: other.event_uuid,
        date: other.date,
        orgc: creators.get(other.orgc_id) ?? '',
      });
      const score = other.score === null ? {} : { score: other.score };
      links.push({ source: own, target: `event-${other.event_id}`, attribute_id: String(other.id), ...score });
    }
  }
  return {
    nodes: [...nodes].map(([id, node]) => ({ id, ...node })),
    links,
    next: isFull || rows.length >= ATTRIBUTES_A_PAGE ? String(last) : null,
  };
}

/** Names of the organisations that made the events. */
async function namesOf(tx: Transaction, rows: readonly RelatedAttributeRow[]): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(rows.map((row) => row.orgc_id))];
  if (ids.length === 0) return new Map();
  const found = await tx.query<{ id: number; name: string }>(
    'select id, name from organisations where id = any ($1::bigint[])',
    [ids],
  );
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** The first of each event. */
function byEvent(rows: readonly RelatedAttributeRow[]): RelatedAttributeRow[] {
  return [...new Map(rows.toReversed().map((row) => [row.event_id, row])).values()].reverse();
}

/** Related events of an event by month, with a page of the events themselves, the newest first. */
export async function correlationTimeline(
  magpie: Magpie,
  tx: Transaction,
  eventId: number,
  page: { limit: number; offset: number },
): Promise<Wire> {
  const related = (await findRelatedEvents(tx, [eventId], correlationLimits(magpie))).get(eventId) ?? [];
  const months = Map.groupBy(related, (row) => row.date.slice(0, 7));
  return {
    total: related.length,
    months: [...months].map(([month, rows]) => ({ month, events: rows.length })),
    events: related.slice(page.offset, page.offset + page.limit).map((row) => relatedEventWire(row).Event),
  };
}
