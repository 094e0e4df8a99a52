import { describe, expect, it } from 'vitest';
import { parseSeenFilter, parseTimeFilter } from './time-filter.ts';

const now = 1_700_000_000;

describe('parseTimeFilter', () => {
  it.each([
    [1_600_000_000, { from: 1_600_000_000, to: null }],
    ['1600000000', { from: 1_600_000_000, to: null }],
    ['5d', { from: now - 5 * 86_400, to: null }],
    ['12h', { from: now - 12 * 3_600, to: null }],
    ['30m', { from: now - 1_800, to: null }],
    ['45s', { from: now - 45, to: null }],
    ['2023-11-14', { from: 1_699_920_000, to: null }],
    ['2023-11-14T10:00:00', { from: 1_699_956_000, to: null }],
    ['Tue Mar  3 10:00:00 UTC 2026', { from: 1_772_532_000, to: null }],
    [['14d', '7d'], { from: now - 14 * 86_400, to: now - 7 * 86_400 }],
    [['7d', '14d'], { from: now - 14 * 86_400, to: now - 7 * 86_400 }],
    [[0, 100], { from: null, to: 100 }],
  ])('reads %j', (value, range) => {
    expect(parseTimeFilter(value, now)).toEqual(range);
  });

  it.each([null, undefined, false, '', [], 0, '0', -5, '-5'])('sets no limit for %j', (value) => {
    expect(parseTimeFilter(value, now)).toEqual({ from: null, to: null });
  });

  it.each(['rubbish', '1h30m', '3 days', 'd', '5w', '1e5'])('matches nothing for %j', (value) => {
    expect(parseTimeFilter(value, now)).toEqual({ from: now + 1, to: null });
  });

  it.each([[['1d']], [['1d', '2d', '3d']], [[null, '1d']], [{ OR: ['1d'] }], [true], [Number.NaN]])(
    'refuses %j',
    (value) => {
      expect(parseTimeFilter(value, now)).toBe('invalid');
    },
  );
});

describe('parseSeenFilter', () => {
  it('keeps microseconds', () => {
    expect(parseSeenFilter('2023-11-14T10:00:00.000001Z', now)).toEqual({ from: 1_699_956_000_000_001, to: null });
  });

  it.each([
    ['1969-12-31', { from: -86_400_000_000, to: null }],
    ['1970-01-01', { from: 0, to: null }],
    [['1975-01-01', '1969-12-31'], { from: -86_400_000_000, to: 157_766_400_000_000 }],
    [['1960-01-01', '1969-12-31'], { from: -315_619_200_000_000, to: -86_400_000_000 }],
    [0, { from: null, to: null }],
    ['-5', { from: null, to: null }],
    [['0', '100'], { from: null, to: 100_000_000 }],
  ])('takes dates before 1970 as bounds, and no numbers below one: %j', (value, range) => {
    expect(parseSeenFilter(value, now)).toEqual(range);
  });
});
