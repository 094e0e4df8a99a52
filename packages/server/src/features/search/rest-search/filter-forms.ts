import { BadRequest } from '../../../errors.ts';
import { isObject } from '../../../http/lenient.ts';

/**
 * A filter in the forms MISP's searches take, sorted out: a row passes when it meets one of `or` (if there are
 * any), all of `and`, and none of `not`.
 */
export interface ListFilter {
  readonly or: readonly string[];
  readonly and: readonly string[];
  readonly not: readonly string[];
}

/** One text of a filter. `like` has its `%` as wild cards, everything else is literal. */
export interface TextPattern {
  readonly kind: 'exact' | 'like';
  readonly text: string;
}

/** Longer lists are refused: no client sends them, and every entry costs a look-up. */
const MOST_ENTRIES = 100_000;

/**
 * Reads `"x"`, `"!x"`, `"x&&!y"`, lists and `{OR, AND, NOT}`. Null when the parameter counts as not given: null,
 * false, empty text, and lists and maps without an entry. Throws `BadRequest` naming `name` for anything else.
 */
export function readListFilter(value: unknown, name: string): ListFilter | null {
  const filter = { or: [], and: [], not: [] } satisfies Record<keyof ListFilter, string[]>;
  const target: Record<keyof ListFilter, string[]> = filter;
  if (isObject(value)) {
    for (const [key, entries] of Object.entries(value)) {
      const word = key.toLowerCase();
      if (word === 'or' || word === 'and' || word === 'not') target[word].push(...readEntries(entries, name));
      // Form bodies and some clients send lists as maps with running numbers.
      else if (/^\d+$/.test(key)) for (const entry of readEntries(entries, name)) addSigned(target, entry);
    }
  } else if (typeof value === 'string') {
    for (const part of value.split('&&')) addSigned(target, trimSpaces(part));
  } else {
    for (const entry of readEntries(value, name)) addSigned(target, entry);
  }
  const entries = filter.or.length + filter.and.length + filter.not.length;
  if (entries > MOST_ENTRIES) throw new BadRequest(`${name} has more than ${MOST_ENTRIES} entries.`);
  return entries === 0 ? null : filter;
}

function addSigned(filter: Record<keyof ListFilter, string[]>, entry: string): void {
  if (entry.startsWith('!')) {
    if (entry.length > 1) filter.not.push(entry.slice(1));
  } else if (entry !== '') {
    filter.or.push(entry);
  }
}

function readEntries(value: unknown, name: string): string[] {
  if (value === null || value === undefined || value === false) return [];
  const list = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [value];
  return list.map((entry) => readEntry(entry, name)).filter((entry) => entry !== '');
}

/** Takes off what is taken off values when they are stored: a mark or a wide space at an end is part of a value. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACES.includes(text.charAt(start))) start += 1;
  while (end > start && SPACES.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
const SPACES = ' \t\n\r\v';

function readEntry(entry: unknown, name: string): string {
  if (typeof entry === 'string') return trimSpaces(entry);
  if (typeof entry === 'number' && Number.isFinite(entry)) return String(entry);
  if (entry === true) return '1';
  if (entry === null || entry === false) return '';
  throw new BadRequest(`${name} takes texts, lists of texts, or OR, AND and NOT lists of texts.`);
}

/**
 * `%` is a wild card at the start or the end of a text; an inner one only when there is one at an end too.
 * A lone `%` is any text.
 */
export function readPattern(text: string): TextPattern {
  return { kind: text.startsWith('%') || text.endsWith('%') ? 'like' : 'exact', text };
}

/** The texts of a list parted by whether they hold wild cards. */
export function partPatterns(texts: readonly string[]): { exact: string[]; like: string[] } {
  const parts: { exact: string[]; like: string[] } = { exact: [], like: [] };
  for (const text of texts) parts[readPattern(text).kind].push(text);
  return parts;
}
