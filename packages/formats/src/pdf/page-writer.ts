import PdfDocument from 'pdfkit';
import { type FontRun, fontRuns, type PdfFont } from './fonts.ts';

const MARGIN = 50;
const LINE_HEIGHT = 1.4;

/** How text looks. */
interface TextStyle {
  readonly size: number;
  readonly colour?: string;
  /** Points from the left margin. */
  readonly indent?: number;
}

/** Writes text top down onto pages; what is finished can be taken while more is written. */
export interface PageWriter {
  readonly width: number;
  text(text: string, style: TextStyle): void;
  /** Cells side by side; `widths` are shares of the page. Rows go on on the next page. */
  row(cells: readonly string[], widths: readonly number[], style: TextStyle): void;
  rule(): void;
  space(points: number): void;
  /** On a new page, unless the current one is empty. */
  newPage(): void;
  /** The bytes written since the last call. */
  take(): Buffer[];
  /** Ends the document; resolves with the last bytes. */
  finish(): Promise<Buffer[]>;
}

/** What a document says of itself. */
export interface DocumentInfo {
  readonly title: string;
  readonly author: string;
  readonly created: Date;
}

type Line = readonly FontRun[];

/** A document of A4 pages in the given fonts. */
export function createPageWriter(fonts: readonly PdfFont[], { title, author, created }: DocumentInfo): PageWriter {
  const document = new PdfDocument({
    size: 'A4',
    margin: MARGIN,
    info: { Title: title, Author: author, CreationDate: created, Producer: 'Magpie', Creator: 'Magpie' },
  });
  let bytes: Buffer[] = [];
  document.on('data', (piece: Buffer) => bytes.push(piece));
  for (const { name, bytes: file } of fonts) document.registerFont(name, file);
  const width = document.page.width - 2 * MARGIN;
  const bottom = document.page.height - MARGIN;
  let y = MARGIN;

  function take(): Buffer[] {
    const taken = bytes;
    bytes = [];
    return taken;
  }

  function newPage(): void {
    if (y === MARGIN) return;
    document.addPage();
    y = MARGIN;
  }

  const letterWidths = new Map<string, Map<string, number>>();

  /** Widths of letters are remembered, since measuring costs more than all else; kerning is left out of both. */
  function letterWidth(font: string, letter: string): number {
    let widths = letterWidths.get(font);
    if (widths === undefined) {
      widths = new Map();
      letterWidths.set(font, widths);
    }
    let width = widths.get(letter);
    if (width === undefined) {
      width = document.font(font, 1000).widthOfString(letter) / 1000;
      widths.set(letter, width);
    }
    return width;
  }

  function lengthOf({ font, text }: FontRun, size: number): number {
    let length = 0;
    for (const letter of text) length += letterWidth(font, letter);
    return length * size;
  }

  /** Breaks behind spaces and signs, and between letters of scripts without spaces or where a word is too long. */
  function linesOf(text: string, size: number, room: number): Line[] {
    return text.split(/\r\n?|\n/).flatMap((paragraph) => wrap(paragraph.replaceAll('\t', '    '), size, room));
  }

  function wrap(paragraph: string, size: number, room: number): Line[] {
    const lines: FontRun[][] = [[]];
    let used = 0;
    function place(piece: string): void {
      for (const run of fontRuns(piece, fonts)) {
        const length = lengthOf(run, size);
        if (used + length > room && used > 0) {
          lines.push([]);
          used = 0;
        }
        if (length > room && [...run.text].length > 1) {
          for (const letter of run.text) place(letter);
          continue;
        }
        lines.at(-1)?.push(run);
        used += length;
      }
    }
    for (const piece of paragraph.match(/[^\s\u2e80-\uffdc/&?=,;-]+[\s/&?=,;-]?|[\s\S]/gu) ?? []) place(piece);
    return lines.map(joined);
  }

  function drawLine(line: Line, x: number, size: number, colour: string): void {
    let at = x;
    for (const run of line) {
      document.font(run.font, size).fillColor(colour).text(run.text, at, y, { lineBreak: false });
      at += lengthOf(run, size);
    }
  }

  function drawRow(columns: readonly (readonly Line[])[], places: readonly number[], style: TextStyle): void {
    const height = style.size * LINE_HEIGHT;
    const count = Math.max(0, ...columns.map((lines) => lines.length));
    for (let index = 0; index < count; index += 1) {
      if (y + height > bottom) newPage();
      columns.forEach((lines, column) => {
        drawLine(lines[index] ?? [], MARGIN + (places[column] ?? 0), style.size, style.colour ?? '#000000');
      });
      y += height;
    }
  }

  return {
    width,
    text(text, style) {
      const indent = style.indent ?? 0;
      drawRow([linesOf(text, style.size, width - indent)], [indent], style);
    },
    row(cells, widths, style) {
      const places = widths.map((_, index) => width * widths.slice(0, index).reduce((sum, share) => sum + share, 0));
      const columns = cells.map((cell, index) => linesOf(cell, style.size, width * (widths[index] ?? 0) - 6));
      drawRow(columns, places, style);
    },
    rule() {
      if (y + 6 > bottom) newPage();
      document
        .moveTo(MARGIN, y + 2)
        .lineTo(MARGIN + width, y + 2)
        .lineWidth(0.5)
        .strokeColor('#999999')
        .stroke();
      y += 6;
    },
    space(points) {
      if (y !== MARGIN) y += points;
    },
    newPage,
    take,
    async finish() {
      const ended = new Promise<void>((resolve, reject) => {
        document.once('end', resolve);
        document.once('error', reject);
      });
      document.end();
      await ended;
      return take();
    },
  };
}

/** Neighbours in the same font as one run, so that there are few drawing operations. */
function joined(line: readonly FontRun[]): FontRun[] {
  const runs: { font: string; text: string }[] = [];
  for (const { font, text } of line) {
    const last = runs.at(-1);
    if (last?.font === font) last.text += text;
    else runs.push({ font, text });
  }
  return runs;
}
