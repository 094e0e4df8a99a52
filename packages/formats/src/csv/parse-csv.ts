import { DocumentRefused } from '../read/reading.ts';

/** A line of a CSV file. */
export interface CsvRow {
  readonly cells: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
}

const MOST_CELLS = 10_000;

/**
 * The rows of a CSV text (RFC 4180), one after another: cells may be quoted, quotes inside are doubled, and line breaks
 * inside quotes belong to the cell. Empty lines are left out. Throws `DocumentRefused` for a row without end.
 */
export function* parseCsv(text: string, delimiter: string): Generator<CsvRow> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    for (;;) {
      const cell = readCell(text, at, delimiter);
      cells.push(cell.value);
      line += cell.breaks;
      at = cell.end;
      if (cells.length > MOST_CELLS) throw new DocumentRefused(`Line ${begin} has more than ${MOST_CELLS} cells.`);
      if (text[at] !== delimiter) break;
      at += 1;
    }
    // What stands here now is a line break or the end.
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') yield { cells, line: begin };
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
  /** Line breaks inside. */
  readonly breaks: number;
}

function readCell(text: string, begin: number, delimiter: string): Cell {
  // Some producers put a blank between delimiter and quote.
  const start = text[begin] === ' ' && text[begin + 1] === '"' && delimiter !== ' ' ? begin + 1 : begin;
  if (text[start] !== '"') return plainCell(text, start, delimiter);
  const pieces: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw new DocumentRefused('A quote in the CSV is never closed.');
    pieces.push(text.slice(from, quote));
    if (text[quote + 1] !== '"') {
      const value = pieces.join('"');
      // What follows a closing quote up to the delimiter is against the rules, and kept.
      const rest = plainCell(text, quote + 1, delimiter);
      return { value: value + rest.value, end: rest.end, breaks: value.split('\n').length - 1 };
    }
    from = quote + 2;
  }
}

function plainCell(text: string, start: number, delimiter: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(start, end), end, breaks: 0 };
}

const delimiters = [',', ';', '\t', '|'];
const SAMPLE_LENGTH = 20_000;

/** The delimiter that divides the first lines most evenly; null when none divides them: no CSV. */
export function detectDelimiter(text: string): string | null {
  const sample = text.slice(0, SAMPLE_LENGTH);
  let best: { delimiter: string; cells: number } | null = null;
  for (const delimiter of delimiters) {
    const cells = evenCells(sample, delimiter, sample.length < text.length);
    if (cells > (best?.cells ?? 1)) best = { delimiter, cells };
  }
  return best?.delimiter ?? null;
}

/** Cells of every line where nine lines of ten have as many, else 0. */
function evenCells(sample: string, delimiter: string, isCut: boolean): number {
  const counts: number[] = [];
  try {
    for (const { cells } of parseCsv(sample, delimiter)) {
      if (!(cells[0] ?? '').startsWith('#')) counts.push(cells.length);
    }
  } catch (error) {
    // The sample may end inside a quoted cell.
    if (!(error instanceof DocumentRefused) || !isCut) return 0;
  }
  if (isCut) counts.pop();
  const usual = mostFrequent(counts);
  return counts.filter((count) => count === usual).length >= counts.length * 0.9 ? usual : 0;
}

function mostFrequent(counts: readonly number[]): number {
  const seen = new Map<number, number>();
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1);
  return [...seen].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}
