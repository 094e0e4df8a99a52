import type { Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';

/** Tables whose rows do not follow an event: the log stays with the old number, counts follow by themselves. */
const STAYING = ['event_attribute_counts', 'event_delegations'];

/**
 * Makes an event the viewer's, under a new number, as if it had been entered by him: nothing that is kept under the
 * old number (history, log) leads from the new one to who had it before. Runs elevated: hidden parts go over too.
 */
export async function moveEvent(
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  audienceId: number,
): Promise<EventRow> {
  const moved = await tx.first<EventRow>(
    `update events set id = nextval(pg_get_serial_sequence('events', 'id')), org_id = $2, orgc_id = $2, user_id = $3,
       audience_id = $4, delegated_to = null, published = false, publish_timestamp = 0, first_publication = 0,
       locked = false
     where id = $1 returning *`,
    [event.id, viewer.organisationId, viewer.userId, audienceId],
  );
  if (moved === null) throw new Error('the event is gone');
  for (const table of await tablesOfEvents(tx)) {
    await tx.execute(`update ${table} set event_id = $2 where event_id = $1`, [event.id, moved.id]);
  }
  await tx.execute('delete from event_attribute_counts where event_id = $1', [event.id]);
  await renounce(tx, viewer, event.org_id, moved.id);
  return moved;
}

/** Every table whose rows belong to an event, quoted: those of later versions too. */
async function tablesOfEvents(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select quote_ident(c.relname) as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where a.attname = 'event_id' and not a.attisdropped and c.relkind = 'r' and not c.relispartition
       and c.relnamespace = current_schema()::regnamespace and c.relname <> all ($1::text[])`,
    [STAYING],
  );
  return rows.map(({ name }) => name);
}

/** What the former owner has said about the event himself is now said by the new one. */
async function renounce(tx: Transaction, viewer: Viewer, formerOwner: number, eventId: number): Promise<void> {
  await tx.execute('update sightings set org_id = $3 where event_id = $1 and org_id = $2', [
    eventId,
    formerOwner,
    viewer.organisationId,
  ]);
  await tx.execute('update proposals set org_id = $3, user_id = $4, email = $5 where event_id = $1 and org_id = $2', [
    eventId,
    formerOwner,
    viewer.organisationId,
    viewer.userId,
    viewer.email,
  ]);
}
