import { problemOfRegex } from './check-regex.ts';

/** Bytes that YARA has room for while it reads a text or a regular expression, the closing zero apart. */
const MOST_STRING_BYTES = 8_191;

const TEXT = /^"(?:[^"\\\n]|\\(?:["\\tnr]|x[0-9A-Fa-f]{2}))*"/;
const REGEX = /^\/((?:[^/\\\n]|\\.)+)\/(?:is?|s)?(?![A-Za-z])/;
const HEX = /^\{([^{}]*)\}/;
const MODIFIER = /^\s*(nocase|ascii|wide|fullword|private|xor|base64wide|base64)(?![\w])/;

type Kind = 'text' | 'regex' | 'hex';

const modifiersOf: Readonly<Record<Kind, ReadonlySet<string>>> = {
  text: new Set(['nocase', 'ascii', 'wide', 'fullword', 'private', 'xor', 'base64', 'base64wide']),
  regex: new Set(['nocase', 'ascii', 'wide', 'fullword', 'private']),
  hex: new Set(['private']),
};

/** Of pairs YARA takes only one. */
const apart: readonly (readonly [one: string, other: string])[] = [
  ...['base64', 'base64wide'].flatMap((base) => ['nocase', 'fullword', 'xor'].map((other) => [base, other] as const)),
  ['xor', 'nocase'],
];

/**
 * Says why YARA would refuse the definition of a string, `$name = …` (YARA documentation, "Strings"); null where it
 * would not.
 */
export function problemOfString(definition: string): string | null {
  const [head = '', name] = /^(\$\w*)\s*=\s*/.exec(definition) ?? [];
  if (name === undefined) return `its string ${definition.slice(0, 40)} is not defined as one`;
  const problem = problemOfValue(definition.slice(head.length));
  return problem === null ? null : `its string ${name}: ${problem}`;
}

function problemOfValue(value: string): string | null {
  const [text] = TEXT.exec(value) ?? [];
  if (text !== undefined) {
    if (text === '""') return 'it is empty';
    return problemOfLength(decodedBytes(text)) ?? problemOfModifiers('text', value.slice(text.length));
  }
  const [regex, body = ''] = REGEX.exec(value) ?? [];
  if (regex !== undefined) {
    const problem = problemOfLength(Buffer.byteLength(body)) ?? problemOfRegex(body);
    return problem ?? problemOfModifiers('regex', value.slice(regex.length));
  }
  const [hex, bytes = ''] = HEX.exec(value) ?? [];
  if (hex === undefined) return 'it cannot be read';
  return problemOfHex(bytes) ?? problemOfModifiers('hex', value.slice(hex.length));
}

function problemOfLength(bytes: number): string | null {
  return bytes > MOST_STRING_BYTES ? 'it is too long' : null;
}

function decodedBytes(quoted: string): number {
  return Buffer.byteLength(quoted.slice(1, -1).replaceAll(/\\(?:x..|.)/gs, '.'));
}

/** What YARA takes as a text between quotes, in meta data and conditions. */
export function isText(text: string): boolean {
  return TEXT.exec(text)?.[0] === text && decodedBytes(text) <= MOST_STRING_BYTES;
}

function problemOfModifiers(kind: Kind, text: string): string | null {
  const seen = new Set<string>();
  let rest = text;
  while (rest.trim() !== '') {
    const [head = '', name = ''] = MODIFIER.exec(rest) ?? [];
    if (!modifiersOf[kind].has(name)) return `${rest.trim().slice(0, 40)} cannot stand behind it`;
    if (seen.has(name)) return `${name} stands twice`;
    seen.add(name);
    rest = rest.slice(head.length);
    const [argument = ''] = /^\s*\([^)]*\)/.exec(rest) ?? [];
    if (argument === '') continue;
    if (!argumentFits(name, argument.trim().slice(1, -1).trim())) return `${name} does not take ${argument.trim()}`;
    rest = rest.slice(argument.length);
  }
  const pair = apart.find(([one, other]) => seen.has(one) && seen.has(other));
  return pair === undefined ? null : `${pair[0]} and ${pair[1]} cannot stand together`;
}

function argumentFits(modifier: string, argument: string): boolean {
  if (modifier.startsWith('base64')) return isText(argument) && decodedBytes(argument) === 64;
  if (modifier !== 'xor') return false;
  const [, low = '', high = low] =
    /^(0x[0-9A-Fa-f]{1,2}|\d{1,3})(?:\s*-\s*(0x[0-9A-Fa-f]{1,2}|\d{1,3}))?$/.exec(argument) ?? [];
  return low !== '' && Number(high) <= 255 && Number(low) <= Number(high);
}

/** Jumps within alternatives are bounded (libyara's chaining threshold). */
const MOST_JUMP = 200;
const HEX_TOKEN = /\s+|[0-9A-Fa-f?]{2}|\[\s*(\d{0,9})\s*(-?)\s*(\d{0,9})\s*\]|[(|)]/y;

/** Bytes that `[low-high]` or `[low]` passes over at most; null where it is none. */
function longestJump(low: string, dash: string, high: string): number | null {
  if (dash === '') return low === '' || high !== '' ? null : Number(low);
  if (high === '') return Number.POSITIVE_INFINITY;
  return Number(high) < Number(low) ? null : Number(high);
}

function problemOfHex(bytes: string): string | null {
  // What stands before the place: a byte must stand on both sides of a jump, and in each alternative.
  const before: string[] = [];
  let last = '(';
  HEX_TOKEN.lastIndex = 0;
  while (HEX_TOKEN.lastIndex < bytes.length) {
    const place = HEX_TOKEN.lastIndex;
    const [token, low = '', dash = '', high = ''] = HEX_TOKEN.exec(bytes) ?? [];
    if (token === undefined) return `it cannot be read at ${bytes.slice(place, place + 20)}`;
    if (token.trim() === '') continue;
    const [sign = ''] = token;
    const kind = '[(|)'.includes(sign) ? sign : 'byte';
    const isOpen = last === '(' || last === '|';
    if (kind === '[') {
      if (isOpen) return 'a jump stands at its beginning';
      const most = longestJump(low, dash, high);
      if (most === null) return `${token} is no jump`;
      if (before.length > 0 && most > MOST_JUMP) return `${token} is too far`;
    } else if (kind === '(') {
      before.push(kind);
    } else if (kind !== 'byte') {
      if (before.length === 0 || isOpen || last === '[')
        return `it cannot be read at ${bytes.slice(place, place + 20)}`;
      if (kind === ')') before.pop();
    }
    last = kind;
  }
  if (before.length > 0) return 'a bracket is not closed';
  return last === '(' || last === '[' ? 'it ends where a byte should stand' : null;
}
