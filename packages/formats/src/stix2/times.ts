/** Elements of an event mostly share their times: the last one written is remembered. */
let last = { seconds: 0, text: new Date(0).toISOString() };

/** A STIX timestamp of epoch seconds, with milliseconds as SDOs have them. */
export function stamp(seconds: number): string {
  if (last.seconds !== seconds) last = { seconds, text: new Date(seconds * 1000).toISOString() };
  return last.text;
}

/** A STIX timestamp without fraction, as times of observation have it. */
export function shortStamp(seconds: number): string {
  return `${stamp(seconds).slice(0, 19)}Z`;
}

/** Seconds of MISP's decimal text; 0 for anything else or beyond the years STIX can write. */
export function secondsOf(value: unknown): number {
  const seconds = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 && seconds < 253_402_300_800 ? Math.trunc(seconds) : 0;
}

const PARTS = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A date text of MISP as a STIX timestamp: in UTC, with a fraction only where there is one. Null for a text that is no
 * date of that kind.
 */
export function stixTime(value: string): string | null {
  const match = PARTS.exec(value.trim());
  if (match === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' ? 'Z' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  if (Number.isNaN(time)) return null;
  const digits = fraction.slice(0, 6).replace(/0+$/, '');
  return `${new Date(time).toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`;
}

/** Whether a time of `stixTime` is before another one: by its letters, `…:47.5Z` would stand before `…:47Z`. */
export function isBefore(one: string, other: string): boolean {
  return one.slice(0, -1) < other.slice(0, -1);
}

/** Times of objects that have milliseconds always. */
export function stampOfDate(value: string): string | null {
  const time = stixTime(value);
  if (time === null) return null;
  const [whole, fraction = ''] = time.slice(0, -1).split('.');
  return `${whole}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** Epoch seconds of a STIX timestamp; null for what is none. */
export function secondsOfStamp(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}
