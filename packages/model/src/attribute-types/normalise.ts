import { parseDate } from '../time/parse-date.ts';
import { parseIpv4, shortestAddress } from './internet-address.ts';
import type { NormaliseStep } from './value-rule.ts';

/** ASCII only, as MISP does: other letters keep their case. */
export function lower(value: string): string {
  return value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** ASCII only. */
export function upper(value: string): string {
  return value.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** IPv6 addresses in their shortest form (RFC 5952). */
export const shortAddress: NormaliseStep = shortestAddress;

/** Strips dots at both ends. */
export function trimDots(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && value[start] === '.') start += 1;
  while (end > start && value[end - 1] === '.') end -= 1;
  return value.slice(start, end);
}

// What the URL parser would cut off or decode instead of refusing.
const notPartOfAName = /[\p{ASCII}--[a-zA-Z0-9._\-]]/v;

/** The ASCII form (IDNA) of an internationalised domain; other text unchanged. */
export function toAsciiDomain(value: string): string {
  const isPlain = /^\p{ASCII}*$/u.test(value);
  if (isPlain || value.length > 1000 || notPartOfAName.test(value)) return value;
  const name = URL.parse(`http://${value}/`)?.hostname ?? value;
  // Wide digits alone would be read as an IPv4 address.
  return parseIpv4(name) === null ? name : value;
}

/** Lower-cases what follows the first pipe, or everything when there is none. */
export function lowerAfterFirstPipe(value: string): string {
  const pipe = value.indexOf('|');
  return value.slice(0, pipe + 1) + lower(value.slice(pipe + 1));
}

/** Typographic en dashes, as word processors make them, to hyphens. */
export function hyphens(value: string): string {
  return value.replaceAll('\u2013', '-');
}

/** Advisory families other than CVE and GCVE have names of mixed case, which stay. */
export function upperCve(value: string): string {
  return /^g?cve-/i.test(value) ? upper(value) : value;
}

/** Keeps digits. */
export function digitsOnly(value: string): string {
  return value.replace(/[^0-9]+/g, '');
}

/** Keeps digits and upper-case letters. */
export function alphanumericOnly(value: string): string {
  return value.replace(/[^0-9A-Z]+/g, '');
}

/** Leading 00 becomes +, `(0)` goes, then only + and digits stay. */
export function phoneNumber(value: string): string {
  return value
    .replace(/^00/, '+')
    .replaceAll('(0)', '')
    .replace(/[^+0-9]+/g, '');
}

/** Drops colons. */
export function withoutColons(value: string): string {
  return value.replaceAll(':', '');
}

/** `AA-BB...` and `aabb.ccdd...` to `aa:bb:...`. */
export function macPairs(value: string): string {
  const digits = lower(value).replace(/[.:\- ]+/g, '');
  return digits.match(/.{1,2}/gs)?.join(':') ?? '';
}

/** Colons, as in `address:port`, to the pipes that divide values. */
export function colonsToPipes(value: string): string {
  return value.replaceAll(':', '|');
}

/** `true` and any other non-empty text to 1; `false`, `0` and nothing to 0. */
export function binaryFlag(value: string): string {
  const word = value.trim().toLowerCase();
  return word === 'false' || word === '0' || word === '' ? '0' : '1';
}

/** `2024-01-02T03:04:05.000000+0000`, in the zone that was given; text that is no date unchanged. */
export function isoDateTime(value: string, nowSeconds: number): string {
  const date = parseDate(value, nowSeconds);
  if (date === null) return value;
  const localMs = Math.floor(date.microseconds / 1000) + date.offsetMinutes * 60_000;
  const micros = String(((date.microseconds % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  const offset = Math.abs(date.offsetMinutes);
  const zone = `${String(Math.floor(offset / 60)).padStart(2, '0')}${String(offset % 60).padStart(2, '0')}`;
  return `${new Date(localMs).toISOString().slice(0, 19)}.${micros}${date.offsetMinutes < 0 ? '-' : '+'}${zone}`;
}

/** Number of an autonomous system without `AS`; the dotted notation of RFC 5396 (`1.15`) becomes one number. */
export function asNumberDigits(value: string): string {
  const number = value.replace(/^as/i, '');
  const dotted = /^([0-9]{1,10})\.([0-9]{1,10})$/.exec(number);
  return dotted ? String(Number(dotted[1]) * 65536 + Number(dotted[2])) : number;
}

const addressPortSeparators = ['|', ']:', '.', ' port ', 'p', '#'] as const;

/** Address and port in the notations in use (`1.2.3.4:80`, `[v6]:80`, `v6.80`, `v6 port 80` ...) to `address|port`. */
export function addressAndPort(value: string): string {
  const firstColon = value.indexOf(':');
  const lastColon = value.lastIndexOf(':');
  // Only the first two pieces count, whatever follows.
  if (firstColon === lastColon) return value.split(firstColon < 0 ? '|' : ':', 2).join('|');
  const separator = addressPortSeparators.find(
    (candidate) => value.includes(candidate) && !isInsideAddress(value, candidate),
  );
  if (separator === undefined) return `${value.slice(0, lastColon)}|${value.slice(lastColon + 1)}`;
  const pieces = value.split(separator, 2);
  return (separator === ']:' ? pieces.map((piece) => piece.replace(/^\[/, '')) : pieces).join('|');
}

/** The dots of an IPv4 address within an IPv6 one (`::ffff:192.0.2.1`) part nothing. */
function isInsideAddress(value: string, separator: string): boolean {
  return separator === '.' && value.indexOf('.') !== value.lastIndexOf('.');
}

/** Runs steps on each half of a composite; text without exactly one pipe is left for the composite check to refuse. */
export function onParts(first: readonly NormaliseStep[], second: readonly NormaliseStep[]): NormaliseStep {
  return (value, nowSeconds) => {
    const pieces = value.split('|', 3);
    const [left, right] = pieces;
    if (pieces.length !== 2 || left === undefined || right === undefined) return value;
    const run = (steps: readonly NormaliseStep[], part: string): string =>
      steps.reduce((text, step) => step(text, nowSeconds), part);
    return `${run(first, left)}|${run(second, right)}`;
  };
}
