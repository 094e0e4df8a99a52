import { describe, expect, it } from 'vitest';
import { filterRows } from './list-filters.ts';

interface Row {
  name: string;
  enabled: boolean;
  comment: string | null;
}
const rows: readonly Row[] = [
  { name: 'Alpha', enabled: true, comment: 'first of all' },
  { name: 'Beta', enabled: false, comment: null },
  { name: 'Alphabet', enabled: false, comment: '50% off' },
];
const fields = {
  fields: {
    name: (row: Row) => row.name,
    enabled: (row: Row) => row.enabled,
    comment: (row: Row) => row.comment,
  },
  quick: ['name', 'comment'],
};
const found = (body: unknown, named: Record<string, string | string[]> = {}) =>
  filterRows({ method: 'POST', body, named }, 'Thing', rows, fields).map(({ name }) => name);

describe('filters of generic lists', () => {
  it('compare whole values, parts between %, and lists', () => {
    expect(found({ name: 'Alpha' })).toEqual(['Alpha']);
    expect(found({ name: '%alpha%' })).toEqual(['Alpha', 'Alphabet']);
    expect(found({ Thing: { name: ['Beta', 'Alpha'] } })).toEqual(['Alpha', 'Beta']);
    expect(found({ 'Thing.name': 'Beta' })).toEqual(['Beta']);
    expect(found({ name: 'nothing' })).toEqual([]);
  });

  it('compare flags in each form that clients send', () => {
    for (const on of [true, 1, '1']) expect(found({ enabled: on })).toEqual(['Alpha']);
    for (const off of [false, 0, '0']) expect(found({ enabled: off })).toEqual(['Beta', 'Alphabet']);
  });

  it('look for a part in several fields', () => {
    expect(found({ quickFilter: 'FIRST' })).toEqual(['Alpha']);
    expect(found({ quickFilter: '50%' })).toEqual(['Alphabet']);
  });

  it('ignore what is empty or unknown, and let the URL win', () => {
    expect(found({ name: '', colour: 'red' })).toHaveLength(3);
    expect(found(undefined)).toHaveLength(3);
    expect(found({ name: 'Alpha' }, { name: 'Beta' })).toEqual(['Beta']);
  });
});
