import { type DateFields, emptyFields, resolveFields } from './date-fields.ts';
import { monthNumber, relativeUnit, weekdayNumber } from './date-words.ts';
import { numericOffset, zoneOffset } from './zones.ts';

/** A date as it was written: the instant and the zone it was given in. */
export interface ParsedDate {
  /** Since 1970, UTC. Exact up to the year 2255. */
  readonly microseconds: number;
  readonly offsetMinutes: number;
}

type Take = (fields: DateFields, match: RegExpExecArray) => boolean;

// Longer texts are no dates; the bound keeps every pattern below cheap.
const longestText = 100;

/**
 * Reads the forms PHP's strtotime knows and clients send: ISO 8601 with zone
 * and fraction, `Y/m/d`, `m/d/Y`, `d.m.Y`, RFC 2822, the output of `date`,
 * named months, `now`, `today`, `yesterday`, `tomorrow`, `noon`, `-3 days`,
 * `2 weeks ago`, `last monday`, `first day of next month`, `@epoch`. Without a
 * zone it is UTC. Bare digits are refused: they are epochs to some clients and
 * dates to others.
 */
export function parseDate(text: string, nowSeconds: number): ParsedDate | null {
  const rest = text.trim().toLowerCase();
  if (rest === '' || rest.length > longestText || /^[0-9]+$/.test(rest)) return null;
  const fields = emptyFields();
  let position = 0;
  while (position < rest.length) {
    const taken = takeNext(fields, rest, position);
    if (taken === null) return null;
    position += taken;
  }
  const microseconds = resolveFields(fields, nowSeconds);
  return microseconds === null ? null : { microseconds, offsetMinutes: fields.offsetMinutes ?? 0 };
}

/** Length of the piece understood at `position`, or null. */
function takeNext(fields: DateFields, text: string, position: number): number | null {
  for (const { expression, take } of forms) {
    expression.lastIndex = position;
    const match = expression.exec(text);
    if (match !== null && match[0] !== '') return take(fields, match) ? match[0].length : null;
  }
  return null;
}

function setDate(fields: DateFields, year: number | null, month: number | null, day: number | null): boolean {
  if (fields.month !== null || fields.day !== null) return false;
  if (month !== null && (month < 1 || month > 12)) return false;
  if (day !== null && (day < 1 || day > 31)) return false;
  if (year !== null && year < 1) return false;
  fields.year = year ?? fields.year;
  fields.month = month;
  fields.day = day;
  return true;
}

function setTime(
  fields: DateFields,
  clock: readonly [hour: number, minute: number, second: number],
  fraction = '',
): boolean {
  const [hour, minute, second] = clock;
  // 24:00 is the end of the day and :60 a leap second; both roll over.
  if (fields.timeOfDay !== null || hour > 24 || minute > 59 || second > 60) return false;
  if (hour === 24 && (minute > 0 || second > 0)) return false;
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, '0'));
  fields.timeOfDay = (hour * 3600 + minute * 60 + second) * 1_000_000 + microseconds;
  return true;
}

function setOffset(fields: DateFields, offset: number | null): boolean {
  if (offset === null || fields.offsetMinutes !== null) return false;
  fields.offsetMinutes = offset;
  return true;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

function shift(fields: DateFields, amount: number, unitWord: string): boolean {
  const unit = relativeUnit(unitWord);
  if (unit === null || Math.abs(amount) > 1e9) return false;
  fields.shift[unit[0]] += amount * unit[1];
  return true;
}

function takeWord(fields: DateFields, word: string): boolean {
  const weekday = weekdayNumber(word);
  if (weekday !== null) {
    if (fields.weekday !== null) return false;
    fields.weekday = weekday;
    return true;
  }
  const month = monthNumber(word);
  if (month !== null) return setDate(fields, null, month, null);
  const dayShift = { today: 0, midnight: 0, tomorrow: 1, yesterday: -1, noon: 0, now: null }[word];
  if (dayShift === null) return true;
  if (dayShift === undefined) return setOffset(fields, zoneOffset(word));
  fields.shift.day += dayShift;
  fields.startOfDay = true;
  return word === 'noon' ? setTime(fields, [12, 0, 0]) : true;
}

/** What words before a unit mean; "last" and "previous" are the one before. */
const AMOUNTS: Readonly<Record<string, number>> = { next: 1, this: 0 };

function takeOrdinal(fields: DateFields, which: string, word: string): boolean {
  const amount = AMOUNTS[which] ?? -1;
  const weekday = weekdayNumber(word);
  if (weekday === null) return shift(fields, amount, word);
  if (fields.weekday !== null) return false;
  fields.weekday = weekday;
  // The day itself does not count: one on, or a week and the rest back.
  if (amount !== 0) fields.shift.day += amount > 0 ? 1 : -7;
  return true;
}

const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}';
const time = '([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?';

function form(source: string, take: Take): { expression: RegExp; take: Take } {
  return { expression: new RegExp(source, 'y'), take };
}

