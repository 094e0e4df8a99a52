import { describe, expect, it } from 'vitest';
import { actionText, readableChanges } from './history-words.ts';

const t = (key: string) => `«${key}»`;

describe('an entry of the history', () => {
  it('names fields and tells their values in words', () => {
    expect(readableChanges(t, [{ field: 'distribution', before: 0, after: 5 }])).toEqual([
      { field: 'distribution', label: '«event.distribution»', before: '«distribution.0»', after: '«distribution.5»' },
    ]);
    expect(readableChanges(t, [{ field: 'to_ids', before: '1', after: '0' }])[0]).toMatchObject({
      before: '«state.yes»',
      after: '«state.no»',
    });
  });

  it('leaves out what only the database needs and what a new thing does not set', () => {
    const changes = [
      { field: 'timestamp', after: 1 },
      { field: 'deleted', after: 0 },
      { field: 'sharing_group_id', after: 0 },
      { field: 'orgc_id', before: 1, after: 2 },
      { field: 'distribution', after: 0 },
    ];
    expect(readableChanges(t, changes).map(({ field }) => field)).toEqual(['distribution']);
  });

  it('keeps a field and an action that it has no words for', () => {
    expect(readableChanges(t, [{ field: 'landingpage', before: '', after: 'x' }])[0]).toMatchObject({
      label: 'landingpage',
      after: 'x',
    });
    expect(actionText(t, 'change_pw')).toBe('change pw');
    expect(actionText(t, 'soft_delete')).toBe('«history.act.delete»');
  });
});
