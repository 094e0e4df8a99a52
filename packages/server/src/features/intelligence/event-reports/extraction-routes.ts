import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { readBoolean, readText, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { fetchReadable } from '../../search/imports/fetch-file.ts';
import { inReadingTurn } from '../../search/imports/reading-turns.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';
import {
  type AppliedExtraction,
  extractAllFromReport,
  extractFromReport,
  extractionWire,
  replaceSuggestions,
} from './extract.ts';
import { reportFromEvent } from './from-event.ts';
import { addReport, NotReportOwner } from './manage-reports.ts';
import { proxyElements } from './proxy-elements.ts';
import { savedReportWire } from './wire.ts';

const anyObject = Type.Object({}, { additionalProperties: true });

/** Between reports and the rest: what a text names, texts from events and from web pages. */
export function reportExtractionOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_reports.getProxyMISPElements',
      summary: 'What the references of a report lead to, for showing them',
      path: '/event_reports/getProxyMISPElements/{report}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: anyObject,
      handle: async ({ viewer, args }) => json(await proxyElements(magpie, viewer, args.report)),
    },
    {
      name: 'event_reports.extractFromReport',
      summary: 'Finds values, tags and clusters in a report without storing anything',
      path: '/event_reports/extractFromReport/{report}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: anyObject,
      handle: async ({ viewer, args }) =>
        json(extractionWire(await inReadingTurn(viewer, () => extractFromReport(magpie, viewer, args.report)))),
    },
    {
      name: 'event_reports.extractAllFromReport',
      summary: 'Adds the values that a report names to its event and links the text to them',
      path: '/event_reports/extractAllFromReport/{report}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'EventReport',
      describe: {
        description: 'POST to add the values in the report as attributes and to link the text to them.',
        optional: ['tag_event'],
      },
      body: Type.Object({ tag_event: Type.Optional(Type.Unknown()) }),
      response: anyObject,
      handle: ({ viewer, args, body }) => {
        const tagEvent = readBoolean(unwrap(body, 'EventReport').tag_event) ?? false;
        return applied(inReadingTurn(viewer, () => extractAllFromReport(magpie, viewer, args.report, { tagEvent })));
      },
    },
    {
      name: 'event_reports.replaceSuggestionInReport',
      summary: 'Takes suggestions: values of a report become attributes, and the text is linked to them',
      path: '/event_reports/replaceSuggestionInReport/{report}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'EventReport',
      body: Type.Object({
        suggestions: Type.Optional(
          Type.Unknown({ description: '{"value in the text": {"type", "category", "to_ids"}}' }),
        ),
      }),
      response: anyObject,
      handle: ({ viewer, args, body }) => applied(replaceSuggestions(magpie, viewer, args.report, body)),
    },
    {
      name: 'event_reports.reportFromEvent',
      summary: 'Makes a report that tells what an event holds',
      path: '/event_reports/reportFromEvent/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventReport',
      describe: { description: 'POST to make a report of the event.', optional: ['filters'] },
      body: Type.Object({ filters: Type.Optional(anyObject) }),
      response: anyObject,
      handle: async ({ viewer, args, body }) =>
        json(savedReportWire(await reportFromEvent(magpie, viewer, args.event, body))),
    },
    {
      name: 'event_reports.importReportFromUrl',
      summary: 'Makes a report of a web page, PDF or text of the public Internet',
      path: '/event_reports/importReportFromUrl/{event}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'EventReport',
      body: Type.Object({ url: Type.Optional(Type.String()) }),
      response: anyObject,
      handle: async ({ viewer, args, body }) => {
        const url = readText(unwrap(body, 'EventReport'), 'url')?.trim() ?? '';
        const eventId = await requireOwnEvent(magpie, viewer, args.event);
        if (url === '') throw new Invalid('', 'An URL must be provided');
        const { markdown } = await inReadingTurn(viewer, () => fetchReadable(magpie.outgoing, url));
        const name = `Report from - ${url.slice(0, 200)} (${magpie.now()})`;
        const fields = { name, content: markdown, distribution: 5 };
        return json(savedReportWire(await addReport(magpie, viewer, String(eventId), fields)));
      },
    },
    {
      name: 'event_reports.sendToLLM',
      summary: 'Refuses: no service that summarises texts is set up',
      path: '/event_reports/sendToLLM/{report}',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      handle: () => {
        throw new Refused('No language model service is set up.');
      },
    },
  ];
}

async function applied(work: Promise<AppliedExtraction>) {
  try {
    const { report, added, tags } = await work;
    return json({ report: savedReportWire(report), attributes_added: added, tags });
  } catch (error) {
    // As for every change of a report that one sees, but whose event belongs to another organisation.
    if (error instanceof NotReportOwner) throw new HttpProblem(401, 'Unauthorized');
    throw error;
  }
}

function requireOwnEvent(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, key);
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden('You do not have permission to do that.');
    return event.id;
  });
}
