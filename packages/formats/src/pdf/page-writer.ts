import PdfDocument from 'pdfkit';
import { type FontRun, fontRuns, type PdfFont } from './fonts.ts';
import type { CheckedPicture } from './picture.ts';

const MARGIN = 50;
const LINE_HEIGHT = 1.4;

/** How text looks. */
interface TextStyle {
  readonly size: number;
  readonly colour?: string;
  /** Points from the left margin. */
  readonly indent?: number;
}

/** How a piece of a text differs from the rest. */
export interface PieceLook {
  readonly colour: string;
  /** Drawn behind the piece, as of a label. */
  readonly background: string;
}

/** A text, or pieces of one that look different. */
type StyledText = string | readonly StyledPiece[];

/** A part of a text with its own look, where it has one. */
export interface StyledPiece {
  readonly text: string;
  readonly look?: PieceLook;
}

/** Writes text top down onto pages; what is finished can be taken while more is written. */
export interface PageWriter {
  readonly width: number;
  text(text: StyledText, style: TextStyle): void;
  /** Cells side by side; `widths` are shares of the page. Rows go on on the next page. */
  row(cells: readonly StyledText[], widths: readonly number[], style: TextStyle): void;
  /** As large as it would be at 96 pixels an inch, or as there is room. */
  picture(picture: CheckedPicture, indent: number): void;
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

/** A stretch of a line in one font and look. */
interface LookedRun extends FontRun {
  readonly look?: PieceLook | undefined;
}

type Line = readonly LookedRun[];

/** Points of a pixel at 96 pixels an inch. */
const PIXEL = 0.75;

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
  function linesOf(text: StyledText, size: number, room: number): Line[] {
    const pieces = typeof text === 'string' ? [{ text }] : text;
    return paragraphsOf(pieces).flatMap((paragraph) => wrap(paragraph, size, room));
  }

  function wrap(paragraph: readonly StyledPiece[], size: number, room: number): Line[] {
    const lines: LookedRun[][] = [[]];
    let used = 0;
    function place(word: string, look: PieceLook | undefined): void {
      for (const run of fontRuns(word, fonts)) {
        const length = lengthOf(run, size);
        if (used + length > room && used > 0) {
          lines.push([]);
          used = 0;
        }
        if (length > room && [...run.text].length > 1) {
          for (const letter of run.text) place(letter, look);
          continue;
        }
        lines.at(-1)?.push({ ...run, look });
        used += length;
      }
    }
    for (const { text, look } of paragraph) {
      for (const word of text.match(/[^\s\u2e80-\uffdc/&?=,;-]+[\s/&?=,;-]?|[\s\S]/gu) ?? []) place(word, look);
    }
    return lines.map(joined);
  }

  function drawLine(line: Line, x: number, size: number, colour: string): void {
    let at = x;
    for (const run of line) {
      const length = lengthOf(run, size);
      if (run.look) document.rect(at - 1, y - 1, length + 2, size * 1.25).fill(run.look.background);
      document
        .font(run.font, size)
        .fillColor(run.look?.colour ?? colour)
        .text(run.text, at, y, { lineBreak: false });
      at += length;
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
    picture({ bytes, width: columns, height: rows }, indent) {
      const scale = Math.min(PIXEL, (width - indent) / columns, (bottom - MARGIN) / rows);
      const [drawnWidth, drawnHeight] = [columns * scale, rows * scale];
      if (y + drawnHeight > bottom) newPage();
      // Turned as its EXIF data says, a picture would stand on what is around it.
      const options = { width: drawnWidth, height: drawnHeight, ignoreOrientation: true };
      document.image(bytes, MARGIN + indent, y, options);
      y += drawnHeight;
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

/** The pieces of each line of a text that has lines of its own. */
function paragraphsOf(pieces: readonly StyledPiece[]): StyledPiece[][] {
  const paragraphs: StyledPiece[][] = [[]];
  for (const { text, ...look } of pieces) {
    text.split(/\r\n?|\n/).forEach((line, index) => {
      if (index > 0) paragraphs.push([]);
      paragraphs.at(-1)?.push({ text: line.replaceAll('\t', '    '), ...look });
    });
  }
  return paragraphs;
}

/** Neighbours in the same font and look as one run, so that there are few drawing operations. */
function joined(line: Line): LookedRun[] {
  const runs: { font: string; text: string; look: PieceLook | undefined }[] = [];
  for (const { font, text, look } of line) {
    const last = runs.at(-1);
    if (last?.font === font && last.look === look) last.text += text;
    else runs.push({ font, text, look });
  }
  return runs;
}
