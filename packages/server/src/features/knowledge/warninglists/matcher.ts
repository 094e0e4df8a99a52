import { RE2JS } from 're2js';
import { type AddressRange, parseRange } from './address-range.ts';

/** How a list's entries are compared; see `compileMatcher`. */
export type WarninglistType = 'cidr' | 'hostname' | 'string' | 'substring' | 'regex';

/** An entry of a list. */
export interface WarninglistEntry {
  value: string;
  comment: string | null;
}

/** Finds the first entry of a list that a value meets, null for none. */
export type Matcher = (value: string) => WarninglistEntry | null;

/**
 * Compiles a list to memory, by MISP's rules:
 *
 * - `string`: equal, case-sensitive;
 * - `substring`: the value contains the entry;
 * - `hostname`: the value's host or a parent domain of it equals the entry; the value is not lower-cased and keeps a
 *   port, as in MISP;
 * - `cidr`: the entry's network contains the address or network; entries without mask are single addresses;
 * - `regex`: PCRE with delimiters and flags; expressions that RE2 cannot run match nothing.
 */
export function compileMatcher(type: WarninglistType, entries: readonly WarninglistEntry[]): Matcher {
  switch (type) {
    case 'string':
      return compileStrings(entries);
    case 'substring':
      return compileSubstrings(entries);
    case 'hostname':
      return compileHostnames(entries);
    case 'cidr':
      return compileNetworks(entries);
    case 'regex':
      return compileExpressions(entries);
  }
}

/** False for an entry that could never match: no address in a `cidr` list, no linear expression in a `regex` list. */
export function isUsableEntry(type: WarninglistType, value: string): boolean {
  if (type === 'cidr') return parseRange(value) !== null;
  return type === 'regex' ? compileExpression(value) !== null : value !== '';
}

function compileStrings(entries: readonly WarninglistEntry[]): Matcher {
  const known = firstByKey(entries, (entry) => entry.value);
  return (value) => known.get(value) ?? null;
}

const HEAD_LENGTH = 3;

/**
 * Entries by their first characters: a value costs one look-up a position instead of a search for each of thousands of
 * entries. Of all that occur the first in the list counts.
 */
function compileSubstrings(entries: readonly WarninglistEntry[]): Matcher {
  const byHead = new Map<string, number[]>();
  const short: number[] = [];
  for (const [place, entry] of entries.entries()) {
    const head = entry.value.slice(0, HEAD_LENGTH);
    const known = byHead.get(head);
    if (head.length < HEAD_LENGTH) short.push(place);
    else if (known) known.push(place);
    else byHead.set(head, [place]);
  }
  const textAt = (place: number) => entries[place]?.value ?? '';
  return (value) => {
    let first = short.find((place) => textAt(place) !== '' && value.includes(textAt(place))) ?? entries.length;
    for (let at = 0; at + HEAD_LENGTH <= value.length; at += 1) {
      for (const place of byHead.get(value.slice(at, at + HEAD_LENGTH)) ?? []) {
        if (place >= first) break;
        if (value.startsWith(textAt(place), at)) first = place;
      }
    }
    return entries[first] ?? null;
  };
}

function compileHostnames(entries: readonly WarninglistEntry[]): Matcher {
  const known = firstByKey(entries, (entry) => entry.value.toLowerCase().replaceAll(/^\.+|\.+$/g, ''));
  return (value) => {
    const host = hostOf(value);
    const labels = host.split('.');
    // Shortest suffix first.
    for (let start = labels.length - 1; start >= 0; start -= 1) {
      const found = known.get(labels.slice(start).join('.'));
      if (found) return found;
    }
    return null;
  };
}

function hostOf(value: string): string {
  const withoutScheme = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  return (withoutScheme.split('/')[0] ?? '').replace(/\.$/, '');
}

/** One map a prefix length: at most 33 and 129 look-ups, however many networks there are. */
function compileNetworks(entries: readonly WarninglistEntry[]): Matcher {
  const tables = new Map<string, Map<bigint, { entry: WarninglistEntry; place: number }>>();
  for (const [place, entry] of entries.entries()) {
    const range = parseRange(entry.value);
    if (range === null) continue;
    const key = `${range.bits} ${range.prefix}`;
    const table = tables.get(key) ?? new Map();
    if (!table.has(range.network)) table.set(range.network, { entry, place });
    tables.set(key, table);
  }
  return (value) => {
    const range = parseRange(value);
    return range === null ? null : firstContaining(tables, range);
  };
}

function firstContaining(
  tables: ReadonlyMap<string, ReadonlyMap<bigint, { entry: WarninglistEntry; place: number }>>,
  range: AddressRange,
): WarninglistEntry | null {
  let first: { entry: WarninglistEntry; place: number } | null = null;
  for (let prefix = range.prefix; prefix >= 0; prefix -= 1) {
    const table = tables.get(`${range.bits} ${prefix}`);
    if (!table) continue;
    const hostBits = BigInt(range.bits - prefix);
    const found = table.get((range.network >> hostBits) << hostBits);
    if (found && (first === null || found.place < first.place)) first = found;
  }
  return first?.entry ?? null;
}

function compileExpressions(entries: readonly WarninglistEntry[]): Matcher {
  const compiled = entries.flatMap((entry) => {
    const expression = compileExpression(entry.value);
    return expression === null ? [] : [{ entry, expression }];
  });
  return (value) => compiled.find(({ expression }) => expression.matcher(value).find())?.entry ?? null;
}

/** `/…/flags` to a linear-time expression, so that no value can keep the server busy. */
function compileExpression(text: string): RE2JS | null {
  const delimited = /^([/#~@%!])(.*)\1([a-zA-Z]*)$/s.exec(text);
  const flags = delimited?.[3] ?? '';
  let options = 0;
  if (flags.includes('i')) options |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('s')) options |= RE2JS.DOTALL;
  if (flags.includes('m')) options |= RE2JS.MULTILINE;
  try {
    return RE2JS.compile(delimited?.[2] ?? text, options);
  } catch {
    // Look-around and back references have no linear form; such an entry matches nothing (documented above).
    return null;
  }
}

function firstByKey(
  entries: readonly WarninglistEntry[],
  keyOf: (entry: WarninglistEntry) => string,
): Map<string, WarninglistEntry> {
  const known = new Map<string, WarninglistEntry>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== '' && !known.has(key)) known.set(key, entry);
  }
  return known;
}
