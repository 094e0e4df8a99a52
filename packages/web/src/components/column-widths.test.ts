import { describe, expect, it } from 'vitest';
import { columnWidths } from './column-widths.ts';

const columns = [
  { header: 'ID', width: 50 },
  { header: 'Title', width: 300, grow: 2 },
  { header: 'Dernière utilisation', width: 100 },
];

describe('the widths of columns', () => {
  it('hold their headings', () => {
    expect(columnWidths(columns, false, 1, 1000).template).toBe('50px minmax(300px, 2fr) 150px');
  });

  it('give way where the grid is too narrow for them, those that grow first', () => {
    const { template, least } = columnWidths(columns, true, 1, 482);
    expect(template).toBe('32px 50px minmax(250px, 2fr) 150px');
    expect(least).toBe(482);
  });

  it('end at a least width, below which the grid scrolls', () => {
    expect(columnWidths(columns, false, 1, 100).least).toBe(50 + 165 + 150);
  });

  it('take the room of signs of Chinese and Japanese into account', () => {
    expect(columnWidths([{ header: '最後の使用日時', width: 60 }], false, 1, undefined).least).toBeGreaterThan(100);
  });
});
