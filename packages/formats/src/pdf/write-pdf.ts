import { setImmediate } from 'node:timers/promises';
import { analysisStates, choiceName, distributions, joinValue, threatLevels } from '@magpie/model';
import type { ExportAttribute, ExportEvent } from '../export-attribute.ts';
import type { ReportElements } from './element-texts.ts';
import { loadPdfFonts } from './fonts.ts';
import { drawMarkdown } from './markdown.ts';
import { createPageWriter, type DocumentInfo, type PageWriter } from './page-writer.ts';
import { NO_ELEMENTS } from './report-elements.ts';

/** A report as a document shows it. */
export interface PdfReport {
  readonly name: string;
  /** Markdown. */
  readonly content: string;
  /** What its references stand for; without, they are named only. */
  readonly elements?: ReportElements;
}

/** An event as a document shows it. */
export interface PdfEvent {
  readonly event: ExportEvent;
  readonly reports: readonly PdfReport[];
  readonly attributes: AsyncIterable<readonly ExportAttribute[]>;
}

/** Attributes of an event that are shown; how many more there are is told. */
const MOST_ATTRIBUTES = 5_000;

/** Events as a PDF document: what they are, their reports, their attributes. Pages are handed on when they are full. */
export async function* writeEventsPdf(events: AsyncIterable<PdfEvent>, info: DocumentInfo): AsyncGenerator<Buffer> {
  const pages = createPageWriter(await loadPdfFonts(), info);
  let isEmpty = true;
  for await (const { event, reports, attributes } of events) {
    isEmpty = false;
    pages.newPage();
    drawHead(pages, event);
    for (const report of reports) await drawReport(pages, report);
    yield* drawAttributes(pages, attributes);
    yield* pages.take();
  }
  if (isEmpty) pages.text('No event was found.', { size: 10 });
  yield* await pages.finish();
}

/** One report as a PDF document. */
export async function* writeReportPdf(
  report: PdfReport,
  { about, ...info }: DocumentInfo & { readonly about: string },
): AsyncGenerator<Buffer> {
  const pages = createPageWriter(await loadPdfFonts(), info);
  pages.text(report.name, { size: 20 });
  pages.text(about, { size: 9, colour: '#666666' });
  pages.rule();
  await drawMarkdown(pages, report.content, report.elements ?? NO_ELEMENTS);
  yield* await pages.finish();
}

function drawHead(pages: PageWriter, event: ExportEvent): void {
  pages.text(event.info, { size: 18 });
  pages.space(4);
  const facts = {
    Event: `${event.id}  ${event.uuid}`,
    Organisation: event.orgc,
    Date: event.date,
    'Threat level': choiceName(threatLevels, Number(event.threatLevelId)) ?? event.threatLevelId,
    Analysis: choiceName(analysisStates, Number(event.analysis)) ?? event.analysis,
    Distribution: choiceName(distributions, Number(event.distribution)) ?? event.distribution,
    Published: event.published ? 'yes' : 'no',
    Tags: event.tags.join(', '),
  };
  for (const [name, value] of Object.entries(facts)) {
    if (value !== '') pages.row([name, value], [0.2, 0.8], { size: 9 });
  }
  pages.rule();
}

async function drawReport(pages: PageWriter, { name, content, elements }: PdfReport): Promise<void> {
  pages.space(8);
  pages.text(name, { size: 15 });
  pages.space(2);
  await drawMarkdown(pages, content, elements ?? NO_ELEMENTS);
  pages.rule();
}

const ROWS_AT_ONCE = 10;
const WIDTHS = [0.2, 0.16, 0.4, 0.24];

async function* drawAttributes(
  pages: PageWriter,
  batches: AsyncIterable<readonly ExportAttribute[]>,
): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const rows of batches) {
    for (const row of rows) {
      if (count === 0) drawTitles(pages);
      count += 1;
      if (count > MOST_ATTRIBUTES) continue;
      drawAttribute(pages, row);
      // Laying pages out is work of the processor: others get their turn.
      if (count % ROWS_AT_ONCE === 0) await setImmediate();
    }
    yield* pages.take();
  }
  if (count > MOST_ATTRIBUTES) {
    pages.text(`${count - MOST_ATTRIBUTES} more attributes are not shown.`, { size: 9, colour: '#666666' });
  }
}

function drawTitles(pages: PageWriter): void {
  pages.space(8);
  pages.text('Attributes', { size: 13 });
  pages.row(['Category', 'Type', 'Value', 'Comment and tags'], WIDTHS, { size: 8, colour: '#666666' });
  pages.rule();
}

function drawAttribute(pages: PageWriter, row: ExportAttribute): void {
  const place = row.object === null ? row.category : `${row.object.name} / ${row.objectRelation ?? ''}`;
  const notes = [row.comment, row.tags.join(', ')].filter((text) => text !== '').join('\n');
  pages.row([place, row.type, joinValue(row.value1, row.value2), notes], WIDTHS, { size: 8 });
  pages.space(2);
}
