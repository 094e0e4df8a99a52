import { type PdfEvent, spreadsheetRow, spreadsheetTitles, writeXlsx } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { inBothScopes, type NamedFormat } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readPdfEvents } from './pdf-events.ts';
import { exportRows } from './rows.ts';

/** Documents for people. */
export const documentFormats: readonly NamedFormat[] = [
  [
    'xlsx',
    {
      contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      extension: 'xlsx',
      responseFormat: inBothScopes('xlsx'),
      isRestrictive: false,
      isBinary: true,
      write: (search) => writeXlsx(spreadsheetTitles, spreadsheetRows(search)),
    },
  ],
  [
    'pdf',
    {
      contentType: 'application/pdf',
      extension: 'pdf',
      responseFormat: { events: 'pdf' },
      isRestrictive: false,
      isBinary: true,
      write: (search, _head, magpie) => writePdf(magpie, search, readPdfEvents(search, magpie.attachments)),
    },
  ],
];

async function* spreadsheetRows(search: ExportSearch) {
  const wanted = { event: true, tags: true, eventTags: true, objects: true };
  for await (const rows of exportRows(search, wanted)) yield rows.map(spreadsheetRow);
}

async function* writePdf(magpie: Magpie, search: ExportSearch, events: AsyncIterable<PdfEvent>): AsyncIterable<Buffer> {
  const { writeEventsPdf } = await import('@magpie/formats/pdf');
  const created = new Date(magpie.now() * 1000);
  yield* writeEventsPdf(events, { title: 'Events', author: search.viewer.organisationName, created });
}
