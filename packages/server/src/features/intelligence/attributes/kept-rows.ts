import type { AttributeRow } from '../events/rows.ts';
import type { PlannedAttribute } from './plan.ts';

/** Attributes that a request stored, for its own answer; beyond this many they are read back instead. */
const MAX_ROWS = 20_000;

/** What was stored of a new event outside its objects, so that the answer need not read it back. */
export interface KeptRows {
  add(eventId: number, planned: readonly PlannedAttribute[], ids: readonly (number | null)[]): void;
  /** The rows in the order of their ids; null when they were too many. */
  readonly rows: readonly AttributeRow[] | null;
}

/** Keeps nothing yet. */
export function createKeptRows(): KeptRows {
  let rows: AttributeRow[] | null = [];
  return {
    add(eventId, planned, ids) {
      if (rows === null) return;
      if (rows.length + planned.length > MAX_ROWS) {
        rows = null;
        return;
      }
      for (const [index, plan] of planned.entries()) {
        const id = ids[index] ?? null;
        if (id !== null && plan.objectId === 0) rows.push(rowOf(id, eventId, plan));
      }
    },
    get rows() {
      return rows;
    },
  };
}

function rowOf(id: number, eventId: number, plan: PlannedAttribute): AttributeRow {
  const { values } = plan;
  return {
    id,
    uuid: plan.uuid,
    event_id: eventId,
    object_id: plan.objectId,
    object_relation: values.objectRelation,
    category: values.category,
    type: values.type,
    value1: values.value1,
    value2: values.value2,
    to_ids: values.toIds,
    timestamp: plan.timestamp,
    distribution: values.distribution,
    sharing_group_id: plan.sharingGroupId,
    comment: values.comment,
    deleted: values.deleted,
    disable_correlation: values.disableCorrelation,
    first_seen: values.firstSeen,
    last_seen: values.lastSeen,
    audience_id: plan.audienceId,
  };
}
