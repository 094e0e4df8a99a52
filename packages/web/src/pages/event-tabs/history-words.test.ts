import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../api/history.ts';
import { subjectOf, targetsOf } from './history-names.ts';
import { changesOf } from './history-tab.tsx';
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

  it('tells times as people write them, however they are kept', () => {
    expect(readableChanges(t, [{ field: 'first_seen', after: 1709373600000000 }])[0]?.after).toBe(
      '2024-03-02 10:00:00 UTC',
    );
    expect(readableChanges(t, [{ field: 'last_seen', after: '2024-03-05T12:00:00.000000+00:00' }])[0]?.after).toBe(
      '2024-03-05 12:00:00 UTC',
    );
  });

  it('shows what a deletion took away as taken away', () => {
    const entry: AuditEntry = {
      AuditLog: {
        id: '1',
        created: '2026-01-31 12:00:00',
        action: 'soft_delete',
        model: 'Attribute',
        model_id: '7',
        model_title: '',
        model_uuid: null,
        event_id: '3',
        change: { value: 'mill.example', type: '' },
        title: '',
      },
    };
    expect(changesOf(entry)).toEqual([{ field: 'value', before: 'mill.example', after: '' }]);
  });

  it('tells both ends of a relation, and a cluster of one’s own, by their names', () => {
    const [source, end, cluster] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
    const common = { id: '1', created: '', model_id: '7', model_uuid: null, event_id: '3', title: '' };
    const change = { source_uuid: source, referenced_uuid: end, relationship_type: 'drops' };
    const relation = { ...common, action: 'add', model: 'ObjectReference', model_title: null, change };
    const attached = { ...common, action: 'galaxy', model: 'Event', model_title: cluster ?? '', change: null };
    const entries: AuditEntry[] = [{ AuditLog: relation }, { AuditLog: attached }];
    expect(targetsOf(entries).map(({ type, uuid }) => [type, uuid])).toEqual([
      ['Object', source],
      ['Object', end],
      ['Attribute', end],
      ['GalaxyCluster', cluster],
    ]);
    const names = new Map(
      Object.entries({ [source ?? '']: 'file · a.exe', [end ?? '']: '192.0.2.7', [cluster ?? '']: 'Miller' }),
    );
    expect(entries.map((entry) => subjectOf(entry, names))).toEqual(['file · a.exe', 'Miller']);
    const changes = readableChanges(t, changesOf({ AuditLog: relation }), names);
    expect(changes.map(({ field, after }) => [field, after])).toEqual([
      ['referenced_uuid', '192.0.2.7'],
      ['relationship_type', 'drops'],
    ]);
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
