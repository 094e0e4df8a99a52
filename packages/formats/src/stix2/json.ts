/** A JSON object whose members are not known beforehand. */
export type Json = Record<string, unknown>;

/** Whether a value is a JSON object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A table that is asked by words of documents: the names that every JavaScript object has are none of its keys. */
export function table<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), entries);
}

/** The text of a member; numbers and flags as text, anything else as the empty text. */
export function text(json: Json, key: string): string {
  return textOf(json[key]);
}

/** A value as text; '' for what has none. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The JSON objects of a member that is a list; one that stands alone is a list of one. */
export function objects(json: Json, key: string): Json[] {
  const value = json[key];
  if (Array.isArray(value)) return value.filter(isJson);
  return isJson(value) ? [value] : [];
}

/** The texts of a member that is a list or one text. */
export function texts(json: Json, key: string): string[] {
  const value = json[key];
  return (Array.isArray(value) ? value : [value]).map(textOf).filter((item) => item !== '');
}

/** MISP's flags: true, 1, "1", "true". */
export function flag(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}

/** The JSON object of a member, or an empty one. */
export function child(json: Json, key: string): Json {
  const value = json[key];
  return isJson(value) ? value : {};
}
