import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { type Change, difference, recordChanges } from '../../../changes/changes.ts';
import { isObject, type JsonObject, readId } from '../../../http/lenient.ts';
import { readTagDrafts } from '../events/tag-drafts.ts';
import { attachTags } from '../events/tag-links.ts';
import type { WriteContext } from '../events/write-context.ts';
import { findReportsForChange, insertReports, type NewReport, type ReportRow, updateReports } from './queries.ts';
import { NAME_MISSING, type ReportInput, readReportInput, UUID_TAKEN } from './report-input.ts';

const NO_GROUP = 'Invalid Sharing Group or not authorised.';

interface Planned {
  path: string;
  body: JsonObject;
  input: ReportInput;
}

/**
 * Stores the reports that an event body holds, new and changed ones mixed. One that is known by uuid in this event is
 * changed by a newer copy (or one without timestamp); a uuid of another event's report is refused. What breaks a rule
 * is left out and told in `context.rejected`. Returns how many were stored or changed.
 */
export async function captureEventReports(context: WriteContext, reports: readonly unknown[]): Promise<number> {
  const planned = planReports(context, reports);
  if (planned.length === 0) return 0;
  const uuids = planned.flatMap(({ input }) => input.uuid ?? []);
  const stored = new Map(
    uuids.length === 0
      ? []
      : (await findReportsForChange(context.tx, context.event.id, uuids)).map((row) => [row.uuid, row]),
  );
  const fresh: { plan: Planned; report: NewReport }[] = [];
  const changed: { plan: Planned; before: ReportRow; after: ReportRow }[] = [];
  for (const plan of planned) {
    const before = plan.input.uuid === undefined ? undefined : stored.get(plan.input.uuid);
    if (before === undefined) {
      const report = await composeReport(context, plan);
      if (report) fresh.push({ plan, report });
    } else if (plan.input.timestamp === undefined || plan.input.timestamp > before.timestamp) {
      const after = await mergeReport(context, plan, before);
      if (after) changed.push({ plan, before, after });
    }
  }
  const made = await insertReports(
    context.tx,
    context.event.id,
    fresh.map(({ report }) => report),
  );
  refuseTaken(context, fresh, made);
  if (changed.length > 0) {
    await updateReports(
      context.tx,
      changed.map(({ after }) => after),
    );
  }
  await recordChanges(context.tx, [
    ...made.map(addChange),
    ...changed.flatMap(({ before, after }) => editChange(before, after)),
  ]);
  const planOf = new Map(fresh.map(({ plan, report }) => [report.uuid, plan]));
  await attachReportTags(context, [
    ...made.flatMap((row) => {
      const plan = planOf.get(row.uuid);
      return plan ? [{ plan, row }] : [];
    }),
    ...changed.map(({ plan, after }) => ({ plan, row: after })),
  ]);
  return made.length + changed.length;
}

/** Attaches the tags that report bodies name (`Tag`, or MISP's `EventReportTag`); `deleted` ones come off. */
export async function attachReportTags(
  context: WriteContext,
  reports: readonly { plan: Pick<Planned, 'path' | 'body'>; row: ReportRow }[],
): Promise<void> {
  await attachTags(
    context,
    reports.map(({ plan, row }) => ({
      attributeId: null,
      reportId: row.id,
      audienceId: row.audience_id,
      tags: readTagDrafts(plan.body),
      path: plan.path,
    })),
  );
}

/** What the change log keeps of a new report. */
export function addChange(row: ReportRow): Change {
  return { ...reportChange('add', row), after: logged(row) };
}

/** What the change log keeps of a changed one; none when nothing differs but the time. */
export function editChange(before: ReportRow, after: ReportRow): Change[] {
  const change = difference(logged(before), logged(after));
  return change ? [{ ...reportChange(after.deleted && !before.deleted ? 'delete' : 'edit', after), ...change }] : [];
}

/** The part of a change record that names the report. */
export function reportChange(action: string, row: ReportRow): Change {
  return {
    model: 'EventReport',
    action,
    modelId: row.id,
    modelUuid: row.uuid,
    eventId: row.event_id,
    title: row.name,
  };
}

