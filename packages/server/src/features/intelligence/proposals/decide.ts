import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { removeAttributes } from '../attributes/delete.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { changeAttribute, contextOf } from '../attributes/service.ts';
import { writeAttributes } from '../attributes/write.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';
import { attributeDraft } from './proposal-input.ts';
import { proposalChange } from './propose.ts';
import { closeProposal, findProposal, markProposals, type ProposalRow } from './queries.ts';
import { proposalIdOf } from './service.ts';

const NOT_FOUND = 'Proposal not found or you are not authorised to accept it.';

/** What an accepted proposal did. */
export type Acceptance = 'added' | 'changed';

/**
 * Does what a proposal says, by the rules of writing attributes, and unpublishes the event. Throws `NotFound` for one
 * that is unknown, hidden or decided already, `Forbidden` when the event is not the viewer's to change, `Invalid` when
 * what it proposes can no longer be stored.
 */
export function acceptProposal(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<Acceptance> {
  return magpie.database.as(viewer, async (tx) => {
    const { proposal, event } = await lockProposal(tx, key);
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    if (proposal.attribute_id === 0) await addProposed(magpie, tx, viewer, event, proposal);
    else await changeProposed(magpie, tx, viewer, event, proposal);
    await close(magpie, tx, proposal, 'accept');
    return proposal.attribute_id === 0 ? 'added' : 'changed';
  });
}

/** Closes a proposal without effect: for those who may change the event, and for its author. Throws as `acceptProposal`. */
export function discardProposal(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const { proposal, event } = await lockProposal(tx, key);
    const isAuthor = proposal.user_id === viewer.userId && proposal.org_id === viewer.organisationId;
    if (!isAuthor && !canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    await close(magpie, tx, proposal, 'discard');
  });
}

/** The event is locked before the proposal, as by all who write into it; of two deciders the second finds it done. */
async function lockProposal(
  tx: Transaction,
  key: string | undefined,
): Promise<{ proposal: ProposalRow; event: EventRow }> {
  const id = await proposalIdOf(tx, key);
  const found = id === null ? null : await findProposal(tx, id);
  const event = found === null ? null : await findEvent(tx, found.event_id, { lock: true });
  const proposal = found === null ? null : await findProposal(tx, found.id, { lock: true });
  if (event === null || proposal === null || proposal.deleted) throw new NotFound(NOT_FOUND);
  return { proposal, event };
}

async function close(magpie: Magpie, tx: Transaction, proposal: ProposalRow, verdict: 'accept' | 'discard') {
  await closeProposal(tx, proposal.id, magpie.now());
  await markProposals(tx, proposal.event_id, false);
  const change = proposalChange(verdict, proposal);
  await recordChanges(tx, [{ ...change, before: { deleted: false }, after: { deleted: true } }]);
}

async function addProposed(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  proposal: ProposalRow,
): Promise<void> {
  const context = await contextOf(magpie, tx, viewer, event);
  const body = { ...(await bodyOf(magpie, proposal)), uuid: proposal.uuid, distribution: 5 };
  const [outcome] = await writeAttributes(context, [{ body, path: 'Attribute', object: null }]);
  if (outcome && 'errors' in outcome) {
    throw new Invalid('', isObject(outcome.errors) ? outcome.errors : String(outcome.errors));
  }
  await touchEvent(tx, event.id, magpie.now());
}

async function changeProposed(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
  proposal: ProposalRow,
): Promise<void> {
  const found = await findAttribute(tx, proposal.attribute_id);
  if (found === null || found.attribute.deleted || found.event.id !== event.id) throw new NotFound(NOT_FOUND);
  if (proposal.proposal_to_delete) await removeAttributes(magpie, tx, event, [found.attribute], { hard: false });
  else await changeAttribute(magpie, tx, viewer, found, await bodyOf(magpie, proposal));
}

/** What is proposed as the body of an attribute write; a sample's file is encrypted already. */
async function bodyOf(magpie: Magpie, proposal: ProposalRow): Promise<JsonObject> {
  const file = proposal.file_sha256 === null ? null : await magpie.attachments.get(proposal.file_sha256);
  return { ...attributeDraft(proposal), ...(file === null ? {} : { data: file.toString('base64') }) };
}
