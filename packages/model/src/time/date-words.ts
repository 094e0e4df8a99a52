import type { RelativeUnit } from './date-fields.ts';

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const longMonthNames = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october'],
  ...['november', 'december', 'sept'],
];
const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** 1 to 12, or null. Takes English names, short and long. */
export function monthNumber(word: string): number | null {
  if (!monthNames.includes(word) && !longMonthNames.includes(word)) return null;
  return monthNames.indexOf(word.slice(0, 3)) + 1;
}

/** 0 (Sunday) to 6, or null. Takes English names, long and of at least three letters. */
export function weekdayNumber(word: string): number | null {
  if (!/^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?$/.test(word)) return null;
  const index = weekdayNames.findIndex((name) => name.startsWith(word.slice(0, 3)));
  return index < 0 ? null : index;
}

const units: ReadonlyMap<string, readonly [RelativeUnit, number]> = new Map([
  ['year', ['year', 1]],
  ['month', ['month', 1]],
  ['week', ['day', 7]],
  ['fortnight', ['day', 14]],
  ['day', ['day', 1]],
  ['weekday', ['weekday', 1]],
  ['hour', ['hour', 1]],
  ['minute', ['minute', 1]],
  ['min', ['minute', 1]],
  ['second', ['second', 1]],
  ['sec', ['second', 1]],
]);

/** Unit and factor of a word such as `days` or `fortnight`. */
export function relativeUnit(word: string): readonly [RelativeUnit, number] | null {
  return units.get(word) ?? units.get(word.replace(/s$/, '')) ?? null;
}
