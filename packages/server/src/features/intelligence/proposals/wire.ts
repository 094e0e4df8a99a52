import { joinValue } from '@magpie/model';
import { seenWire } from '../attributes/wire.ts';
import type { ListedProposalRow, ProposalRow } from './queries.ts';

type Wire = Record<string, unknown>;

/** The answer of add and edit. */
export function savedProposalWire(row: ProposalRow, eventOrgId: number): Wire {
  return {
    id: String(row.id),
    old_id: String(row.attribute_id),
    event_id: String(row.event_id),
    type: row.type,
    category: row.category,
    comment: row.comment,
    to_ids: row.to_ids,
    uuid: row.uuid,
    event_org_id: String(eventOrgId),
    email: row.email,
    deleted: row.deleted,
    timestamp: String(row.timestamp),
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
    value: joinValue(row.value1, row.value2),
  };
}

/** The answer of view. */
export function viewedProposalWire(row: ListedProposalRow, data: string | null): Wire {
  return {
    id: String(row.id),
    old_id: String(row.attribute_id),
    event_id: String(row.event_id),
    type: row.type,
    category: row.category,
    uuid: row.uuid,
    to_ids: row.to_ids,
    comment: row.comment,
    org_id: String(row.org_id),
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
    value: joinValue(row.value1, row.value2),
    ...(data === null ? {} : { data }),
  };
}

/** An entry of the index, which is also what a peer pulls. */
export function listedProposalWire(row: ListedProposalRow): Wire {
  return {
    id: String(row.id),
    old_id: String(row.attribute_id),
    event_id: String(row.event_id),
    type: row.type,
    category: row.category,
    uuid: row.uuid,
    to_ids: row.to_ids,
    comment: row.comment,
    org_id: String(row.org_id),
    timestamp: String(row.timestamp),
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
    deleted: row.deleted,
    proposal_to_delete: row.proposal_to_delete,
    disable_correlation: row.disable_correlation,
    value: joinValue(row.value1, row.value2),
    org_uuid: row.org_uuid,
    ...(row.attribute_id === 0 ? {} : { old_uuid: row.uuid }),
    event_uuid: row.event_uuid,
    Org: { name: row.org_name, uuid: row.org_uuid, id: String(row.org_id) },
  };
}

/** The form nested in events and attributes. */
export function nestedProposalWire(row: ListedProposalRow): Wire {
  return {
    id: String(row.id),
    type: row.type,
    category: row.category,
    to_ids: row.to_ids,
    uuid: row.uuid,
    event_uuid: row.event_uuid,
    event_id: String(row.event_id),
    old_id: String(row.attribute_id),
    comment: row.comment,
    org_id: String(row.org_id),
    proposal_to_delete: row.proposal_to_delete,
    timestamp: String(row.timestamp),
    first_seen: seenWire(row.first_seen),
    last_seen: seenWire(row.last_seen),
    value: joinValue(row.value1, row.value2),
    Org: { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid, local: row.org_local },
  };
}

/** The form in attributes/restSearch with includeProposals, which shows the halves of the value. */
export function foundProposalWire(row: ListedProposalRow): Wire {
  return {
    id: String(row.id),
    old_id: String(row.attribute_id),
    event_id: String(row.event_id),
    type: row.type,
    category: row.category,
    value1: row.value1,
    to_ids: row.to_ids,
    uuid: row.uuid,
    value2: row.value2,
    org_id: String(row.org_id),
    event_org_id: String(row.event_org_id),
    comment: row.comment,
    event_uuid: row.event_uuid,
    deleted: row.deleted,
    timestamp: String(row.timestamp),
    proposal_to_delete: row.proposal_to_delete,
    disable_correlation: row.disable_correlation,
    value: joinValue(row.value1, row.value2),
  };
}
