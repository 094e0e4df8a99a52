import type { Transaction } from '../../../database/transaction.ts';
import { ATTRIBUTE_PARTS } from '../attributes/attribute-parts.ts';
import type { EventRow } from '../events/rows.ts';

/** Days that a deleted event can be brought back. */
export const KEPT_DAYS = 90;

/** A deleted event as the bin lists it. */
export interface DeletedEvent {
  event_id: number;
  uuid: string;
  info: string;
  date: string;
  org_id: number;
  orgc_id: number;
  user_id: number;
  deleted_at: Date;
}

/** Tables whose rows are not kept: counts follow by themselves, locks and messages mean nothing later. */
const NOT_KEPT = new Set(['event_attribute_counts', 'event_locks', 'event_contacts']);

/**
 * Keeps the rows of an event that is about to be deleted, and lets go of what was deleted long ago. Rows move within
 * PostgreSQL: nothing is held here, whatever the size. The transaction must have full rights.
 */
export async function freezeEvent(tx: Transaction, event: EventRow, tables: readonly string[]): Promise<void> {
  await tx.execute(`delete from deleted_events where deleted_at < now() - make_interval(days => $1)`, [KEPT_DAYS]);
  await tx.execute(
    `insert into deleted_events (event_id, uuid, info, date, org_id, orgc_id, user_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [event.id, event.uuid, event.info, event.date, event.org_id, event.orgc_id, tx.viewer?.userId ?? 0],
  );
  for (const table of tables) {
    if (NOT_KEPT.has(table)) continue;
    await tx.execute(
      `insert into deleted_event_rows (event_id, source, content)
       select $1, $2, to_jsonb(t) from ${table} t where t.event_id = $1`,
      [event.id, table],
    );
  }
  await tx.execute(
    `insert into deleted_event_rows (event_id, source, content)
     select $1, 'events', to_jsonb(e) from events e where e.id = $1`,
    [event.id],
  );
}

/** Deleted events that can be brought back, the latest first. The transaction must have full rights. */
export function listDeletedEvents(tx: Transaction, page: { limit: number; offset: number }): Promise<DeletedEvent[]> {
  return tx.query<DeletedEvent>(
    `select * from deleted_events where deleted_at >= now() - make_interval(days => $1)
     order by deleted_at desc, event_id desc limit $2 offset $3`,
    [KEPT_DAYS, page.limit, page.offset],
  );
}

/**
 * Puts the rows of a deleted event back as they were, under the same ids. Parts whose uuid belongs to something else
 * by now stay away. Null when the bin has no such event. The transaction must have full rights.
 */
export async function thawEvent(tx: Transaction, eventId: number, tables: readonly string[]): Promise<EventRow | null> {
  const deleted = await tx.first<DeletedEvent>('select * from deleted_events where event_id = $1 for update', [
    eventId,
  ]);
  if (deleted === null) return null;
  // Parents first: the event, and its tables in the order opposite to that of deletion.
  for (const table of ['events', ...tables.toReversed()]) {
    if (NOT_KEPT.has(table)) continue;
    await tx.execute(
      `insert into ${table} select r.* from deleted_event_rows d
         cross join lateral jsonb_populate_record(null::${table}, d.content) r
       where d.event_id = $1 and d.source = $2 on conflict do nothing`,
      [eventId, table],
    );
  }
  await dropOrphans(tx, eventId);
  // Organisations may have been merged meanwhile; the bin's own columns went along.
  const event = await tx.first<EventRow>('update events set org_id = $2, orgc_id = $3 where id = $1 returning *', [
    eventId,
    deleted.org_id,
    deleted.orgc_id,
  ]);
  await tx.execute('delete from deleted_events where event_id = $1', [eventId]);
  await tx.execute('delete from event_blocklists where event_uuid = $1', [deleted.uuid]);
  return event;
}

/** Parts of attributes and objects that could not come back. */
async function dropOrphans(tx: Transaction, eventId: number): Promise<void> {
  for (const table of ATTRIBUTE_PARTS) {
    await tx.execute(
      `delete from ${table} t where t.event_id = $1 and t.attribute_id <> 0
         and not exists (select from attributes a where a.id = t.attribute_id)`,
      [eventId],
    );
  }
  await tx.execute(
    `delete from event_report_tags t where t.event_id = $1
       and not exists (select from event_reports r where r.id = t.event_report_id)`,
    [eventId],
  );
  await tx.execute(
    `delete from attributes a where a.event_id = $1 and a.object_id <> 0
       and not exists (select from objects o where o.id = a.object_id)`,
    [eventId],
  );
  await tx.execute(
    `delete from object_references r where r.event_id = $1
       and not exists (select from objects o where o.id = r.object_id)`,
    [eventId],
  );
}
