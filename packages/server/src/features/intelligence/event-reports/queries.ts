import type { Transaction } from '../../../database/transaction.ts';
import type { TagRow } from '../../knowledge/tags/rows.ts';

/** A report as stored. */
export interface ReportRow {
  id: number;
  uuid: string;
  event_id: number;
  name: string;
  content: string;
  distribution: number;
  sharing_group_id: number;
  timestamp: number;
  deleted: boolean;
  audience_id: number;
}

/** A report with what its own JSON shows of the event and the sharing group. */
export interface ListedReportRow extends ReportRow {
  event_orgc_id: number;
  event_org_id: number;
  event_user_id: number;
  event_info: string;
  event_date: string;
  org_name: string | null;
  orgc_name: string | null;
  group_name: string | null;
  group_uuid: string | null;
}

/** The values of a report to store. */
export type NewReport = Omit<ReportRow, 'id' | 'event_id'>;

const COLUMNS = 'id, uuid, event_id, name, content, distribution, sharing_group_id, timestamp, deleted, audience_id';

/** Visible reports of one event with these uuids, by the index on uuid; locked against others' changes. */
export function findReportsForChange(tx: Transaction, eventId: number, uuids: readonly string[]): Promise<ReportRow[]> {
  return tx.query<ReportRow>(
    `select ${COLUMNS} from visible_event_reports where event_id = $1 and uuid = any($2::uuid[]) for update`,
    [eventId, uuids],
  );
}

/** A visible report by id or uuid. */
export function findReport(tx: Transaction, key: { id: number } | { uuid: string }): Promise<ReportRow | null> {
  return 'id' in key
    ? tx.first<ReportRow>(`select ${COLUMNS} from visible_event_reports where id = $1`, [key.id])
    : tx.first<ReportRow>(`select ${COLUMNS} from visible_event_reports where uuid = $1`, [key.uuid]);
}

/** Stores reports; those whose uuid any report has already are missing in the answer. */
export function insertReports(tx: Transaction, eventId: number, reports: readonly NewReport[]): Promise<ReportRow[]> {
  const column = <T>(read: (report: NewReport) => T) => reports.map(read);
  return tx.query<ReportRow>(
    `insert into visible_event_reports (event_id, uuid, name, content, distribution, sharing_group_id, timestamp, deleted,
       audience_id)
     select $1, uuid, name, content, distribution, sharing_group_id, timestamp, deleted, audience_id
     from unnest($2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::bigint[], $7::bigint[], $8::boolean[],
       $9::integer[]) with ordinality
       as r (uuid, name, content, distribution, sharing_group_id, timestamp, deleted, audience_id, n)
     order by n on conflict (uuid) do nothing returning ${COLUMNS}`,
    [
      eventId,
      column((report) => report.uuid),
      column((report) => report.name),
      column((report) => report.content),
      column((report) => report.distribution),
      column((report) => report.sharing_group_id),
      column((report) => report.timestamp),
      column((report) => report.deleted),
      column((report) => report.audience_id),
    ],
  );
}

/** Writes changed reports by primary key; their tags follow their audience. */
export async function updateReports(tx: Transaction, reports: readonly ReportRow[]): Promise<void> {
  const column = <T>(read: (report: ReportRow) => T) => reports.map(read);
  await tx.elevated('tags of a report follow its audience', () =>
    tx.execute(
      `update event_report_tags t set audience_id = c.audience_id
       from unnest($1::bigint[], $2::integer[]) as c (id, audience_id)
       where t.event_report_id = c.id and t.audience_id <> c.audience_id`,
      [column((report) => report.id), column((report) => report.audience_id)],
    ),
  );
  await tx.execute(
    `update visible_event_reports r set name = c.name, content = c.content, distribution = c.distribution,
       sharing_group_id = c.sharing_group_id, timestamp = c.timestamp, deleted = c.deleted, audience_id = c.audience_id
     from unnest($1::bigint[], $2::text[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[], $7::boolean[],
       $8::integer[]) as c (id, name, content, distribution, sharing_group_id, timestamp, deleted, audience_id)
     where r.id = c.id`,
    [
      column((report) => report.id),
      column((report) => report.name),
      column((report) => report.content),
      column((report) => report.distribution),
      column((report) => report.sharing_group_id),
      column((report) => report.timestamp),
      column((report) => report.deleted),
      column((report) => report.audience_id),
    ],
  );
}

