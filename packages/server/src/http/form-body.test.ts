import { describe, expect, it } from 'vitest';
import { BadRequest, TooLarge } from '../errors.ts';
import { readFormBody } from './body.ts';

const read = (text: string) => readFormBody(Buffer.from(text));

describe('a form', () => {
  it('nests as its names say', () => {
    expect(
      JSON.parse(JSON.stringify(read('a=1&data[User][email]=x%40y&data[User][password]=z&data[Other]=1'))),
    ).toEqual({
      a: '1',
      data: { User: { email: 'x@y', password: 'z' }, Other: '1' },
    });
    expect(JSON.parse(JSON.stringify(read('a=1&a[b]=2')))).toEqual({ a: { b: '2' } });
  });

  it('makes lists of names that end in brackets', () => {
    expect(JSON.parse(JSON.stringify(read('type[]=a&type[]=b&value[OR][]=c&value[NOT][]=d&value[NOT][]=e')))).toEqual({
      type: ['a', 'b'],
      value: { OR: ['c'], NOT: ['d', 'e'] },
    });
  });

  it('writes no prototype', () => {
    const form = read('__proto__[x]=1&constructor[prototype][y]=2');
    expect([Reflect.get({}, 'x'), Reflect.get({}, 'y')]).toEqual([undefined, undefined]);
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
  });

  it('has an end in depth and number, and holds no NUL', () => {
    expect(() => read(`a${'[b]'.repeat(100_000)}=1`)).toThrow(TooLarge);
    expect(() => read(Array.from({ length: 10_001 }, (_, n) => `a[k${n}]=1`).join('&'))).toThrow(TooLarge);
    expect(() => read('a=%00')).toThrow(BadRequest);
    // Fields are counted before they are taken apart: as many as fit into a long body would fill the memory.
    expect(() => read('a&'.repeat(10_000_000))).toThrow(TooLarge);
    expect(() => read(`a=${'x'.repeat(33 * 2 ** 20)}`)).toThrow(TooLarge);
    expect(Object.keys(Object(read(Array.from({ length: 10_000 }, (_, n) => `a[k${n}]=1`).join('&')).a))).toHaveLength(
      10_000,
    );
  });
});
