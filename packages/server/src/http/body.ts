import { getHeapStatistics } from 'node:v8';
import { DocumentRefused, readXmlBody } from '@magpie/formats';
import { BadRequest, Refused, TooLarge } from '../errors.ts';

/** Nesting beyond this is refused; MISP's deepest real bodies stay under 20. */
export const MAX_JSON_DEPTH = 200;

/**
 * Values of one body, counted by commas and opening brackets. `{},` takes 3 bytes of text and 64 of V8's heap: without
 * a bound of its own a body within the limit of bytes would fill the heap, which ends the process. These take a quarter
 * of it.
 */
const MAX_JSON_VALUES = Math.floor(getHeapStatistics().heap_size_limit / 128);
/** Longer texts are counted too: they may be JSON themselves, which some operations read. */
const SHORT_TEXT_BYTES = 2 ** 20;

const INVALID_JSON =
  'Invalid JSON input. Make sure that the JSON input is a correctly formatted JSON string. This request has been blocked to avoid an unfiltered request.';

/**
 * Escapes are the only way in which a NUL or a lone surrogate can get through UTF-8. Nobody escapes plain letters but to
 * hide a `__proto__`.
 */
const SUSPICIOUS = /\\u(?:0000|00[567]|[dD][89a-fA-F])|__proto__/;

/**
 * Reads a JSON request body. Depth and number of values are bounded before parsing, NUL characters and lone surrogates
 * are refused (the database cannot hold them), and a `__proto__` key is dropped. An empty body is `{}`.
 *
 * Throws `Refused` (MISP's 405) for broken JSON, `TooLarge` when it is nested too deep or holds more than `maxValues`,
 * `BadRequest` when it is not UTF-8.
 */
export function readJsonBody(bytes: Buffer, maxValues = MAX_JSON_VALUES): unknown {
  if (bytes.length === 0) return {};
  const text = decodeUtf8(bytes);
  if (text.trim() === '') return {};
  checkShape(bytes, maxValues);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(INVALID_JSON);
  }
  if (SUSPICIOUS.test(text)) checkStrings(value);
  return value;
}

/**
 * Reads an XML request body as the object that the same in JSON would be (MISP's old form of everything). Document types
 * and their entities are refused; depth and number of elements are bounded.
 *
 * Throws `Refused` for what is not well-formed or goes beyond, `BadRequest` when it is not UTF-8.
 */
export function readXmlRequestBody(bytes: Buffer): unknown {
  const text = decodeUtf8(bytes);
  if (text.trim() === '') return {};
  try {
    return readXmlBody(text);
  } catch (error) {
    if (error instanceof DocumentRefused) throw new Refused(`Invalid XML input. ${error.message}`, { cause: error });
    throw error;
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BadRequest('The request body is not valid UTF-8.', { cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

function checkShape(bytes: Buffer, maxValues: number): void {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      if (end - i > SHORT_TEXT_BYTES) values += countValues(bytes, i, end);
      i = end;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      values += 1;
      if (depth > MAX_JSON_DEPTH) throw new TooLarge(`The JSON body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1;
    } else if (byte === COMMA) values += 1;
    if (values > maxValues) throw new TooLarge(`The JSON body holds more than ${maxValues} values.`);
  }
}

/** What a text would hold as JSON; characters that are escaped by their number count whatever they are. */
function countValues(bytes: Buffer, start: number, end: number): number {
  let values = 0;
  for (let i = start + 1; i < end; i += 1) {
    const byte = bytes[i];
    if (byte === 0x5b || byte === 0x7b || byte === COMMA) values += 1;
    else if (byte === BACKSLASH) {
      i += 1;
      if (bytes[i] === 0x75) values += 1;
    }
  }
  return values;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let from = start + 1;
  for (;;) {
    const end = bytes.indexOf(QUOTE, from);
    if (end === -1) return bytes.length;
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    from = end + 1;
  }
}

function checkStrings(root: unknown): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') checkText(value);
    else if (Array.isArray(value)) for (const item of value) pending.push(item);
    else if (typeof value === 'object' && value !== null) {
      if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
      for (const [key, item] of Object.entries(value)) {
        checkText(key);
        pending.push(item);
      }
    }
  }
}

function checkText(text: string): void {
  if (text.includes('\0')) throw new BadRequest('The request body contains a NUL character, which cannot be stored.');
  if (!text.isWellFormed()) {
    throw new BadRequest('The request body contains an unpaired surrogate, which is not valid Unicode.');
  }
}

/** As PHP's own bounds (max_input_nesting_level, and ten times max_input_vars). */
const MAX_FORM_DEPTH = 64;
/** Fields of one form, however it is encoded. */
export const MAX_FORM_FIELDS = 10_000;
/** Files come by other ways; what forms hold may be JSON, which is not counted as a body of it is. */
export const MAX_FORM_BYTES = 32 * 2 ** 20;
/** What is told of longer ones. */
export const FORM_TOO_LONG = `The fields of a form may have ${MAX_FORM_BYTES / 2 ** 20} MB together.`;
const AMPERSAND = 0x26;

/**
 * The fields of a form (application/x-www-form-urlencoded, URL Standard, section 5.1) by the names they were sent with.
 * Throws `TooLarge` for more of them, or longer ones, than any form has, before they are read.
 */
export function readFormFields(bytes: Buffer): URLSearchParams {
  if (bytes.length > MAX_FORM_BYTES) throw new TooLarge(FORM_TOO_LONG);
  let fields = 1;
  for (let at = bytes.indexOf(AMPERSAND); at !== -1; at = bytes.indexOf(AMPERSAND, at + 1)) {
    fields += 1;
    if (fields > MAX_FORM_FIELDS) throw new TooLarge(`A form may have ${MAX_FORM_FIELDS} fields at most.`);
  }
  return new URLSearchParams(bytes.toString('utf8'));
}

/**
 * Form fields; `data[User][email]` nests and `type[]` makes a list as in PHP. Throws `BadRequest` for NUL characters,
 * `TooLarge` for more fields, or a deeper nesting, than any form has.
 */
export function readFormBody(bytes: Buffer): Record<string, unknown> {
  const form: Record<string, unknown> = Object.create(null);
  for (const [name, value] of readFormFields(bytes)) {
    if (name.includes('\0') || value.includes('\0')) throw new BadRequest('The form contains a NUL character.');
    const keys = name.split(/[[\]]+/, MAX_FORM_DEPTH + 2).filter((key) => key !== '');
    if (keys.length > MAX_FORM_DEPTH) throw new TooLarge(`The form is nested deeper than ${MAX_FORM_DEPTH} levels.`);
    let target = form;
    for (const key of keys.slice(0, -1)) {
      const next = target[key];
      const nested: Record<string, unknown> = isMap(next) ? next : Object.create(null);
      target[key] = nested;
      target = nested;
    }
    const last = keys.at(-1) ?? name;
    const listed = target[last];
    if (!name.endsWith('[]')) target[last] = value;
    else if (Array.isArray(listed)) listed.push(value);
    else target[last] = [value];
  }
  return form;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