/** Removes the row for good, with its tags. */
export async function deleteReport(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from visible_event_report_tags where event_report_id = $1', [id]);
  await tx.execute('delete from visible_event_reports where id = $1', [id]);
}

/** What the index is narrowed to. */
export interface ReportFilter {
  ids: readonly number[] | null;
  uuids: readonly string[] | null;
  eventId: number | null;
  /** A part of name, content or uuid. */
  search: string | null;
  deleted: boolean | null;
  /** Deleted reports of others' events are for these rights alone; null: they are for the viewer. */
  deletedOnlyOfOrganisation: number | null;
}

/**
 * Visible reports in the order of their ids behind `afterId`, at most `limit`, by the primary key, the uuids or the event
 * index.
 */
export function listReports(
  tx: Transaction,
  filter: ReportFilter,
  page: { afterId: number; limit: number },
): Promise<ListedReportRow[]> {
  return tx.query<ListedReportRow>(
    `select ${COLUMNS.split(', ')
      .map((name) => `r.${name}`)
      .join(
        ', ',
      )}, e.orgc_id as event_orgc_id, e.org_id as event_org_id, e.user_id as event_user_id, e.info as event_info,
       e.date as event_date, org.name as org_name, orgc.name as orgc_name, g.name as group_name, g.uuid as group_uuid
     from visible_event_reports r join visible_events e on e.id = r.event_id
       left join organisations org on org.id = e.org_id left join organisations orgc on orgc.id = e.orgc_id
       left join visible_sharing_groups g on g.id = r.sharing_group_id and r.sharing_group_id <> 0
     where r.id > $1 and ($2::bigint[] is null or r.id = any($2::bigint[])) and ($3::bigint is null or r.event_id = $3)
       and ($4::text is null or strpos(lower(concat_ws(E'\\n', r.name, r.content, r.uuid::text)), lower($4)) > 0)
       and ($5::boolean is null or r.deleted = $5)
       and (not r.deleted or $6::bigint is null or e.org_id = $6) and ($7::uuid[] is null or r.uuid = any($7::uuid[]))
     order by r.id limit $8`,
    [
      page.afterId,
      filter.ids,
      filter.eventId,
      filter.search,
      filter.deleted,
      filter.deletedOnlyOfOrganisation,
      filter.uuids,
      page.limit,
    ],
  );
}

/** Reports of events as they are nested in them, in the order of their ids, by the index on event. */
export function readReportsOfEvents(
  tx: Transaction,
  eventIds: readonly number[],
  deletedOnlyOfOrganisation: number | null,
): Promise<ReportRow[]> {
  return tx.query<ReportRow>(
    `select ${COLUMNS} from visible_event_reports r where event_id = any($1::bigint[])
       and (not deleted or $2::bigint is null
         or exists (select from visible_events e where e.id = r.event_id and e.org_id = $2))
     order by event_id, id`,
    [eventIds, deletedOnlyOfOrganisation],
  );
}

/** A tag on a report. */
export interface ReportTagRow extends Omit<TagRow, 'org_id'> {
  event_report_id: number;
  link_id: number;
  local: boolean;
  relationship_type: string;
}

/** Tags of reports, oldest link first. */
export function loadReportTags(
  tx: Transaction,
  reportIds: readonly number[],
  options: { includeAllTags?: boolean; excludeLocalTags?: boolean } = {},
): Promise<ReportTagRow[]> {
  return tx.prepared<ReportTagRow>(
    `select l.event_report_id, l.id as link_id, l.local, l.relationship_type, t.id, t.name, t.colour, t.exportable,
       t.user_id, t.hide_tag, t.numerical_value, t.is_galaxy, t.is_custom_galaxy, t.local_only
     from visible_event_report_tags l join visible_tags t on t.id = l.tag_id
     where l.event_report_id = any ($1::bigint[]) and ($2 or t.exportable) and ($3 or not l.local) order by l.id`,
    [reportIds, options.includeAllTags ?? false, !options.excludeLocalTags],
  );
}
