import { findIndicators, type Indicator } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { FeedRow } from './feed-row.ts';
import { type FeedSettings, readFeedSettings } from './feed-settings.ts';
import { readLines } from './lines.ts';
import { readSource, readSourceText } from './source.ts';

/** Free text is searched as a whole, so it must fit in memory several times. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/**
 * Indicators of a CSV or free-text feed, each value once within the answer's part; the same value may come again from
 * another part of a CSV. Memory is that of one line for CSV, of the whole text for free text.
 */
export async function* readIndicators(
  magpie: Magpie,
  feed: FeedRow,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<Indicator> {
  const settings = readFeedSettings(feed.settings);
  if (feed.source_format === 'freetext') {
    const text = await readSourceText(magpie, feed, null, { maxBytes: MAX_TEXT_BYTES, ...options });
    yield* findIndicators(text, { exclude: settings.excludes });
    return;
  }
  for await (const line of readLines(readSource(magpie, feed, null, options))) {
    for (const cell of cellsOf(line, settings)) yield* findIndicators(quotedWhole(cell));
  }
}

/** The chosen cells of a line; none of comments and empty lines. Quotes around a cell may hold the delimiter. */
export function cellsOf(line: string, settings: FeedSettings): string[] {
  if (line.startsWith('#') || line.trim() === '') return [];
  const cells = splitLine(line, settings.delimiter);
  const chosen = settings.columns.length === 0 ? cells : settings.columns.map((column) => cells[column] ?? '');
  return chosen.filter((cell) => cell !== '' && !settings.excludes(cell));
}

// Each character is looked at a bounded number of times, whatever the line is made of: feeds come from others.
function splitLine(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const next = line.indexOf(delimiter, at);
    const stop = next === -1 ? line.length : next;
    const quoted = readQuoted(line, at, stop, delimiter);
    cells.push(withoutQuotes((quoted?.text ?? line.slice(at, stop)).trim()).trim());
    at = (quoted?.end ?? stop) + delimiter.length;
  }
  return cells;
}

/** A cell that is quoted as a whole, and where it ends; its quote stands before `stop`. */
function readQuoted(line: string, at: number, stop: number, delimiter: string): { text: string; end: number } | null {
  let start = at;
  while (start < stop && isBlank(line[start])) start += 1;
  if (line[start] !== '"') return null;
  let close = line.indexOf('"', start + 1);
  while (close !== -1 && line[close + 1] === '"') close = line.indexOf('"', close + 2);
  if (close === -1) return null;
  let end = close + 1;
  while (end < line.length && isBlank(line[end]) && !line.startsWith(delimiter, end)) end += 1;
  if (end < line.length && !line.startsWith(delimiter, end)) return null;
  return { text: line.slice(start + 1, close).replaceAll('""', '"'), end };
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && character.trim() === '';
}

function withoutQuotes(text: string): string {
  const isQuote = (character: string | undefined) => character === '"' || character === "'";
  let [start, end] = [0, text.length];
  while (isQuote(text[start])) start += 1;
  while (end > start && isQuote(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** A cell is one value: blanks and commas in it separate nothing. */
function quotedWhole(cell: string): string {
  return /[\s,<>;]/.test(cell) && !cell.includes('"') ? `"${cell}"` : cell;
}
