import { describe, expect, it } from 'vitest';
import { readTokens, splitTyped, writeTokens } from './filter-tokens.ts';

describe('filter tokens', () => {
  const parameters = ['searchtag', 'searchorg'];

  it('reads alternatives and negations of a parameter', () => {
    expect(readTokens({ searchtag: 'tlp:red|!osint', other: 'x' }, parameters)).toEqual([
      { parameter: 'searchtag', value: 'tlp:red', negated: false },
      { parameter: 'searchtag', value: 'osint', negated: true },
    ]);
  });

  it('writes what it read', () => {
    const search = { searchtag: 'a|!b', searchorg: 'OAK' };
    expect(writeTokens(readTokens(search, parameters), parameters)).toEqual(search);
  });

  it('removes a parameter without a token', () => {
    expect(writeTokens([], parameters)).toEqual({ searchtag: undefined, searchorg: undefined });
  });

  it.each([
    ['-tag:tlp:red', { negated: true, field: 'tag', value: 'tlp:red' }],
    ['TAG:x', { negated: false, field: 'tag', value: 'x' }],
    ['ｔａｇ：x', { negated: false, field: 'tag', value: 'x' }],
    ['http://a.test', { negated: false, field: undefined, value: 'http://a.test' }],
    ['-word', { negated: false, field: undefined, value: '-word' }],
  ])('splits %s', (text, expected) => {
    expect(splitTyped(text, ['tag', 'org'])).toEqual(expected);
  });
});
