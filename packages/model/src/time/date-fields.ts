/** Units that a relative time may be given in. */
export type RelativeUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday';

/** What the words of a date text have said so far; null where nothing was said. */
export interface DateFields {
  year: number | null;
  month: number | null;
  day: number | null;
  /** Time of the day in microseconds. */
  timeOfDay: number | null;
  offsetMinutes: number | null;
  /** 0 is Sunday. */
  weekday: number | null;
  /** A whole instant (`@1700000000`), microseconds since 1970. */
  instant: number | null;
  monthEdge: 'first' | 'last' | null;
  startOfDay: boolean;
  readonly shift: Record<RelativeUnit, number>;
}

/** Fields of which nothing has been said yet. */
export function emptyFields(): DateFields {
  return {
    year: null,
    month: null,
    day: null,
    timeOfDay: null,
    offsetMinutes: null,
    weekday: null,
    instant: null,
    monthEdge: null,
    startOfDay: false,
    shift: { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, weekday: 0 },
  };
}

const microsecondsPerDay = 86_400_000_000;

/**
 * The instant the fields name, in microseconds since 1970, with `nowSeconds` for what was left open; null outside of
 * years 1 to 9999.
 */
export function resolveFields(fields: DateFields, nowSeconds: number): number | null {
  const { shift } = fields;
  if (fields.instant !== null) return bounded(fields.instant + clockShift(fields));
  const offset = (fields.offsetMinutes ?? 0) * 60_000;
  const today = new Date(nowSeconds * 1000 + offset);
  const hasDate = fields.year !== null || fields.month !== null || fields.day !== null || fields.weekday !== null;
  const year = (fields.year ?? today.getUTCFullYear()) + shift.year;
  const month = (fields.month ?? today.getUTCMonth() + 1) + shift.month;
  const day = fields.day ?? (fields.month !== null ? 1 : today.getUTCDate());
  let midnight = midnightOf(year, month, day, fields.monthEdge);
  midnight += shift.day * 86_400_000;
  midnight = skipWeekdays(midnight, shift.weekday);
  if (fields.weekday !== null) {
    const ahead = (fields.weekday - new Date(midnight).getUTCDay() + 7) % 7;
    midnight += ahead * 86_400_000;
  }
  const now = (nowSeconds * 1_000_000 + offset * 1000) % microsecondsPerDay;
  const timeOfDay = fields.timeOfDay ?? (hasDate || fields.startOfDay ? 0 : now);
  return bounded(midnight * 1000 + timeOfDay - offset * 1000 + clockShift(fields));
}

// Months and days beyond their range roll over, as PHP does with "2024-02-30".
function midnightOf(year: number, month: number, day: number, edge: DateFields['monthEdge']): number {
  const date = new Date(0);
  if (edge === 'last') date.setUTCFullYear(year, month, 0);
  else date.setUTCFullYear(year, month - 1, edge === 'first' ? 1 : day);
  return date.getTime();
}

function skipWeekdays(midnight: number, count: number): number {
  const step = Math.sign(count);
  let result = midnight;
  for (let left = Math.min(Math.abs(count), 10_000); left > 0; ) {
    result += step * 86_400_000;
    const day = new Date(result).getUTCDay();
    if (day !== 0 && day !== 6) left -= 1;
  }
  return result;
}

function clockShift({ shift }: DateFields): number {
  return (shift.hour * 3600 + shift.minute * 60 + shift.second) * 1_000_000;
}

function bounded(microseconds: number): number | null {
  const year = new Date(Math.floor(microseconds / 1000)).getUTCFullYear();
  return year >= 1 && year <= 9999 ? microseconds : null;
}
