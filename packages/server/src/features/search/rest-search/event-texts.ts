import type { Transaction } from '../../../database/transaction.ts';
import { shortEventBlock } from './attribute-json.ts';

/** More events than this are not held at once: about 400 bytes each. */
const MOST_EVENTS = 50_000;

interface ShortEvent {
  id: number;
  org_id: number;
  orgc_id: number;
  distribution: number;
  publish_timestamp: number;
  info: string;
  uuid: string;
}

/**
 * The short blocks of all events that the viewer may see, as `,"Event":{…}` by id: read once for a search with very
 * many rows, which then need not carry their event each. Null when there are too many events for that. An event
 * that is added while the search runs is not known, as if the search had been a moment earlier.
 */
export async function loadEventTexts(
  tx: Transaction,
  options: { eventUuid: boolean },
): Promise<Map<number, Buffer> | null> {
  const events = new Map<number, Buffer>();
  const sql = `select id, org_id, orgc_id, distribution, publish_timestamp, info, uuid from visible_events
    limit ${MOST_EVENTS + 1}`;
  for await (const rows of tx.batches<ShortEvent>(sql, [], 5000)) {
    for (const row of rows) {
      const uuid = options.eventUuid ? `,"event_uuid":"${row.uuid}"` : '';
      events.set(row.id, Buffer.from(`${uuid},"Event":${shortEventBlock(row)}`));
    }
  }
  return events.size > MOST_EVENTS ? null : events;
}
