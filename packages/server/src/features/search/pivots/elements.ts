import type { Transaction } from '../../../database/transaction.ts';
import { type Found, type PivotKind, shownValue } from './kinds.ts';
import type { Subject } from './subject.ts';

type Wire = Record<string, unknown>;

/** Neighbours in full, in the order found; what has become invisible meanwhile is missing. */
export async function elementsOf(tx: Transaction, gives: PivotKind['gives'], found: readonly Found[]): Promise<Wire[]> {
  const ids = found.map(({ id }) => id);
  const loaders = { attribute: loadAttributes, event: loadEvents, tag: loadTags };
  const wires = ids.length === 0 ? new Map<number, Wire>() : await loaders[gives](tx, ids);
  return found.flatMap(({ id, ...how }) => {
    const wire = wires.get(id);
    return wire ? [{ ...wire, ...how }] : [];
  });
}

/** What a pivot starts from, as it is answered. */
export function subjectWire(subject: Subject): Wire {
  if (subject.kind === 'value') return { kind: 'value', value: subject.value };
  if (subject.kind === 'event') return { kind: 'event', id: String(subject.id), info: subject.info };
  return { kind: subject.isCluster ? 'cluster' : 'tag', id: String(subject.id), name: subject.name };
}

async function loadAttributes(tx: Transaction, ids: readonly number[]): Promise<Map<number, Wire>> {
  const rows = await tx.prepared<{
    id: number;
    uuid: string;
    type: string;
    category: string;
    value1: string;
    value2: string;
    to_ids: boolean;
    event_id: number;
    event_uuid: string;
    info: string;
    date: string;
  }>(
    `select a.id, a.uuid, a.type, a.category, a.value1, a.value2, a.to_ids, a.event_id, e.uuid as event_uuid, e.info, e.date
     from visible_attributes a join visible_events e on e.id = a.event_id where a.id = any ($1::bigint[])`,
    [ids],
  );
  const wire = (row: (typeof rows)[number]): Wire => ({
    kind: 'attribute',
    id: String(row.id),
    uuid: row.uuid,
    type: row.type,
    category: row.category,
    value: shownValue(row),
    to_ids: row.to_ids,
    Event: { id: String(row.event_id), uuid: row.event_uuid, info: row.info, date: row.date },
  });
  return new Map(rows.map((row) => [row.id, wire(row)]));
}

/** Events in short form. */
export async function loadEvents(tx: Transaction, ids: readonly number[]): Promise<Map<number, Wire>> {
  const rows = await tx.prepared<{
    id: number;
    uuid: string;
    info: string;
    date: string;
    orgc_id: number;
    orgc: string | null;
  }>(
    `select e.id, e.uuid, e.info, e.date, e.orgc_id, o.name as orgc from visible_events e
       left join organisations o on o.id = e.orgc_id where e.id = any ($1::bigint[])`,
    [ids],
  );
  const wire = ({ id, uuid, info, date, orgc_id, orgc }: (typeof rows)[number]): Wire => ({
    ...{ kind: 'event', id: String(id), uuid, info, date },
    Orgc: { id: String(orgc_id), name: orgc },
  });
  return new Map(rows.map((row) => [row.id, wire(row)]));
}

async function loadTags(tx: Transaction, ids: readonly number[]): Promise<Map<number, Wire>> {
  const rows = await tx.prepared<{ id: number; name: string; colour: string; is_galaxy: boolean }>(
    'select id, name, colour, is_galaxy from visible_tags where id = any ($1::bigint[])',
    [ids],
  );
  return new Map(
    rows.map(({ id, name, colour, is_galaxy }) => [
      id,
      { kind: is_galaxy ? 'cluster' : 'tag', id: String(id), name, colour },
    ]),
  );
}
