import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { readListFilter, readPattern } from './filter-forms.ts';

const word = fc.stringMatching(/^[a-z0-9:.]{1,12}$/);

describe('readListFilter', () => {
  it('reads scalars, exclusions, joined texts, lists and maps', () => {
    expect(readListFilter('x', 'p')).toEqual({ or: ['x'], and: [], not: [] });
    expect(readListFilter('!x', 'p')).toEqual({ or: [], and: [], not: ['x'] });
    expect(readListFilter('x && y&&!z', 'p')).toEqual({ or: ['x', 'y'], and: [], not: ['z'] });
    expect(readListFilter(['x', 5, '!z', true], 'p')).toEqual({ or: ['x', '5', '1'], and: [], not: ['z'] });
    expect(readListFilter({ OR: 'a', AND: ['b', 'c'], NOT: ['!d'] }, 'p')).toEqual({
      or: ['a'],
      and: ['b', 'c'],
      not: ['!d'],
    });
    expect(readListFilter({ 0: 'a', 1: '!b' }, 'p')).toEqual({ or: ['a'], and: [], not: ['b'] });
  });

  it('takes what is empty as not given', () => {
    for (const empty of [
      null,
      undefined,
      false,
      '',
      ' ',
      '!',
      [],
      [''],
      {},
      { OR: [] },
      { NOT: null },
      { other: 'x' },
    ]) {
      expect(readListFilter(empty, 'p')).toBeNull();
    }
  });

  it('refuses nested values and endless lists, naming the parameter', () => {
    for (const wrong of [[['x']], [{}], { OR: [['x']] }, [Number.NaN]]) {
      expect(() => readListFilter(wrong, 'tags')).toThrow(/tags/);
    }
    expect(() =>
      readListFilter(
        Array.from({ length: 100_001 }, () => 'x'),
        'tags',
      ),
    ).toThrow(/tags/);
  });

  it('sorts every list of words by their signs alone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.boolean()), { minLength: 1 }), (entries) => {
        const texts = entries.map(([text, excluded]) => (excluded ? `!${text}` : text));
        const expected = {
          or: entries.filter(([, excluded]) => !excluded).map(([text]) => text),
          and: [],
          not: entries.filter(([, excluded]) => excluded).map(([text]) => text),
        };
        expect(readListFilter(texts, 'p')).toEqual(expected);
        expect(readListFilter(texts.join('&&'), 'p')).toEqual(expected);
        expect(readListFilter({ OR: expected.or, NOT: expected.not }, 'p')).toEqual(expected);
      }),
    );
  });

  it('never throws anything but a refusal, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true }), fc.array(hostileText())),
        (value) => {
          try {
            const read = readListFilter(value, 'p');
            if (read !== null) expect([...read.or, ...read.and, ...read.not]).not.toContain('');
          } catch (error) {
            expect(String(error)).toMatch(/BadRequest: p /);
          }
        },
      ),
    );
  });
});

describe('readPattern', () => {
  it('sees wild cards only at an end', () => {
    expect(['%x', 'x%', '%x%', '%', 'a%b%'].map((text) => readPattern(text).kind)).toEqual(Array(5).fill('like'));
    expect(['x', 'a%b', ''].map((text) => readPattern(text).kind)).toEqual(Array(3).fill('exact'));
  });
});
