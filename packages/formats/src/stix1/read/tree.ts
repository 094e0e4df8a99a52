import { isJson, type Json, textOf } from '../../stix2/json.ts';

/**
 * The items of a member: a list, one alone, or a list within it under one of the inner names. The JSON form has
 * `{indicators: [...]}`, what was XML `{related_indicator: ...}`.
 */
export function itemsOf(json: Json, key: string, ...inner: string[]): unknown[] {
  return listOf(json[key]).flatMap((value) => {
    if (!isJson(value)) return [value];
    const names = inner.filter((name) => value[name] !== undefined);
    return names.length === 0
      ? inner.length > 0 && Object.keys(value).length === 0
        ? []
        : [value]
      : names.flatMap((name) => listOf(value[name]));
  });
}

/** The JSON objects among the items of a member. */
export function objectsOf(json: Json, key: string, ...inner: string[]): Json[] {
  return itemsOf(json, key, ...inner).filter(isJson);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The text of a value, whether it stands alone or beside attributes; the first of a list. */
export function plainText(value: unknown): string {
  if (Array.isArray(value)) return plainText(value[0]);
  if (isJson(value))
    return isJson(value.value) || Array.isArray(value.value) ? plainText(value.value) : textOf(value.value).trim();
  return textOf(value).trim();
}

/** The text at a path. */
export function textAt(json: Json, ...path: string[]): string {
  let at: unknown = json;
  for (const name of path) {
    const one: unknown = Array.isArray(at) ? at[0] : at;
    if (!isJson(one)) return '';
    at = one[name];
  }
  return plainText(at);
}

/** The JSON object at a path; an empty one where there is none. */
export function jsonAt(json: Json, ...path: string[]): Json {
  let at: unknown = json;
  for (const name of path) {
    const one: unknown = Array.isArray(at) ? at[0] : at;
    if (!isJson(one)) return {};
    at = one[name];
  }
  const found: unknown = Array.isArray(at) ? at[0] : at;
  return isJson(found) ? found : {};
}

/** CybOX puts several values into one text, between these words. */
const DELIMITER = '##comma##';

/** The values of a member: one, or those that CybOX joined. */
export function valuesOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map(plainText) : [plainText(value)];
  return list
    .flatMap((text) => text.split(DELIMITER))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** The type of an object, without the prefix of its schema. */
export function typeOf(json: Json): string {
  const type = textOf(json['xsi:type']);
  return type.slice(type.indexOf(':') + 1);
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The uuid at the end of an id; null when there is none that MISP takes. */
export function uuidOf(id: unknown): string | null {
  return UUID.exec(textOf(id))?.[0].toLowerCase() ?? null;
}
