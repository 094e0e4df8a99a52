import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import type { Answer } from '../../../http/answer.ts';
import type { Call, MemberOperation } from '../../../http/operation.ts';
import { withElements } from './report-elements.ts';

const ID = /^[1-9]\d{0,15}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Event reports as documents. */
export function reportPdfOperations(magpie: Magpie): MemberOperation[] {
  return [
    {
      name: 'eventReports.downloadAsPdf',
      summary: 'An event report as a PDF document.',
      path: '/eventReports/downloadAsPdf/{report}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      answersBrowsers: true,
      handle: (call) => answerReport(magpie, call),
    },
  ];
}

interface ReportRow {
  id: number;
  name: string;
  content: string;
  timestamp: number;
  event_id: number;
  info: string;
  orgc: string | null;
}

async function answerReport(magpie: Magpie, call: Call): Promise<Answer> {
  const wanted = call.args.report ?? '';
  const row = await magpie.database.as(call.viewer, async (tx) => {
    if (!ID.test(wanted) && !UUID.test(wanted)) return null;
    const found = await tx.query<ReportRow>(
      `select r.id, r.name, r.content, r.timestamp, r.event_id, e.info, c.name as orgc from visible_event_reports r
           join visible_events e on e.id = r.event_id left join organisations c on c.id = e.orgc_id
           where not r.deleted and ${ID.test(wanted) ? 'r.id = $1::bigint' : 'r.uuid = $1::uuid'}`,
      [wanted],
    );
    return (await withElements(tx, magpie.attachments, found))[0] ?? null;
  });
  if (row === null) throw new NotFound('Invalid Event Report.');
  const { writeReportPdf } = await import('@magpie/formats/pdf');
  const chunks = writeReportPdf(row, {
    title: row.name,
    author: row.orgc ?? '',
    created: new Date(row.timestamp * 1000),
    about: `Event ${row.event_id}: ${row.info}`,
  });
  const headers = { 'content-disposition': `attachment; filename="misp.event_report.${row.id}.pdf"` };
  return { kind: 'stream', status: 200, contentType: 'application/pdf', chunks, headers };
}
