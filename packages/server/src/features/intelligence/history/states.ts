import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import type { AuditRow } from '../../administration/logs/audit-wire.ts';
import { historyKinds, type State, type Subject } from './kinds.ts';

/** An entry of a history. */
export interface HistoryRow extends AuditRow {
  model_uuid: string | null;
}

/** Which entries are asked for: of an event, of one element, or both; the newest first, those before `beforeId`. */
export interface HistoryFilter {
  eventId: number | null;
  subject: Pick<Subject, 'kind' | 'id'> | null;
  beforeId: number | null;
  limit: number;
}

/** Entries that the viewer may see, newest first, by the index on event or on the thing that was changed. */
export function listHistory(tx: Transaction, filter: HistoryFilter): Promise<HistoryRow[]> {
  const { eventId, subject, beforeId, limit } = filter;
  return tx.query<HistoryRow>(
    `select c.* from visible_event_changes c
     where ($1::bigint is null or c.event_id = $1) and ($2::text is null or c.model = $2)
       and ($3::bigint is null or c.model_id = $3) and ($4::bigint is null or c.id < $4)
     order by c.id desc limit $5`,
    [eventId, subject ? historyKinds[subject.kind].model : null, subject?.id ?? null, beforeId, limit],
  );
}

/** One entry of the element's history. Throws `NotFound`. */
export async function findEntry(tx: Transaction, subject: Subject, entryId: number | null): Promise<HistoryRow> {
  const entry =
    entryId === null
      ? null
      : await tx.first<HistoryRow>(
          'select c.* from visible_event_changes c where c.id = $1 and c.model = $2 and c.model_id = $3',
          [entryId, historyKinds[subject.kind].model, subject.id],
        );
  if (entry === null) throw new NotFound('This entry is not in the history of the element.');
  return entry;
}

/**
 * The element as it was right after an entry of its history; null as it is now. Every field is that of the first later
 * entry that changed it, before that entry, else the present one: one statement, whatever the length of the history.
 * An element that is gone has the values of its deletion.
 */
export async function stateAfter(tx: Transaction, subject: Subject, entryId: number | null): Promise<State> {
  const { fields, model } = historyKinds[subject.kind];
  // Deleting softly and restoring tell of the mark by the name of the action alone.
  const later = await tx.query<{ key: string; value: unknown }>(
    `select distinct on (f.key) f.key, f.value
     from visible_event_changes c
       cross join lateral jsonb_each(coalesce(c.before, '{}') || case c.action
         when 'soft_delete' then '{"deleted":false}'::jsonb when 'restore' then '{"deleted":true}'::jsonb
         else '{}'::jsonb end) f
     where c.model = $1 and c.model_id = $2 and c.id > $3 order by f.key, c.id`,
    [model, subject.id, entryId ?? Number.MAX_SAFE_INTEGER],
  );
  const changed = new Map(later.map(({ key, value }) => [key, value]));
  const gone = subject.row === null ? await lastValues(tx, subject) : {};
  const state: State = {};
  for (const field of fields) {
    const value = changed.has(field) ? changed.get(field) : (subject.row?.[field] ?? gone[field]);
    if (value !== undefined) state[field] = value;
  }
  return state;
}

async function lastValues(tx: Transaction, subject: Subject): Promise<State> {
  return (await findDeletion(tx, subject)).before ?? {};
}

/** The entry that tells of the element's deletion for good. Throws `NotFound`. */
export async function findDeletion(tx: Transaction, subject: Pick<Subject, 'kind' | 'id'>): Promise<HistoryRow> {
  const row = await tx.first<HistoryRow>(
    `select c.* from visible_event_changes c where c.model = $1 and c.model_id = $2 and c.action = 'delete'
     order by c.id desc limit 1`,
    [historyKinds[subject.kind].model, subject.id],
  );
  if (row === null) throw new NotFound(historyKinds[subject.kind].missing);
  return row;
}

/** The fields in which two states differ, as `{field: [one, other]}`. */
export function stateDifference(one: State, other: State): Record<string, [unknown, unknown]> {
  const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    fields.flatMap((field) => {
      const pair: [unknown, unknown] = [one[field] ?? null, other[field] ?? null];
      return JSON.stringify(pair[0]) === JSON.stringify(pair[1]) ? [] : [[field, pair]];
    }),
  );
}
