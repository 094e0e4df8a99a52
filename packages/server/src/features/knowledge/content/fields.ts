import { readUuidShape } from '@magpie/model';
import { isObject, type JsonObject } from '../../../http/lenient.ts';

/** A library file that cannot be used; the message says why. */
export class UnusableFile extends Error {}

/** Parses a file to its JSON object. */
export function parseFile(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new UnusableFile(`not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(value)) throw new UnusableFile('not a JSON object');
  return value;
}

/** A text that must be there and not be empty. */
export function requireText(object: JsonObject, field: string): string {
  const value = object[field];
  if (typeof value !== 'string' || value === '') throw new UnusableFile(`"${field}" is missing`);
  return value;
}

/** A text, `''` when it is not there. */
export function textOf(object: JsonObject, field: string): string {
  const value = object[field];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : '';
}

/** A text, null when it is not there or empty. */
export function textOrNull(object: JsonObject, field: string): string | null {
  return textOf(object, field) || null;
}

/** A version: a whole number, given as number or digits. */
export function requireVersion(object: JsonObject): number {
  const version = Number(object.version ?? 1);
  if (!Number.isSafeInteger(version) || version < 0) throw new UnusableFile('"version" is not a whole number');
  return version;
}

/** A uuid, in lower case. */
export function requireUuid(object: JsonObject, field = 'uuid'): string {
  const uuid = uuidOrNull(object[field]);
  if (uuid === null) throw new UnusableFile(`"${field}" is not a uuid`);
  return uuid;
}

/** The uuid in lower case, null for anything else. */
export function uuidOrNull(value: unknown): string | null {
  return readUuidShape(value);
}

/** A whole number that a column of type integer holds, null for anything else. */
export function integerOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
}

/** The texts of a list; numbers become text, anything else is left out. One text reads as a list of it. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => (['string', 'number', 'boolean'].includes(typeof item) ? [String(item)] : []));
}

/** The objects of a list. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * Rows as JSON for `json_to_recordset`, which takes any number of rows and columns in one parameter. NUL and lone
 * surrogates, which PostgreSQL refuses, are replaced.
 */
export function rowsJson(rows: readonly object[]): string {
  const text = JSON.stringify(rows);
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  );
}
