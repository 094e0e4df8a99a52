/**
 * A flag as MISP's clients send it: true, 1, "1", "true" and their opposites.
 * Null and absent give `fallback`; anything else is null.
 */
export function readFlag(value: unknown, fallback: boolean): boolean | null {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' || text === '' ? false : null;
}

/** A whole number not below zero sent as number or text; null for anything else. */
export function readWholeNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  if (typeof value !== 'string' || !/^\s*[0-9]{1,16}\s*$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** Text, or a number or flag as the text MISP turns it into (true is 1, false is 0); null for lists and objects. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return typeof value === 'boolean' ? String(Number(value)) : null;
}
