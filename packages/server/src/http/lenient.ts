import { readUuid } from '@magpie/model';
import { Invalid } from '../errors.ts';

/** A plain JSON object. */
export type JsonObject = Record<string, unknown>;

/** True for objects that are not arrays. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Opens MISP's wrappers: `{"Event":{…}}`, `{"request":{"Event":{…}}}` or flat. Anything that is not an object reads as `{}`.
 */
export function unwrap(body: unknown, ...wrappers: readonly string[]): JsonObject {
  let value: unknown = body;
  for (const wrapper of ['request', ...wrappers]) {
    if (isObject(value) && Object.hasOwn(value, wrapper)) {
      const inner = value[wrapper];
      if (isObject(inner)) value = inner;
    }
  }
  return isObject(value) ? value : {};
}

/** MISP's booleans: true/false, 1/0, "1"/"0", "true"/"false", "on"; undefined when absent or anything else. */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === '1' || value === 'true' || value === 'on') return true;
  if (value === 0 || value === '0' || value === 'false' || value === '' || value === 'off') return false;
  return undefined;
}

/** A positive database id given as number or digits; null for anything else ("0x1A", "1e3", 2^63 …). */
export function readId(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** What names a row by its id or its uuid; null for anything else. */
export function readKey(value: unknown): { id: number } | { uuid: string } | null {
  const id = readId(value);
  if (id !== null) return { id };
  const uuid = readUuid(value);
  return uuid === null ? null : { uuid };
}

/** A whole number (zero and negative too) given as number or digits; null otherwise. */
export function readInteger(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

/** Text given as text or number; undefined when absent or null. Throws `Invalid` naming the field for lists and objects. */
export function readText(body: JsonObject, field: string): string | undefined {
  const value = Object.hasOwn(body, field) ? body[field] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Invalid('', { [field]: ['Expected a text.'] });
}

/** A list given as list or single value; undefined when absent, null or empty text. */
export function readList(value: unknown): unknown[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return Array.isArray(value) ? value : [value];
}

/** The elements of a body's list, which may be one object alone; none of anything else. */
export function readElements(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : [];
}

/** The objects of a list; none of anything else. */
export function readObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** True for a text that can be read as JSON. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** As `readList`, also of a list that is sent as its JSON; a text that begins as one and is none names nothing. */
export function readSentList(value: unknown): unknown[] | undefined {
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return readList(value);
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
