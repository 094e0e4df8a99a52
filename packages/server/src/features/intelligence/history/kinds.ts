import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';

/** What has a history of its own. */
export type HistoryKind = 'event' | 'attribute' | 'object' | 'event_report';

/** The values of an element at one time, by field. */
export type State = Record<string, unknown>;

interface KindFacts {
  /** The change log's word. */
  model: string;
  view: string;
  /** The fields that a history tells and that can be set back. */
  fields: readonly string[];
  missing: string;
}

/** The kinds of things whose changes can be read and undone. */
export const historyKinds: Readonly<Record<HistoryKind, KindFacts>> = {
  event: {
    model: 'Event',
    view: 'visible_events',
    fields: [
      ...['info', 'date', 'threat_level_id', 'analysis', 'distribution', 'sharing_group_id'],
      ...['disable_correlation', 'extends_uuid'],
    ],
    missing: 'Invalid event',
  },
  attribute: {
    model: 'MispAttribute',
    view: 'visible_attributes',
    fields: [
      ...['type', 'category', 'value1', 'value2', 'to_ids', 'comment', 'distribution', 'sharing_group_id', 'deleted'],
      ...['disable_correlation', 'first_seen', 'last_seen', 'object_relation'],
    ],
    missing: 'Invalid attribute',
  },
  object: {
    model: 'MispObject',
    view: 'visible_objects',
    fields: ['comment', 'distribution', 'sharing_group_id', 'deleted', 'first_seen', 'last_seen'],
    missing: 'Invalid object',
  },
  event_report: {
    model: 'EventReport',
    view: 'visible_event_reports',
    fields: ['name', 'content', 'distribution', 'sharing_group_id', 'deleted'],
    missing: 'Invalid report',
  },
};

/** The kind of this name, with or without underscore; `NotFound` for others. */
export function readKind(name: string | undefined): HistoryKind {
  const wanted = name?.toLowerCase().replaceAll('_', '');
  if (wanted === 'event' || wanted === 'attribute' || wanted === 'object') return wanted;
  if (wanted === 'eventreport' || wanted === 'report') return 'event_report';
  throw new NotFound('Unknown kind of element: event, attribute, object or event_report is expected.');
}

/** An element of which a history is told. */
export interface Subject {
  kind: HistoryKind;
  id: number;
  /** The stored row; null when the element is gone and only its history is left. */
  row: (State & { id: number; uuid: string }) | null;
}

/**
 * The visible element with this id or uuid. One that was deleted for good is known by its id alone, and only while
 * the viewer sees entries of its history. Throws `NotFound`.
 */
export async function findSubject(tx: Transaction, kind: HistoryKind, key: string | undefined): Promise<Subject> {
  const { view, missing, model } = historyKinds[kind];
  const id = readId(key);
  const uuid = id === null ? readUuid(key) : null;
  if (id === null && uuid === null) throw new NotFound(missing);
  const row = await tx.first<State & { id: number; uuid: string }>(
    `select * from ${view} where ${id === null ? 'uuid' : 'id'} = $1`,
    [id ?? uuid],
  );
  if (row !== null) return { kind, id: row.id, row };
  if (id === null) throw new NotFound(missing);
  const known = await tx.first<{ id: number }>(
    `select c.id from visible_event_changes c where c.model = $1 and c.model_id = $2 and c.action = 'delete'
     order by c.id desc limit 1`,
    [model, id],
  );
  if (known === null) throw new NotFound(missing);
  return { kind, id, row: null };
}
