import { parseDate } from './parse-date.ts';

/**
 * The instant a date text names, in microseconds since 1970, or null when it
 * is no date. UTC unless the text names a zone; bare digits are no date.
 */
export function parseDateText(text: string, nowSeconds: number): number | null {
  return parseDate(text, nowSeconds)?.microseconds ?? null;
}

/** `2023-04-05T06:07:08.123456+00:00`, the form of first_seen and last_seen on the wire. */
export function formatSeen(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = String(microseconds - seconds * 1_000_000).padStart(6, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}+00:00`;
}
