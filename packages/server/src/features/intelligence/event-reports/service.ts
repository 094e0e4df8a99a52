import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { eventTagWire } from '../../knowledge/tags/wire.ts';
import { loadReportTags, type ReportRow, readReportsOfEvents } from './queries.ts';
import { reportWire } from './wire.ts';

export { captureEventReports } from './capture.ts';

/**
 * The visible reports of events as they are nested in them, by event id. Deleted ones are listed too, as MISP does,
 * but only for who may see deleted elements: the owner organisation, synchronisation accounts, site administrators.
 * `Tag` stands in reports that have tags. Two statements, however many events.
 */
export async function eventReportsWire(
  tx: Transaction,
  eventIds: readonly number[],
  options: { includeAllTags?: boolean; excludeLocalTags?: boolean } = {},
): Promise<Map<number, Record<string, unknown>[]>> {
  const byEvent = new Map<number, Record<string, unknown>[]>();
  if (eventIds.length === 0) return byEvent;
  const rows = await readReportsOfEvents(tx, eventIds, deletedOnlyOf(tx.viewer));
  const tagsOf = await reportTags(tx, rows, options);
  for (const row of rows) {
    const list = byEvent.get(row.event_id) ?? [];
    list.push({ ...reportWire(row), ...tagsOf(row) });
    byEvent.set(row.event_id, list);
  }
  return byEvent;
}

/** `Tag` of each of the reports that has some, as it stands in their JSON. One statement. */
export async function reportTags(
  tx: Transaction,
  reports: readonly Pick<ReportRow, 'id'>[],
  options: { includeAllTags?: boolean; excludeLocalTags?: boolean } = {},
): Promise<(report: Pick<ReportRow, 'id'>) => { Tag?: Record<string, unknown>[] }> {
  if (reports.length === 0) return () => ({});
  const links = await loadReportTags(
    tx,
    reports.map((report) => report.id),
    options,
  );
  const byReport = Map.groupBy(links, (link) => link.event_report_id);
  return (report) => {
    const own = byReport.get(report.id);
    return own ? { Tag: own.map((link) => eventTagWire(link, link)) } : {};
  };
}

/** The organisation whose events alone show the viewer deleted elements; null when every event does. */
export function deletedOnlyOf(viewer: Viewer | null): number | null {
  if (viewer === null || isSiteAdmin(viewer) || can(viewer, 'perm_sync')) return null;
  return viewer.organisationId;
}