// In order of precedence; each is anchored at the reading position.
const forms: readonly { expression: RegExp; take: Take }[] = [
  form('[ \\t\\n,]+', () => true),
  form('@(-?[0-9]{1,12})(?:\\.([0-9]{1,6}))?', (fields, [, seconds, fraction = '']) => {
    fields.instant = Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0'));
    return setOffset(fields, 0);
  }),
  // 20240102T030405 and 2024-01-02
  form('([0-9]{4})([0-9]{2})([0-9]{2})t?(?=[0-9]{2}:?[0-9]{2}|$)', (fields, [, y, m, d]) =>
    setDate(fields, Number(y), Number(m), Number(d)),
  ),
  form('([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])t?', (fields, [, y, m, d]) =>
    setDate(fields, Number(y), Number(m), Number(d)),
  ),
  form('([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?![0-9])', (fields, [, m, d, y]) =>
    setDate(fields, Number(y), Number(m), Number(d)),
  ),
  form('([0-9]{1,2})[-.]([0-9]{1,2})[-.]([0-9]{4})(?![0-9])', (fields, [, d, m, y]) =>
    setDate(fields, Number(y), Number(m), Number(d)),
  ),
  form('([0-9]{4})-([0-9]{2})(?![0-9:])', (fields, [, y, m]) => setDate(fields, Number(y), Number(m), 1)),
  form(
    `([0-9]{1,2})(?:st|nd|rd|th)?[ \\t.-]*${month}(?![a-z])(?:[ \\t.,-]*([0-9]{4}|[0-9]{2}(?![0-9:])))?(?![0-9])`,
    (fields, [, d, m = '', y]) => setDate(fields, y === undefined ? null : fullYear(y), monthNumber(m), Number(d)),
  ),
  form(
    `${month}(?![a-z])[ \\t.-]+([0-9]{1,2})(?:st|nd|rd|th)?(?![0-9:])(?:[ \\t,.-]+([0-9]{4})(?![0-9]))?`,
    (fields, [, m = '', d, y]) => setDate(fields, y === undefined ? null : Number(y), monthNumber(m), Number(d)),
  ),
  form(`${month}(?![a-z])[ \\t.,-]+([0-9]{4})(?![0-9])`, (fields, [, m = '', y]) =>
    setDate(fields, Number(y), monthNumber(m), 1),
  ),
  form(
    `t?${time}[ \\t]*([ap])\\.?m\\.?(?![a-z])`,
    (fields, [, h, m, s = '0', fraction, half]) =>
      Number(h) >= 1 &&
      Number(h) <= 12 &&
      setTime(fields, [(Number(h) % 12) + (half === 'p' ? 12 : 0), Number(m), Number(s)], fraction),
  ),
  form(
    '([0-9]{1,2})[ \\t]*([ap])\\.?m\\.?(?![a-z])',
    (fields, [, h, half]) =>
      Number(h) >= 1 && Number(h) <= 12 && setTime(fields, [(Number(h) % 12) + (half === 'p' ? 12 : 0), 0, 0]),
  ),
  form(`t?${time}(?![0-9:])`, (fields, [, h, m, s = '0', fraction]) =>
    setTime(fields, [Number(h), Number(m), Number(s)], fraction),
  ),
  form(
    't?([0-9]{2})([0-9]{2})([0-9]{2})(?![0-9])',
    (fields, [, h, m, s]) => fields.day !== null && setTime(fields, [Number(h), Number(m), Number(s)]),
  ),
  form('(first|last) day of(?![a-z])', (fields, [, edge]) => {
    fields.monthEdge = edge === 'first' ? 'first' : 'last';
    return true;
  }),
  form(
    '([+-]?)[ \\t]*([0-9]{1,9})[ \\t]*([a-z]{3,10})([ \\t]+ago)?(?![a-z])',
    (fields, [, sign, amount, unit = '', ago]) =>
      shift(fields, Number(amount) * (sign === '-' ? -1 : 1) * (ago === undefined ? 1 : -1), unit),
  ),
  form('(next|last|previous|this)[ \\t]+([a-z]+)', (fields, [, which = '', word = '']) =>
    takeOrdinal(fields, which, word),
  ),
  form(
    '(?:gmt|utc)?([+-])([0-9]{1,2}):?([0-9]{2})?(?![0-9])',
    (fields, [, sign = '+', hours = '', minutes]) =>
      fields.timeOfDay !== null && setOffset(fields, numericOffset(sign, hours, minutes)),
  ),
  // Mail adds the name of the zone as a comment.
  form('\\(([a-z]+)\\)', (fields, [, word = '']) => fields.offsetMinutes !== null || takeWord(fields, word)),
  form('[a-z]+', (fields, [word]) => takeWord(fields, word)),
  // The year at the end of what `date` prints.
  form('([0-9]{4})(?![0-9:])', (fields, [, y]) => {
    if (fields.year !== null || fields.day === null) return false;
    fields.year = Number(y);
    return fields.year > 0;
  }),
];
