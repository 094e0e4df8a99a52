import { readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { findEvent } from '../events/rights.ts';
import { reportExtractionOperations } from './extraction-routes.ts';
import {
  addReport,
  editReport,
  findReportByText,
  NotReportOwner,
  removeReport,
  restoreReport,
} from './manage-reports.ts';
import { listReports, type ReportFilter } from './queries.ts';
import { deletedOnlyOf, reportTags } from './service.ts';
import { reportVariableOperations } from './variable-routes.ts';
import { listedReportWire, savedReportWire } from './wire.ts';

const PAGE = 200;

const fields = Type.Object({
  name: Type.Optional(Type.String()),
  content: Type.Optional(Type.String({ description: 'Markdown' })),
  distribution: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  sharing_group_id: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
});
const saved = Type.Object({ EventReport: Type.Unknown(), Event: Type.Unknown(), SharingGroup: Type.Unknown() });

/** Event reports: texts in markdown that belong to an event. */
export function eventReportOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_reports.index',
      summary: 'Lists the reports of visible events.',
      path: '/event_reports/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Array(saved),
      handle: async (call) => streamedJson(await streamReports(magpie, call.viewer, readFilter(call))),
    },
    {
      name: 'event_reports.view',
      summary: 'Shows one report.',
      path: '/event_reports/view/{report}',
      aliases: ['/event_reports/viewSummary/{report}'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: saved,
      handle: async ({ viewer, args }) => json(await viewReport(magpie, viewer, args.report)),
    },
    {
      name: 'event_reports.add',
      summary: 'Adds a report to an event.',
      path: '/event_reports/add/{event}',
      methods: ['POST', 'PUT'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventReport',
      describe: {
        description: 'POST a report in JSON format to this API to add it to the event.',
        mandatory: ['name'],
        optional: ['content', 'distribution', 'sharing_group_id', 'uuid', 'timestamp'],
      },
      body: fields,
      response: saved,
      handle: async ({ viewer, args, body }) =>
        json(savedReportWire(await addReport(magpie, viewer, args.event, unwrap(body, 'EventReport')))),
    },
    {
      name: 'event_reports.edit',
      summary: 'Changes a report.',
      path: '/event_reports/edit/{report}',
      methods: ['POST', 'PUT'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventReport',
      describe: {
        description: 'POST the fields of a report in JSON format to this API to change them.',
        optional: ['name', 'content', 'distribution', 'sharing_group_id'],
      },
      body: fields,
      response: saved,
      handle: ({ viewer, args, body }) =>
        forOwners(async () =>
          json(savedReportWire(await editReport(magpie, viewer, args.report, unwrap(body, 'EventReport')))),
        ),
    },
    {
      name: 'event_reports.delete',
      summary: 'Deletes a report, for good with hard.',
      path: '/event_reports/delete/{report}/{hard?}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventReport',
      body: Type.Object({ hard: Type.Optional(Type.Unknown()) }),
      handle: (call) =>
        forOwners(async () => {
          const { report = '', hard: fromPath } = call.args;
          const body = unwrap(call.body, 'EventReport');
          const hard = readBoolean(fromPath ?? body.hard ?? call.named.hard) ?? false;
          await removeReport(magpie, call.viewer, report, { hard });
          return success(`Event Report ${report} ${hard ? 'hard' : 'soft'} deleted`, { id: report });
        }),
    },
    {
      name: 'event_reports.restore',
      summary: 'Takes the deletion of a report back.',
      path: '/event_reports/restore/{report}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventReport',
      handle: ({ viewer, args }) =>
        forOwners(async () => {
          await restoreReport(magpie, viewer, args.report);
          return success(`Event Report ${args.report} restored`, { id: args.report ?? '' });
        }),
    },
    ...reportExtractionOperations(magpie),
    ...reportVariableOperations(magpie),
  ];
}

// MISP answers 401 where the report is visible, but its event belongs to another organisation.
async function forOwners<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotReportOwner) throw new HttpProblem(401, 'Unauthorized');
    throw error;
  }
}

function viewReport(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<Record<string, unknown>> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findReportByText(tx, key);
    const filter = { ids: found ? [found.id] : [], uuids: null, eventId: null, search: null, deleted: null };
    const page = { afterId: 0, limit: 1 };
    const [row] = await listReports(tx, { ...filter, deletedOnlyOfOrganisation: deletedOnlyOf(viewer) }, page);
    if (row === undefined) throw new NotFound('Invalid report');
    const tagsOf = await reportTags(tx, [row]);
    return listedReportWire(row, tagsOf(row));
  });
}

type WantedReports = Pick<ReportFilter, 'uuids' | 'search' | 'deleted'> & { event: string | null };

function readFilter({ named, body, query }: Call): WantedReports {
  const sent = unwrap(body, 'EventReport');
  const read = (name: string): unknown => named[name] ?? query.get(name) ?? (isObject(sent) ? sent[name] : undefined);
  const event = read('event_id');
  const value = read('value') ?? read('searchall');
  const context = read('context');
  const uuid = read('uuid');
  return {
    // What is no UUID is that of no report.
    uuids: uuid === undefined ? null : [uuid].flat().flatMap((one) => readUuid(one) ?? []),
    event: event === undefined || event === null || event === '' ? null : String(event),
    search: typeof value === 'string' && value !== '' ? value : null,
    deleted: context === 'all' ? null : context === 'deleted',
  };
}

/** The reports as a JSON list, read page by page: memory is bounded by the page. The first page is read before answering. */
async function streamReports(
  magpie: Magpie,
  viewer: Viewer,
  { event, ...wanted }: WantedReports,
): Promise<AsyncIterable<string>> {
  const eventId =
    event === null ? null : await magpie.database.as(viewer, async (tx) => (await findEvent(tx, event))?.id);
  const filter = {
    ids: eventId === undefined ? [] : null,
    eventId: eventId ?? null,
    deletedOnlyOfOrganisation: deletedOnlyOf(viewer),
    ...wanted,
  };
  const read = (afterId: number) =>
    magpie.database.as(viewer, async (tx) => {
      const rows = await listReports(tx, filter, { afterId, limit: PAGE });
      return { rows, tagsOf: await reportTags(tx, rows) };
    });
  const first = await read(0);
  return (async function* pages() {
    let { rows, tagsOf } = first;
    let separator = '[';
    while (rows.length > 0) {
      yield separator + rows.map((row) => JSON.stringify(listedReportWire(row, tagsOf(row)))).join(',');
      separator = ',';
      if (rows.length < PAGE) break;
      ({ rows, tagsOf } = await read(rows.at(-1)?.id ?? 0));
    }
    yield separator === '[' ? '[]' : ']';
  })();
}
