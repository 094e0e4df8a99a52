import { configure, ZipWriter } from '@zip.js/zip.js';
import { escapeXml } from '../xml/escape.ts';
import { fixedParts, sheetName, workbookParts } from './parts.ts';

/** A cell: numbers and booleans as such, texts never as formulas. */
export type SpreadsheetCell = string | number | boolean | null;

/** Rows that a sheet of Excel can hold, and characters of a cell (its specifications and limits). */
const MOST_ROWS = 1_048_576;
const MOST_LETTERS = 32_767;

/**
 * A workbook (ECMA-376, SpreadsheetML) as a zip archive that is written while the rows come: a head line that stays in
 * sight, texts inline so that nothing is remembered, and a further sheet where one is full. Text beyond a cell's limit
 * is cut.
 */
export async function* writeXlsx(
  titles: readonly string[],
  batches: AsyncIterable<readonly (readonly SpreadsheetCell[])[]>,
  { mostRows = MOST_ROWS }: { mostRows?: number } = {},
): AsyncGenerator<Buffer> {
  configure({ useWebWorkers: false });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writing = writeArchive(writable, titles, batches, mostRows);
  // The reader of the archive is told; until it asks, a failure is not unhandled.
  writing.catch(() => {});
  for await (const piece of readable) yield Buffer.from(piece);
  await writing;
}

async function writeArchive(
  writable: WritableStream<Uint8Array>,
  titles: readonly string[],
  batches: AsyncIterable<readonly (readonly SpreadsheetCell[])[]>,
  mostRows: number,
): Promise<void> {
  const zip = new ZipWriter(writable, { level: 6 });
  const rows = rowTexts(batches);
  try {
    let sheets = 0;
    do {
      sheets += 1;
      await zip.add(`xl/worksheets/${sheetName(sheets)}`, streamOf(sheetText(titles, rows, mostRows)));
    } while (rows.pending);
    for (const [name, text] of Object.entries({ ...fixedParts, ...workbookParts(sheets) })) {
      await zip.add(name, streamOf(single(text)));
    }
    await zip.close();
  } catch (error) {
    await writable.abort(error).catch(() => {});
    throw error;
  } finally {
    await rows.close();
  }
}

async function* single(text: string): AsyncGenerator<string> {
  yield text;
}

function streamOf(texts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  return ReadableStream.from(texts).pipeThrough(new TextEncoderStream());
}

/** Rows as text, many at a time, that several sheets take from. */
interface RowTexts {
  /** Rows that were read and fit on no sheet yet. */
  pending: string[] | null;
  next(): Promise<string[] | null>;
  close(): Promise<void>;
}

function rowTexts(batches: AsyncIterable<readonly (readonly SpreadsheetCell[])[]>): RowTexts {
  const iterator = batches[Symbol.asyncIterator]();
  return {
    pending: null,
    async next() {
      const held = this.pending;
      this.pending = null;
      if (held !== null) return held;
      const { done, value } = await iterator.next();
      return done ? null : value.map(rowText);
    },
    async close() {
      await iterator.return?.();
    },
  };
}

const OPENING = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;

async function* sheetText(titles: readonly string[], rows: RowTexts, mostRows: number): AsyncGenerator<string> {
  yield OPENING + rowText(titles);
  let room = mostRows - 1;
  for (let batch = await rows.next(); batch !== null; batch = await rows.next()) {
    if (batch.length > room) {
      rows.pending = batch.slice(room);
      yield batch.slice(0, room).join('');
      break;
    }
    room -= batch.length;
    yield batch.join('');
  }
  yield '</sheetData></worksheet>';
}

function rowText(cells: readonly SpreadsheetCell[]): string {
  return `<row>${cells.map(cellText).join('')}</row>`;
}

function cellText(cell: SpreadsheetCell): string {
  if (cell === null || cell === '') return '<c/>';
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
  const cut = cell.length > MOST_LETTERS ? cell.slice(0, MOST_LETTERS) : cell;
  // What looks like an escaped character (ECMA-376 part 1, 22.9.2.19) is told apart from one.
  const text = escapeXml(cut.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'));
  return `<c t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}
