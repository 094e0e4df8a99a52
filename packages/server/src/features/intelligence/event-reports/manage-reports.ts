import { randomUUID } from 'node:crypto';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readId, readKey } from '../../../http/lenient.ts';
import { foldEvent } from '../events/add.ts';
import { canModifyEvent, findEvent, touchEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';
import { createGroupResolver, createWriteContext, type WriteContext } from '../events/write-context.ts';
import {
  addChange,
  attachReportTags,
  changedReach,
  editChange,
  logged,
  reportChange,
  resolveReach,
} from './capture.ts';
import {
  deleteReport,
  findReport,
  insertReports,
  type ListedReportRow,
  loadReportTags,
  type ReportRow,
  updateReports,
} from './queries.ts';
import { NAME_MISSING, type ReportInput, readReportInput, UUID_TAKEN } from './report-input.ts';

/** The viewer sees the report, but its event was made by another organisation. */
export class NotReportOwner extends Error {}

const NOT_FOUND = 'Invalid report';
const NO_GROUP = 'Invalid Sharing Group or not authorised.';

/** Adds a report to an event that the viewer may change, which is unpublished thereby. Event id only, as in MISP. */
export function addReport(
  magpie: Magpie,
  viewer: Viewer,
  eventId: string | undefined,
  body: JsonObject,
): Promise<ListedReportRow> {
  const id = readId(eventId);
  if (id === null) throw new Invalid('', 'numeric');
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, id, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden('You do not have permission to do that.');
    const input = readInput(body);
    if (input.name === undefined) throw new Invalid('', NAME_MISSING);
    const context = await openContext(magpie, tx, viewer, event);
    const reach = await resolveReach(context, body, input.distribution ?? 0);
    if (reach === null) throw new Invalid('', NO_GROUP);
    const [row] = await insertReports(tx, event.id, [
      {
        uuid: input.uuid ?? randomUUID(),
        name: input.name,
        content: input.content ?? '',
        timestamp: input.timestamp ?? context.now,
        deleted: false,
        ...reach,
      },
    ]);
    if (row === undefined) throw new Invalid('', UUID_TAKEN);
    await touchEvent(tx, event.id, context.now);
    await recordChanges(tx, [addChange(row)]);
    await attachReportTags(context, [{ plan: { path: 'EventReport', body }, row }]);
    return describe(event, row, tx);
  });
}

/** Changes name, content, distribution; the rest of the body is ignored. Unpublishes the event. */
export function editReport(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<ListedReportRow> {
  return magpie.database.as(viewer, (tx) => changeReport(magpie, tx, viewer, key, { ...body, deleted: undefined }));
}

/** As `editReport`, in the caller's transaction; `deleted` is taken too. */
export async function changeReport(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<ListedReportRow> {
  const { event, report } = await findForChange(tx, viewer, key);
  const input = readInput({ ...body, uuid: undefined, timestamp: undefined });
  const context = await openContext(magpie, tx, viewer, event);
  const reach = await changedReach(context, body, input, report);
  if (reach === null) throw new Invalid('', NO_GROUP);
  const next = {
    ...report,
    name: input.name ?? report.name,
    content: input.content ?? report.content,
    deleted: input.deleted ?? report.deleted,
    ...reach,
  };
  const row = await store(tx, context, report, next);
  await attachReportTags(context, [{ plan: { path: 'EventReport', body }, row }]);
  return describe(event, row, tx);
}

/** Marks a report as deleted, or removes it for good. Unpublishes the event. */
export function removeReport(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  options: { hard: boolean },
): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const { event, report } = await findForChange(tx, viewer, key);
    if (!options.hard) {
      await store(tx, { now: magpie.now() }, report, { ...report, deleted: true });
      return;
    }
    const links = await loadReportTags(tx, [report.id], { includeAllTags: true });
    const tags = links.map(({ name, local }) => ({ name, local }));
    await deleteReport(tx, report.id);
    await touchEvent(tx, event.id, magpie.now());
    await recordChanges(tx, [
      { ...reportChange('delete', report), before: { ...logged(report), ...(tags.length > 0 ? { tags } : {}) } },
    ]);
  });
}

/** Takes a soft deletion back. Unpublishes the event. */
export function restoreReport(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const { report } = await findForChange(tx, viewer, key);
    await store(tx, { now: magpie.now() }, report, { ...report, deleted: false });
  });
}

/** A visible report by id or uuid as sent, or null. */
export async function findReportByText(tx: Transaction, text: string | undefined): Promise<ReportRow | null> {
  const key = readKey(text);
  return key && findReport(tx, key);
}

async function findForChange(
  tx: Transaction,
  viewer: Viewer,
  key: string | undefined,
): Promise<{ event: EventRow; report: ReportRow }> {
  const found = await findReportByText(tx, key);
  // The event is locked first, as everywhere, so that two writers cannot wait for each other; then the report is read anew.
  const event = found === null ? null : await findEvent(tx, found.event_id, { lock: true });
  const report = found === null ? null : await findReport(tx, { id: found.id });
  if (event === null || report === null) throw new NotFound(NOT_FOUND);
  if (!isSiteAdmin(viewer) && event.orgc_id !== viewer.organisationId) throw new NotReportOwner('Unauthorized');
  return { event, report };
}

async function store(
  tx: Transaction,
  { now }: { now: number },
  before: ReportRow,
  wanted: ReportRow,
): Promise<ReportRow> {
  const after = { ...wanted, timestamp: Math.max(now, before.timestamp) };
  await updateReports(tx, [after]);
  await touchEvent(tx, after.event_id, now);
  await recordChanges(tx, editChange(before, after));
  return after;
}

function readInput(body: JsonObject): ReportInput {
  const input = readReportInput(body);
  if (typeof input === 'string') throw new Invalid('', input);
  return input;
}

async function openContext(magpie: Magpie, tx: Transaction, viewer: Viewer, event: EventRow): Promise<WriteContext> {
  const audience = await foldEvent(magpie, {
    ownerId: event.org_id,
    distribution: event.distribution,
    sharingGroupId: event.sharing_group_id,
    // The change unpublishes the event.
    published: false,
    delegatedTo: event.delegated_to,
  });
  return createWriteContext({
    magpie,
    tx,
    viewer,
    groups: createGroupResolver(magpie, tx, viewer),
    event: { id: event.id, ownerId: event.org_id, disableCorrelation: event.disable_correlation, audience },
  });
}

/** The row with what the answer tells of event and group; its new audience may be younger than the transaction's view. */
async function describe(event: EventRow, row: ReportRow, tx: Transaction): Promise<ListedReportRow> {
  const names = new Map(
    (
      await tx.query<{ id: number; name: string }>('select id, name from organisations where id = any($1::bigint[])', [
        [event.org_id, event.orgc_id],
      ])
    ).map(({ id, name }) => [id, name]),
  );
  const group =
    row.sharing_group_id === 0
      ? null
      : await tx.first<{ name: string; uuid: string }>('select name, uuid from visible_sharing_groups where id = $1', [
          row.sharing_group_id,
        ]);
  return {
    ...row,
    event_orgc_id: event.orgc_id,
    event_org_id: event.org_id,
    event_user_id: event.user_id,
    event_info: event.info,
    event_date: event.date,
    org_name: names.get(event.org_id) ?? null,
    orgc_name: names.get(event.orgc_id) ?? null,
    group_name: group?.name ?? null,
    group_uuid: group?.uuid ?? null,
  };
}
