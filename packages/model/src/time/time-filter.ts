import { parseDateText } from './seen.ts';

/** Both ends included; null is open. */
export interface TimeRange {
  readonly from: number | null;
  readonly to: number | null;
}

const open: TimeRange = { from: null, to: null };
const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/**
 * A time filter of restSearch and the indexes, in seconds since 1970: an epoch,
 * a span back from now (`5d`, `12h`, `30m`, `45s`), a date text, or a list of
 * two of them in any order. One of them alone is a lower bound; zero, negative
 * numbers and empty values set no bound. Text that is none of these matches
 * nothing (a bound of now + 1), as in MISP; another shape is `'invalid'`.
 */
export function parseTimeFilter(value: unknown, nowSeconds: number): TimeRange | 'invalid' {
  const range = readRange(value, nowSeconds, (point) => point > 0);
  if (range === 'invalid') return range;
  return { from: toWholeSeconds(range.from), to: toWholeSeconds(range.to) };
}

/**
 * As `parseTimeFilter`, in microseconds since 1970 and without cutting fractions: for first_seen and last_seen. Things
 * were seen before 1970 too, so a date of then is a bound like any other.
 */
export function parseSeenFilter(value: unknown, nowSeconds: number): TimeRange | 'invalid' {
  return readRange(value, nowSeconds, (point, given) => point > 0 || (typeof given === 'string' && !isNumber(given)));
}

function isNumber(text: string): boolean {
  return /^-?[0-9]+(\.[0-9]+)?$/.test(text.trim());
}

function toWholeSeconds(microseconds: number | null): number | null {
  return microseconds === null ? null : Math.floor(microseconds / 1_000_000);
}

/** Whether a time, as it was given, is a lower bound. */
type IsBound = (point: number, given: unknown) => boolean;

function readRange(value: unknown, nowSeconds: number, isBound: IsBound): TimeRange | 'invalid' {
  if (value === null || value === undefined || value === false || value === '') return open;
  if (Array.isArray(value)) return value.length === 0 ? open : readPair(value, nowSeconds, isBound);
  const from = readPoint(value, nowSeconds);
  if (from === null) return 'invalid';
  return isBound(from, value) ? { from, to: null } : open;
}

function readPair(pair: readonly unknown[], nowSeconds: number, isBound: IsBound): TimeRange | 'invalid' {
  const [first, second] = pair.map((point) => readPoint(point, nowSeconds));
  if (pair.length !== 2 || first === null || first === undefined || second === null || second === undefined) {
    return 'invalid';
  }
  const [low, high, given] = first <= second ? [first, second, pair[0]] : [second, first, pair[1]];
  return { from: isBound(low, given) ? low : null, to: high };
}

/** Microseconds since 1970; null for what is neither number nor text. */
function readPoint(value: unknown, nowSeconds: number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? bounded(value) : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (isNumber(text)) return bounded(Number(text));
  const nothing = (nowSeconds + 1) * 1_000_000;
  const unit = unitSeconds[text.slice(-1)];
  // A final unit letter decides: "3 days" is a span whose number cannot be read, not a date.
  if (unit !== undefined) {
    const amount = text.slice(0, -1);
    return /^[0-9]+(\.[0-9]+)?$/.test(amount) ? bounded(nowSeconds - Number(amount) * unit) : nothing;
  }
  return parseDateText(text, nowSeconds) ?? nothing;
}

/** Seconds to microseconds, kept inside the years PostgreSQL's bigint and JavaScript's dates both hold. */
function bounded(seconds: number): number {
  const limit = 253_402_300_799;
  return Math.round(Math.max(-limit, Math.min(limit, seconds)) * 1_000_000);
}
