import type { Transaction } from '../../../database/transaction.ts';
import { attributeRowWire } from '../attributes/wire.ts';
import type { AttributeRow, EventRow, ObjectRow } from '../events/rows.ts';
import { listedEventWire } from '../events/wire.ts';
import { objectWire } from '../objects/wire.ts';

type Wire = Record<string, unknown>;

/** Something that a relationship points to. */
export interface ElementKey {
  type: string;
  uuid: string;
}

/** Key of an element in the answer of `readElements`. */
export function elementKey({ type, uuid }: ElementKey): string {
  return `${type.toLowerCase()} ${uuid}`;
}

interface CountedEvent extends EventRow {
  attribute_count: number;
}

type Reader = (tx: Transaction, uuids: readonly string[]) => Promise<{ uuid: string; wire: Wire }[]>;

const readers: Readonly<Record<string, Reader>> = {
  event: async (tx, uuids) => {
    const rows = await tx.query<CountedEvent>(
      `select e.*, (select coalesce(sum(c.live), 0)::bigint from visible_event_attribute_counts c
         where c.event_id = e.id) as attribute_count from visible_events e where e.uuid = any ($1::uuid[])`,
      [uuids],
    );
    return rows.map((row) => ({
      uuid: row.uuid,
      wire: { Event: { ...listedEventWire(row), user_id: String(row.user_id) } },
    }));
  },
  attribute: async (tx, uuids) => {
    const rows = await tx.query<AttributeRow>(
      'select * from visible_attributes where uuid = any ($1::uuid[]) and not deleted',
      [uuids],
    );
    return rows.map((row) => ({ uuid: row.uuid, wire: { Attribute: attributeRowWire(row) } }));
  },
  object: async (tx, uuids) => {
    const rows = await tx.query<ObjectRow>(
      'select * from visible_objects where uuid = any ($1::uuid[]) and not deleted',
      [uuids],
    );
    return rows.map((row) => ({ uuid: row.uuid, wire: { Object: objectWire(row) } }));
  },
  eventreport: simple(
    'EventReport',
    'select uuid, id, event_id, name from visible_event_reports where uuid = any ($1::uuid[]) and not deleted',
  ),
  note: simple('Note', analystSelect('Note', 'note, language')),
  opinion: simple('Opinion', analystSelect('Opinion', 'opinion, comment')),
  relationship: simple('Relationship', analystSelect('Relationship', 'relationship_type, related_object_uuid')),
  organisation: simple('Organisation', 'select uuid, id, name from organisations where uuid = any ($1::uuid[])'),
  sharinggroup: simple(
    'SharingGroup',
    'select uuid, id, name from visible_sharing_groups where uuid = any ($1::uuid[])',
  ),
};

function analystSelect(kind: string, columns: string): string {
  return `select uuid, id, object_uuid, object_type, ${columns} from visible_analyst_data
    where uuid = any ($1::uuid[]) and kind = '${kind}'`;
}

function simple(wrapper: string, sql: string): Reader {
  return async (tx, uuids) => {
    const rows = await tx.query<{ uuid: string } & Wire>(sql, [uuids]);
    return rows.map((row) => ({ uuid: row.uuid, wire: { [wrapper]: textNumbers(row) } }));
  };
}

function textNumbers(row: Wire): Wire {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]),
  );
}

/**
 * Short forms of elements by `elementKey`; those of unknown type, absent or not visible are missing. One statement for
 * each type.
 */
export async function readElements(tx: Transaction, keys: readonly ElementKey[]): Promise<Map<string, Wire>> {
  const byType = new Map<string, string[]>();
  for (const { type, uuid } of keys) byType.set(type.toLowerCase(), [...(byType.get(type.toLowerCase()) ?? []), uuid]);
  const found = new Map<string, Wire>();
  for (const [type, uuids] of byType) {
    const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
    for (const { uuid, wire } of (await read?.(tx, uuids)) ?? []) found.set(elementKey({ type, uuid }), wire);
  }
  return found;
}
