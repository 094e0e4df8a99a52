import type { ListedReportRow, ReportRow } from './queries.ts';

type Json = Record<string, unknown>;

/** The form nested in events. */
export function reportWire(row: ReportRow): Json {
  return {
    id: String(row.id),
    uuid: row.uuid,
    event_id: String(row.event_id),
    name: row.name,
    content: row.content,
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    timestamp: String(row.timestamp),
    deleted: row.deleted,
  };
}

/** The answer of add and edit: the report with its event and sharing group (all null without one). */
export function savedReportWire(row: ListedReportRow): Json {
  return {
    EventReport: reportWire(row),
    Event: {
      id: String(row.event_id),
      orgc_id: String(row.event_orgc_id),
      org_id: String(row.event_org_id),
      info: row.event_info,
      user_id: String(row.event_user_id),
      date: row.event_date,
      Org: { id: String(row.event_org_id), name: row.org_name },
      Orgc: { id: String(row.event_orgc_id), name: row.orgc_name },
    },
    SharingGroup: {
      id: row.group_uuid === null ? null : String(row.sharing_group_id),
      name: row.group_name,
      uuid: row.group_uuid,
    },
  };
}

/** An entry of the index and the answer of view; `Tag` only where the report has tags. */
export function listedReportWire(row: ListedReportRow, tags: { Tag?: Json[] } = {}): Json {
  const saved = savedReportWire(row);
  return { ...saved, EventReport: { ...reportWire(row), ...tags }, RelationshipInbound: [] };
}
