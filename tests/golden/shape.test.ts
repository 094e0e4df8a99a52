import { describe, expect, it } from 'vitest';
import { sameMembers } from './shape.ts';

describe('the members of an answer', () => {
  it('are the same whatever the values, the number of items and nulls', () => {
    const one = {
      total: 1,
      rows: [
        { id: '1', tag: null },
        { id: '2', tag: [{ name: 'a' }] },
      ],
    };
    expect(sameMembers(one, { total: 7, rows: [{ id: '9', tag: [] }] })).toBe(true);
    expect(sameMembers(one, { total: 7, rows: [] })).toBe(true);
    expect(sameMembers([], [{ id: '1' }])).toBe(true);
  });

  it('differ in a name, a type, or the kind of the whole', () => {
    const one = { total: 1, rows: [{ id: '1' }] };
    expect(sameMembers(one, { total: '1', rows: [{ id: '1' }] })).toBe(false);
    expect(sameMembers(one, { total: 1, rows: [{ id: '1', more: 1 }] })).toBe(false);
    expect(sameMembers(one, { total: 1 })).toBe(false);
    expect(sameMembers(one, [one])).toBe(false);
    expect(sameMembers('text', one)).toBe(false);
  });
});
