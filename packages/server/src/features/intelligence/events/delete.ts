import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { freezeEvent } from '../event-bin/bin.ts';
import type { EventRow } from './rows.ts';

/** Everything that hangs on an event, children first. */
export const EVENT_TABLES = [
  'attribute_tags',
  'event_tags',
  'event_report_tags',
  'attachments',
  'proposals',
  'sightings',
  'object_references',
  'attributes',
  'objects',
  'event_reports',
  'cryptographic_keys',
  'event_graphs',
  'event_locks',
  'event_contacts',
  'event_attribute_counts',
  'event_history_floors',
] as const;

/**
 * Removes an event with all of its rows, hidden ones too, and puts its uuid on the blocklist so that a peer does not
 * bring it back. It can be recovered from the bin for a while. The caller has checked the right.
 */
export async function removeEvent(magpie: Magpie, tx: Transaction, event: EventRow): Promise<void> {
  await tx.elevated('an event goes with its hidden parts', async () => {
    await freezeEvent(tx, event, EVENT_TABLES);
    for (const table of EVENT_TABLES) await tx.execute(`delete from ${table} where event_id = $1`, [event.id]);
    await tx.execute('delete from events where id = $1', [event.id]);
    if (!magpie.settings.get('MISP.enableEventBlocklisting')) return;
    await tx.execute(
      `insert into event_blocklists (event_uuid, event_info, event_orgc, comment)
       select $1, $2, coalesce((select name from organisations where id = $3), ''),
         'Automatically blocked by deleting event'
       on conflict (event_uuid) do nothing`,
      [event.uuid, event.info, event.orgc_id],
    );
  });
  const { info, date, distribution, orgc_id } = event;
  await recordChanges(tx, [
    {
      model: 'Event',
      action: 'delete',
      modelId: event.id,
      modelUuid: event.uuid,
      eventId: event.id,
      title: info,
      before: { info, date, distribution, orgc_id },
    },
  ]);
}
