import { formatSeen, joinValue } from '@magpie/model';
import type { AttributeRow } from '../events/rows.ts';

/** first_seen and last_seen as MISP writes them. */
export function seenWire(microseconds: number | null): string | null {
  return microseconds === null ? null : formatSeen(microseconds);
}

/** An attribute as it stands inside an event or object. */
export function attributeWire(row: AttributeRow): Record<string, unknown> {
  return {
    id: String(row.id),
    type: row.type,
    category: row.category,
    to_ids: row.to_ids,
    uuid: row.uuid,
    event_id: String(row.event_id),
    distribution: String(row.distribution),
    timestamp: String(row.timestamp),
    comment: row.comment,
    sharing_group_id: String(row.sharing_group_id),
    deleted: row.deleted,
    disable_correlation: row.disable_correlation,
    object_id: String(row.object_id),
    object_relation: row.object_relation,
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
    value: joinValue(row.value1, row.value2),
  };
}

/** The flat row of attributes/view, edit and index; `halves` adds value1 and value2 (attributes/add, objects/view). */
export function attributeRowWire(row: AttributeRow, options: { halves?: boolean } = {}): Record<string, unknown> {
  return {
    id: String(row.id),
    event_id: String(row.event_id),
    object_id: String(row.object_id),
    object_relation: row.object_relation,
    category: row.category,
    type: row.type,
    ...(options.halves ? { value1: row.value1, value2: row.value2 } : {}),
    to_ids: row.to_ids,
    uuid: row.uuid,
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    comment: row.comment,
    deleted: row.deleted,
    disable_correlation: row.disable_correlation,
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
    value: joinValue(row.value1, row.value2),
  };
}
