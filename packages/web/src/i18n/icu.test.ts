import { describe, expect, it } from 'vitest';
import { formatParts, messageArguments, parseMessage } from './icu.ts';

const format = (text: string, values: Record<string, string | number>, locale = 'en') =>
  formatParts(parseMessage(text), values, locale);

describe('ICU messages', () => {
  it('fills in values', () => {
    expect(format('Event {id} of {org}', { id: '7', org: 'OAK' })).toBe('Event 7 of OAK');
  });

  it('chooses the plural form of the language', () => {
    const text = '{n, plural, =0 {none} one {# event} other {# events}}';
    expect([0, 1, 2500].map((n) => format(text, { n }))).toEqual(['none', '1 event', '2,500 events']);
    expect(format('{n, plural, one {# élément} other {# éléments}}', { n: 0 }, 'fr')).toBe('0 élément');
  });

  it('selects, nested inside a plural', () => {
    const text = '{kind, select, tag {{n, plural, one {a tag} other {# tags}}} other {things}}';
    expect(format(text, { kind: 'tag', n: 3 })).toBe('3 tags');
    expect(format(text, { kind: 'x', n: 3 })).toBe('things');
    expect(messageArguments(parseMessage(text))).toEqual(['kind', 'n']);
  });

  it('leaves # alone outside of a plural', () => {
    expect(format('Event #{id}', { id: 4 })).toBe('Event #4');
  });

  it.each(['{n, plural, one {x}}', '{a', 'a}', '{n, date}'])('refuses the malformed %s', (text) => {
    expect(() => parseMessage(text)).toThrow();
  });
});
