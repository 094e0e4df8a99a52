import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { readReportsOfEvents } from './queries.ts';
import { reportWire } from './wire.ts';

export { captureEventReports } from './capture.ts';

/**
 * The visible reports of events as they are nested in them, by event id. Deleted ones are listed too, as MISP does,
 * but only for who may see deleted elements: the owner organisation, synchronisation accounts, site administrators.
 */
export async function eventReportsWire(
  tx: Transaction,
  eventIds: readonly number[],
): Promise<Map<number, Record<string, unknown>[]>> {
  const byEvent = new Map<number, Record<string, unknown>[]>();
  if (eventIds.length === 0) return byEvent;
  for (const row of await readReportsOfEvents(tx, eventIds, deletedOnlyOf(tx.viewer))) {
    const list = byEvent.get(row.event_id) ?? [];
    list.push(reportWire(row));
    byEvent.set(row.event_id, list);
  }
  return byEvent;
}

/** The organisation whose events alone show the viewer deleted elements; null when every event does. */
export function deletedOnlyOf(viewer: Viewer | null): number | null {
  if (viewer === null || isSiteAdmin(viewer) || can(viewer, 'perm_sync')) return null;
  return viewer.organisationId;
}
