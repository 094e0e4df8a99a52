import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { parseDate } from './parse-date.ts';
import { formatSeen, parseDateText } from './seen.ts';

// 2026-11-22T03:04:05Z, a Sunday.
const now = Date.UTC(2026, 10, 22, 3, 4, 5) / 1000;

function read(text: string): string | null {
  const instant = parseDateText(text, now);
  return instant === null ? null : formatSeen(instant).replace('.000000+00:00', 'Z');
}

describe('parseDateText', () => {
  it.each([
    ['2024-02-01', '2024-02-01T00:00:00Z'],
    ['2024-02-01T10:00:00.5+02:00', '2024-02-01T08:00:00.500000+00:00'],
    ['2024-02-01T10:00:00.123456789Z', '2024-02-01T10:00:00.123456+00:00'],
    ['2024-02-01 10:00', '2024-02-01T10:00:00Z'],
    ['2024-02-01T10:00:00+0200', '2024-02-01T08:00:00Z'],
    ['2024-02-01T10:00:00 -05', '2024-02-01T15:00:00Z'],
    ['20240201T101112Z', '2024-02-01T10:11:12Z'],
    ['2024/02/01 10:00:00', '2024-02-01T10:00:00Z'],
    ['02/01/2024', '2024-02-01T00:00:00Z'],
    ['01.02.2024', '2024-02-01T00:00:00Z'],
    ['01-02-2024', '2024-02-01T00:00:00Z'],
    ['2024-02', '2024-02-01T00:00:00Z'],
    ['2024-02-30', '2024-03-01T00:00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2024-02-01T24:00:00', '2024-02-02T00:00:00Z'],
    ['Tue Mar  3 10:00:00 UTC 2026', '2026-03-03T10:00:00Z'],
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sun, 06 Nov 1994 08:49:37 +0100 (CET)', '1994-11-06T07:49:37Z'],
    ['2024-01-01T', '2024-01-01T00:00:00Z'],
    ['6 Nov 94 08:49:37 EST', '1994-11-06T13:49:37Z'],
    ['3 March 2026', '2026-03-03T00:00:00Z'],
    ['March 3rd, 2026', '2026-03-03T00:00:00Z'],
    ['Mar 2026', '2026-03-01T00:00:00Z'],
    ['03-Mar-2026 5:30 pm', '2026-03-03T17:30:00Z'],
    ['12:30', '2026-11-22T12:30:00Z'],
    ['now', '2026-11-22T03:04:05Z'],
    ['today', '2026-11-22T00:00:00Z'],
    ['midnight', '2026-11-22T00:00:00Z'],
    ['noon', '2026-11-22T12:00:00Z'],
    ['tomorrow', '2026-11-23T00:00:00Z'],
    ['Yesterday', '2026-11-21T00:00:00Z'],
    ['yesterday 10:00', '2026-11-21T10:00:00Z'],
    ['-3 days', '2026-11-19T03:04:05Z'],
    ['+1 week 2 days', '2026-12-01T03:04:05Z'],
    ['2 hours ago', '2026-11-22T01:04:05Z'],
    ['last month', '2026-10-22T03:04:05Z'],
    ['next year', '2027-11-22T03:04:05Z'],
    ['monday', '2026-11-23T00:00:00Z'],
    ['sunday', '2026-11-22T00:00:00Z'],
    ['next sunday', '2026-11-29T00:00:00Z'],
    ['last monday', '2026-11-16T00:00:00Z'],
    ['last sunday', '2026-11-15T00:00:00Z'],
    ['first day of next month', '2026-12-01T03:04:05Z'],
    ['last day of february 2024', '2024-02-29T00:00:00Z'],
    ['3 weekdays', '2026-11-25T03:04:05Z'],
    ['@1700000000', '2023-11-14T22:13:20Z'],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.500000+00:00'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ])('reads %j as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ...['', ' ', 'soon', 'maybe', '1700000000', '20240101', '2024', '2024-13-01', '2024-02-32', '2024-00-01'],
    ...['0000-00-00', '25:00', '10:60', '2024-01-01T10:00+99:00', '1h30m', '5d', '--', '2024-01-01 2024-01-02'],
    ...['10:00 11:00', '+999999999 years', '99999-01-01', 'é', '२०२४-०१-०१', 'null', '[]'],
  ])('finds no date in %j', (text) => {
    expect(read(text)).toBeNull();
  });

  it('keeps the zone that was given', () => {
    expect(parseDate('2024-01-02T03:04:05+0200', now)?.offsetMinutes).toBe(120);
  });

  it('reads back what formatSeen writes', () => {
    const limit = 9_007_199_254_740_991;
    fc.assert(
      fc.property(fc.integer({ min: -limit, max: limit }), (microseconds) => {
        expect(parseDateText(formatSeen(microseconds), now)).toBe(microseconds);
      }),
    );
  });

  it('never throws and always gives a year of four digits', () => {
    const word = fc.constantFrom(
      ...'2024 1969 0001 9999 99999 1 - + 999999999 1000000001 @ @-1.5 @99999999999'.split(' '),
      ...'day weeks months years weekdays ago mar february last next'.split(' '),
      'first day of',
      'sat',
      ...['z', 'est', 'gmt+2', '+0530', '-99:99', '(cet)', 't', ':', '12:30', '23:59:60.999999999', 'am', '12 pm', ' '],
      ...['.', ',', 'now', 'noon', '1st', '2024-02-29', '02/30/2023', '31.12.2037', '2038-01-19T03:14:08Z', '\u00a0'],
    );
    const words = fc.array(word, { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.oneof(...[hostileText(), words.map((list) => list.join('')), words.map((list) => list.join(' '))]),
        (text) => {
          const instant = parseDateText(text, now);
          if (instant === null) return;
          expect(formatSeen(instant)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
          expect(parseDateText(formatSeen(instant), now)).toBe(instant);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
