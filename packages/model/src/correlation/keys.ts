import { isCompositeType } from '../attribute-types/composite.ts';

// Values so common that a shared one means nothing.
const neverCorrelating: ReadonlySet<string> = new Set([
  ...['comment', 'http-method', 'aba-rtn', 'gender', 'counter', 'integer', 'float', 'port', 'nationality'],
  ...['cortex', 'boolean', 'anonymised'],
]);

const firstPartOnly: ReadonlySet<string> = new Set(['ip-src|port', 'ip-dst|port', 'hostname|port']);

/** The texts by which an attribute meets others; null where a half does not correlate. */
export interface CorrelationKeys {
  readonly key1: string | null;
  readonly key2: string | null;
}

/** True for types whose values never correlate. */
export function neverCorrelates(type: string): boolean {
  return neverCorrelating.has(type);
}

/**
 * The normalised halves of a value. Two attributes of different events
 * correlate when a key of one equals a key of the other, whatever their types.
 */
export function correlationKeys(type: string, value1: string, value2: string): CorrelationKeys {
  if (neverCorrelates(type)) return { key1: null, key2: null };
  const withSecond = isCompositeType(type) && !firstPartOnly.has(type);
  return { key1: correlationKey(value1), key2: withSecond ? correlationKey(value2) : null };
}

/** Text as compared: case and outer white space do not matter. Null when nothing is left. */
export function correlationKey(value: string): string | null {
  const key = value.trim().toLowerCase();
  return key === '' ? null : key;
}
