/**
 * The part of ICU MessageFormat the page needs: `{name}`, `{n, number}`,
 * `{n, plural, =0 {…} one {# …} other {# …}}` and `{x, select, a {…} other {…}}`, nested.
 * Source: https://unicode-org.github.io/icu/userguide/format_parse/messages/
 */

import { formatNumber, pluralRules } from './formatters.ts';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'value'; readonly name: string; readonly asNumber: boolean }
  | { readonly kind: 'choice'; readonly name: string; readonly plural: boolean; readonly cases: Map<string, Part[]> };

/** What is filled into a text, by name. */
export type MessageValues = Readonly<Record<string, string | number>>;

interface Cursor {
  at: number;
}

function readUntil(text: string, cursor: Cursor, stop: RegExp): string {
  const start = cursor.at;
  while (cursor.at < text.length && !stop.test(text.charAt(cursor.at))) cursor.at += 1;
  return text.slice(start, cursor.at).trim();
}

function expectCharacter(text: string, cursor: Cursor, character: string): void {
  if (text.charAt(cursor.at) !== character) {
    throw new Error(`Message "${text}": expected "${character}" at ${cursor.at}`);
  }
  cursor.at += 1;
}

function readCases(text: string, cursor: Cursor): Map<string, Part[]> {
  const cases = new Map<string, Part[]>();
  for (;;) {
    const key = readUntil(text, cursor, /[{}]/);
    if (text.charAt(cursor.at) !== '{') break;
    cursor.at += 1;
    cases.set(key, readParts(text, cursor, true));
    expectCharacter(text, cursor, '}');
  }
  if (!cases.has('other')) throw new Error(`Message "${text}": a choice lacks "other"`);
  return cases;
}

function readPlaceholder(text: string, cursor: Cursor): Part {
  expectCharacter(text, cursor, '{');
  const name = readUntil(text, cursor, /[,{}]/);
  let part: Part = { kind: 'value', name, asNumber: false };
  if (text.charAt(cursor.at) === ',') {
    cursor.at += 1;
    const type = readUntil(text, cursor, /[,{}]/);
    if (type === 'number') part = { kind: 'value', name, asNumber: true };
    else if (type === 'plural' || type === 'select') {
      expectCharacter(text, cursor, ',');
      part = { kind: 'choice', name, plural: type === 'plural', cases: readCases(text, cursor) };
    } else throw new Error(`Message "${text}": unknown format "${type}"`);
  }
  expectCharacter(text, cursor, '}');
  return part;
}

function readParts(text: string, cursor: Cursor, inChoice: boolean): Part[] {
  const parts: Part[] = [];
  while (cursor.at < text.length && text.charAt(cursor.at) !== '}') {
    if (text.charAt(cursor.at) === '{') parts.push(readPlaceholder(text, cursor));
    else if (inChoice && text.charAt(cursor.at) === '#') {
      cursor.at += 1;
      parts.push({ kind: 'count' });
    } else {
      const start = cursor.at;
      while (cursor.at < text.length && !(inChoice ? /[{}#]/ : /[{}]/).test(text.charAt(cursor.at))) cursor.at += 1;
      parts.push({ kind: 'text', text: text.slice(start, cursor.at) });
    }
  }
  return parts;
}

/** Parses one message; throws with the position when it is malformed. */
export function parseMessage(text: string): readonly Part[] {
  const cursor = { at: 0 };
  const parts = readParts(text, cursor, false);
  if (cursor.at < text.length) throw new Error(`Message "${text}": stray "}" at ${cursor.at}`);
  return parts;
}

/** Names of the values a message takes, sorted. */
export function messageArguments(parts: readonly Part[]): string[] {
  const names = new Set<string>();
  for (const part of parts) {
    if (part.kind === 'value') names.add(part.name);
    if (part.kind !== 'choice') continue;
    names.add(part.name);
    for (const inner of part.cases.values()) for (const name of messageArguments(inner)) names.add(name);
  }
  return [...names].sort();
}

/** Text of a parsed message in `locale`. A value that is missing shows as its name in braces. */
export function formatParts(parts: readonly Part[], values: MessageValues, locale: string, count = 0): string {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'count') text += formatNumber(count, locale);
    else if (part.kind === 'value') {
      const value = values[part.name] ?? `{${part.name}}`;
      text += part.asNumber ? formatNumber(Number(value), locale) : String(value);
    } else {
      const value = values[part.name] ?? '';
      const number = part.plural ? Number(value) : count;
      const key = part.plural ? pluralRules(locale).select(number) : String(value);
      const chosen = part.cases.get(`=${value}`) ?? part.cases.get(key) ?? part.cases.get('other') ?? [];
      text += formatParts(chosen, values, locale, number);
    }
  }
  return text;
}