/** The fields of a report that its history tells. */
export function logged(row: ReportRow): Record<string, unknown> {
  const { name, content, distribution, sharing_group_id, deleted } = row;
  return { name, content, distribution, sharing_group_id, deleted };
}

function planReports(context: WriteContext, reports: readonly unknown[]): Planned[] {
  const seen = new Set<string>();
  return reports.flatMap((body, index) => {
    const path = `EventReport[${index}]`;
    const input = isObject(body) ? readReportInput(body) : 'Expected an object.';
    const reason = typeof input === 'string' ? input : repeated(seen, input) ? UUID_TAKEN : null;
    if (reason !== null) context.rejected.push({ path, reason });
    return reason === null && typeof input !== 'string' && isObject(body) ? [{ path, body, input }] : [];
  });
}

function repeated(seen: Set<string>, { uuid }: ReportInput): boolean {
  if (uuid === undefined) return false;
  if (seen.has(uuid)) return true;
  seen.add(uuid);
  return false;
}

/** Distribution, group and audience, or null when the group may not be used; a group without distribution 4 is dropped. */
export async function resolveReach(
  context: WriteContext,
  body: JsonObject,
  distribution: number,
): Promise<Pick<ReportRow, 'distribution' | 'sharing_group_id' | 'audience_id'> | null> {
  const groupId = distribution === 4 ? await context.groups.resolve(body) : 0;
  if (groupId === null) return null;
  const folded = await context.fold(context.event.audience, { distribution, sharingGroupId: groupId || null });
  return { distribution, sharing_group_id: groupId, audience_id: folded.id };
}

async function composeReport(context: WriteContext, { path, body, input }: Planned): Promise<NewReport | null> {
  if (input.name === undefined) return refuse(context, path, NAME_MISSING);
  const reach = await resolveReach(context, body, input.distribution ?? 0);
  if (reach === null) return refuse(context, path, NO_GROUP);
  return {
    uuid: input.uuid ?? randomUUID(),
    name: input.name,
    content: input.content ?? '',
    timestamp: input.timestamp ?? context.now,
    deleted: input.deleted ?? false,
    ...reach,
  };
}

async function mergeReport(
  context: WriteContext,
  { path, body, input }: Planned,
  before: ReportRow,
): Promise<ReportRow | null> {
  const reach = await changedReach(context, body, input, before);
  if (reach === null) return refuse(context, path, NO_GROUP);
  return {
    ...before,
    name: input.name ?? before.name,
    content: input.content ?? before.content,
    timestamp: input.timestamp ?? context.now,
    deleted: input.deleted ?? before.deleted,
    ...reach,
  };
}

/** The reach after an edit. One that the body does not change stays, also when the editor could not choose it anew. */
export async function changedReach(
  context: WriteContext,
  body: JsonObject,
  input: ReportInput,
  before: ReportRow,
): Promise<Pick<ReportRow, 'distribution' | 'sharing_group_id' | 'audience_id'> | null> {
  const distribution = input.distribution ?? before.distribution;
  const groupId = readId(body.sharing_group_id);
  const sameGroup = !isObject(body.SharingGroup) && (groupId === null || groupId === before.sharing_group_id);
  if (distribution !== before.distribution || !sameGroup) return resolveReach(context, body, distribution);
  const reach = { distribution, sharingGroupId: before.sharing_group_id || null };
  const folded = await context.fold(context.event.audience, reach);
  return { distribution, sharing_group_id: before.sharing_group_id, audience_id: folded.id };
}

function refuse(context: WriteContext, path: string, reason: string): null {
  context.rejected.push({ path, reason });
  return null;
}

function refuseTaken(
  context: WriteContext,
  fresh: readonly { plan: Planned; report: NewReport }[],
  made: readonly ReportRow[],
): void {
  const stored = new Set(made.map((row) => readUuid(row.uuid)));
  for (const { plan, report } of fresh) {
    if (!stored.has(report.uuid)) context.rejected.push({ path: plan.path, reason: UUID_TAKEN });
  }
}
