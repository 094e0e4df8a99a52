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

function splitLine(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const rest = line.slice(at);
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(rest);
    const isWhole =
      quoted !== null && (rest.length === quoted[0].length || rest.startsWith(delimiter, quoted[0].length));
    const end = isWhole ? at + quoted[0].length : line.indexOf(delimiter, at);
    const stop = end === -1 ? line.length : end;
    const cell = isWhole ? (quoted[1] ?? '').replaceAll('""', '"') : line.slice(at, stop);
    cells.push(
      cell
        .trim()
        .replace(/^['"]+|['"]+$/g, '')
        .trim(),
    );
    at = stop + delimiter.length;
  }
  return cells;
}

/** A cell is one value: blanks and commas in it separate nothing. */
function quotedWhole(cell: string): string {
  return /[\s,<>;]/.test(cell) && !cell.includes('"') ? `"${cell}"` : cell;
}
