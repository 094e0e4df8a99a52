import { seenWire } from '../attributes/wire.ts';
import type { AttributeRow, ObjectRow, ReferenceRow } from '../events/rows.ts';

/** An object without what hangs on it. */
export function objectWire(row: ObjectRow): Record<string, unknown> {
  return {
    id: String(row.id),
    name: row.name,
    'meta-category': row.meta_category,
    // MISP says null for an object that came in an event without a description.
    description: row.description === '' ? null : row.description,
    template_uuid: row.template_uuid,
    template_version: String(row.template_version),
    event_id: String(row.event_id),
    uuid: row.uuid,
    timestamp: String(row.timestamp),
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
    comment: row.comment,
    deleted: row.deleted,
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
  };
}

/** A reference row. */
export function referenceWire(row: ReferenceRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    timestamp: String(row.timestamp),
    object_id: String(row.object_id),
    event_id: String(row.event_id),
    source_uuid: row.source_uuid,
    referenced_uuid: row.referenced_uuid,
    referenced_id: String(row.referenced_id),
    referenced_type: String(row.referenced_type),
    relationship_type: row.relationship_type,
    comment: row.comment,
    deleted: row.deleted,
  };
}

/** A reference inside an event, with a short form of its target when the viewer sees it. */
export function nestedReferenceWire(
  row: ReferenceRow,
  target: { attribute?: AttributeRow | undefined; object?: ObjectRow | undefined },
): Record<string, unknown> {
  const wire = referenceWire(row);
  if (target.attribute) {
    const { attribute } = target;
    return {
      ...wire,
      Attribute: {
        distribution: String(attribute.distribution),
        sharing_group_id: String(attribute.sharing_group_id),
        uuid: attribute.uuid,
        value: attribute.value2 === '' ? attribute.value1 : `${attribute.value1}|${attribute.value2}`,
        type: attribute.type,
        category: attribute.category,
        to_ids: attribute.to_ids,
      },
    };
  }
  if (target.object) {
    return {
      ...wire,
      Object: {
        distribution: String(target.object.distribution),
        sharing_group_id: String(target.object.sharing_group_id),
        uuid: target.object.uuid,
        name: target.object.name,
        'meta-category': target.object.meta_category,
      },
    };
  }
  return wire;
}
