import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../../access/viewer.ts';
import { type Change, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound, Refused } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { findEvent } from '../events/rights.ts';
import type { AttributeRow, EventRow } from '../events/rows.ts';
import { type ProposedValues, readChangeProposal, readNewProposal } from './proposal-input.ts';
import { insertProposal, markProposals, type NewProposal, type ProposalRow } from './queries.ts';

/** A stored proposal and the event it is for. */
export interface SavedProposal {
  proposal: ProposalRow;
  event: EventRow;
}

/** Proposes a new attribute for an event the viewer sees. Throws `NotFound`, `Invalid`. Nothing is unpublished. */
export function proposeAttribute(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  body: JsonObject,
): Promise<SavedProposal> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey, { lock: true });
    if (event === null) throw new NotFound('Invalid Event.');
    const proposed = await readNewProposal(body, magpie.attachments, magpie.now());
    return store(tx, viewer, event, {
      ...columnsOf(proposed),
      uuid: proposed.values.uuid ?? randomUUID(),
      attribute_id: 0,
      proposal_to_delete: false,
      audience_id: event.audience_id,
      timestamp: magpie.now(),
    });
  });
}

/** Proposes to change an attribute that the viewer sees. Throws `NotFound`, `Refused` for an empty change, `Invalid`. */
export function proposeChange(
  magpie: Magpie,
  viewer: Viewer,
  attributeKey: string | undefined,
  body: JsonObject,
): Promise<SavedProposal> {
  return magpie.database.as(viewer, async (tx) => {
    const { attribute, event } = await lockAttribute(tx, attributeKey);
    const proposed = await readChangeProposal(body, attribute, magpie.attachments, magpie.now());
    if (proposed === null) throw new Refused('Invalid input.');
    return store(tx, viewer, event, {
      ...columnsOf(proposed),
      uuid: attribute.uuid,
      attribute_id: attribute.id,
      proposal_to_delete: false,
      audience_id: attribute.audience_id,
      timestamp: magpie.now(),
    });
  });
}

/** Proposes to delete an attribute that the viewer sees. Throws `NotFound`. */
export function proposeDeletion(
  magpie: Magpie,
  viewer: Viewer,
  attributeKey: string | undefined,
): Promise<SavedProposal> {
  return magpie.database.as(viewer, async (tx) => {
    const { attribute, event } = await lockAttribute(tx, attributeKey);
    const { category, type, value1, value2, to_ids, first_seen, last_seen, disable_correlation } = attribute;
    return store(tx, viewer, event, {
      ...{ category, type, value1, value2, to_ids, first_seen, last_seen, disable_correlation },
      comment: '',
      file_sha256: null,
      file_size: null,
      uuid: attribute.uuid,
      attribute_id: attribute.id,
      proposal_to_delete: true,
      audience_id: attribute.audience_id,
      timestamp: magpie.now(),
    });
  });
}

/** The part of a change record that names the proposal. */
export function proposalChange(action: string, row: ProposalRow): Change {
  return {
    model: 'ShadowAttribute',
    action,
    modelId: row.id,
    modelUuid: row.uuid,
    eventId: row.event_id,
    title: `${row.category}/${row.type} ${row.value1.slice(0, 200)}`,
  };
}

async function lockAttribute(
  tx: Transaction,
  key: string | undefined,
): Promise<{ attribute: AttributeRow; event: EventRow }> {
  const found = await findAttribute(tx, key);
  // The event is locked first, then the attribute read anew, so that its audience cannot change meanwhile.
  const event = found === null ? null : await findEvent(tx, found.event.id, { lock: true });
  const current = found === null ? null : await findAttribute(tx, found.attribute.id);
  if (event === null || current === null || current.attribute.deleted) throw new NotFound('Invalid Attribute.');
  return { attribute: current.attribute, event };
}

/** Columns that a proposal sets. */
export type ProposedColumns = Pick<
  NewProposal,
  | 'category'
  | 'type'
  | 'value1'
  | 'value2'
  | 'to_ids'
  | 'comment'
  | 'first_seen'
  | 'last_seen'
  | 'disable_correlation'
  | 'file_sha256'
  | 'file_size'
>;

/** The columns of what a proposal says. */
export function columnsOf({ values, file }: ProposedValues): ProposedColumns {
  return {
    category: values.category,
    type: values.type,
    value1: values.value1,
    value2: values.value2,
    to_ids: values.toIds,
    comment: values.comment,
    first_seen: values.firstSeen,
    last_seen: values.lastSeen,
    disable_correlation: values.disableCorrelation,
    file_sha256: file?.sha256 ?? null,
    file_size: file?.size ?? null,
  };
}

async function store(
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  proposed: Omit<NewProposal, 'event_id' | 'org_id' | 'user_id' | 'email'>,
): Promise<SavedProposal> {
  const proposal = await insertProposal(tx, {
    ...proposed,
    event_id: event.id,
    org_id: viewer.organisationId,
    user_id: viewer.userId,
    email: viewer.email,
  });
  if (viewer.organisationId !== event.org_id) await markProposals(tx, event.id, true);
  const { attribute_id: old_id, category, type, value1, value2, to_ids, comment, proposal_to_delete } = proposal;
  const after = { old_id, category, type, value1, value2, to_ids, comment, proposal_to_delete };
  await recordChanges(tx, [{ ...proposalChange('add', proposal), after }]);
  return { proposal, event };
}
