import { describe, expect, it } from 'vitest';
import { TooLarge } from '../errors.ts';
import { readJsonBody } from './body.ts';

const read = (text: string, maxValues?: number) => readJsonBody(Buffer.from(text), maxValues);

describe('a JSON body', () => {
  const spellings = ['__proto__', '\\u005f_proto__', '__\\u0070roto__', '_\\u005Fproto_\\u005f'];
  it.each(spellings)('gives nobody a prototype by %s', (name) => {
    const body = read(`{"a": [{"${name}": {"perm_site_admin": true}, "info": "x"}]}`);
    expect(body).toEqual({ a: [{ info: 'x' }] });
    expect(JSON.stringify(body)).toBe('{"a":[{"info":"x"}]}');
  });

  it('keeps texts that are escaped without need', () => {
    expect(read('{"\\u0069nfo": "\\u007e \\u00e9"}')).toEqual({ info: '~ é' });
  });

  it.each([
    ['[{},{},{}]', 6],
    ['[[],[],[]]', 6],
    ['[1,2,3,4]', 4],
    ['{"a":1,"b":2,"c":{"d":3}}', 4],
    // Of texts only the number counts.
    ['["a,b,[,{,\\",", "c"]', 2],
  ])('holds a bounded number of values: %s', (text, values) => {
    expect(read(text, values)).toEqual(JSON.parse(text));
    expect(() => read(text, values - 1)).toThrow(TooLarge);
  });

  it('that would fill the memory is refused before it is read', () => {
    expect(() => read(`[${'{},'.repeat(25_000_000)}0]`)).toThrow(/holds more than \d+ values/);
  });

  it('counts what stands in a long text, which may be read as JSON later', () => {
    const inner = `[${'{},'.repeat(400_000)}0]`;
    for (const text of [inner, inner.replaceAll('{', '\\u007b'), inner.replaceAll(',', '\\u002c')]) {
      expect(() => read(`{"value": "${text}"}`, 700_000)).toThrow(TooLarge);
      expect(read(`{"value": "${text}"}`, 900_000)).toEqual({ value: inner });
    }
    // Short ones are what they are: no more values than they can hold.
    expect(read(`["${'[,'.repeat(1000)}"]`, 1)).toEqual(['[,'.repeat(1000)]);
  });
});
