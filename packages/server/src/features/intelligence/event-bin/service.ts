import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { contextOf } from '../attributes/service.ts';
import { EVENT_TABLES, removeEvent } from '../events/delete.ts';
import { refoldEvent } from '../events/refold.ts';
import type { EventRow } from '../events/rows.ts';
import { type DeletedEvent, listDeletedEvents, thawEvent } from './bin.ts';

const CULL_BATCH = 100;

/** The events in the bin. The caller has checked that the viewer is a site administrator. */
export function deletedEvents(magpie: Magpie, page: { limit: number; offset: number }): Promise<DeletedEvent[]> {
  return magpie.database.asSystem('list deleted events', (tx) => listDeletedEvents(tx, page));
}

/**
 * Brings a deleted event back with everything it held and the same ids. It is visible by what its distributions mean
 * today. Throws `NotFound`, and `Refused` when its uuid was taken meanwhile. For site administrators.
 */
export function recoverEvent(magpie: Magpie, viewer: Viewer, eventId: number | null): Promise<void> {
  if (eventId === null) throw new NotFound('Invalid event');
  return magpie.database.asSystem('recover a deleted event', async (tx) => {
    const known = await tx.first<{ id: number }>(
      'select e.id from deleted_events d join events e on e.uuid = d.uuid or e.id = d.event_id where d.event_id = $1',
      [eventId],
    );
    if (known) throw new Refused('An event with this uuid exists already.');
    const event = await thawEvent(tx, eventId, EVENT_TABLES);
    if (event === null) throw new NotFound('Invalid event');
    const context = await contextOf(magpie, tx, viewer, event);
    await tx.execute('update events set audience_id = $2 where id = $1', [event.id, context.event.audience.id]);
    await refoldEvent(context);
    await recordChanges(tx, [eventChange('undelete', event)], viewer);
  });
}

/** Deletes all events without attributes, objects and reports, batch by batch. Returns how many. For site administrators. */
export async function cullEmptyEvents(magpie: Magpie, viewer: Viewer): Promise<number> {
  let culled = 0;
  for (;;) {
    const count = await magpie.database.as(viewer, async (tx) => {
      const empty = await tx.query<EventRow>(
        `select * from visible_events e
         where not exists (select from visible_attributes a where a.event_id = e.id)
           and not exists (select from visible_objects o where o.event_id = e.id)
           and not exists (select from visible_event_reports r where r.event_id = e.id)
         order by e.id limit $1 for update of e`,
        [CULL_BATCH],
      );
      for (const event of empty) await removeEvent(magpie, tx, event);
      return empty.length;
    });
    culled += count;
    if (count < CULL_BATCH) return culled;
  }
}

function eventChange(action: string, event: EventRow) {
  return {
    model: 'Event',
    action,
    modelId: event.id,
    modelUuid: event.uuid,
    eventId: event.id,
    title: event.info,
    after: { info: event.info, date: event.date, distribution: event.distribution, orgc_id: event.orgc_id },
  };
}
