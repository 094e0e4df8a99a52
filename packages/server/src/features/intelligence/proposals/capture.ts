import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readInteger } from '../../../http/lenient.ts';
import { captureOrganisation } from '../../sharing/organisations/capture.ts';
import type { AttributeRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { type ProposedValues, readNewProposal } from './proposal-input.ts';
import { columnsOf, proposalChange } from './propose.ts';
import {
  decideCopies,
  insertProposals,
  markProposals,
  type NewProposalCopy,
  type ProposalRow,
  proposalsByUuid,
} from './queries.ts';

/** A proposal as a body brings it, with the uuid of the attribute it was nested in. */
export interface ProposalDraft {
  body: JsonObject;
  attributeUuid: string | null;
  path: string;
}

/** What became of the proposals of a body. */
export interface CapturedProposals {
  added: number;
  updated: number;
}

/** 2^33 is the year 2242. */
const MAX_TIMESTAMP = 2 ** 33;

/**
 * Stores proposals that a body brings along for what its event holds. One that is here already (same uuid, values and
 * comment) is only changed by a newer copy that was decided meanwhile. Synchronisation accounts name the organisation
 * that proposed; everyone else's are their own. What cannot be stored is told in `rejected`. Nothing is unpublished.
 */
export async function captureProposals(
  context: WriteContext,
  drafts: readonly ProposalDraft[],
): Promise<CapturedProposals> {
  if (drafts.length === 0) return { added: 0, updated: 0 };
  const { tx, event } = context;
  const targets = await targetsOf(tx, event.id, drafts);
  const organisationOf = proposers(tx, context.viewer);
  const planned: NewProposalCopy[] = [];
  for (const draft of drafts) {
    const plan = await planCopy(context, draft, targets);
    if (plan === null) continue;
    planned.push({ ...plan, ...(await organisationOf(draft.body)) });
  }
  const known = new Map(
    (
      await proposalsByUuid(
        tx,
        event.id,
        planned.map((plan) => plan.uuid),
      )
    ).map((row) => [identity(row), row]),
  );
  const fresh = new Map<string, NewProposalCopy>();
  const decided: ProposalRow[] = [];
  for (const plan of planned) {
    const before = known.get(identity(plan));
    if (before === undefined) fresh.set(identity(plan), plan);
    else if (plan.timestamp > before.timestamp && plan.deleted !== before.deleted) {
      decided.push({ ...before, deleted: plan.deleted, timestamp: plan.timestamp });
    }
  }
  const made = await insertProposals(tx, event.id, [...fresh.values()]);
  await decideCopies(tx, decided);
  if (made.some((row) => !row.deleted && row.org_id !== event.ownerId)) await markProposals(tx, event.id, true);
  await recordChanges(tx, [
    ...made.map((row) => ({ ...proposalChange('add', row), after: recorded(row) })),
    ...decided.map((row) => ({ ...proposalChange('edit', row), after: { deleted: row.deleted } })),
  ]);
  return { added: made.length, updated: decided.length };
}

function recorded(row: ProposalRow): Record<string, unknown> {
  const { attribute_id: old_id, category, type, value1, value2, to_ids, comment, proposal_to_delete } = row;
  return { old_id, category, type, value1, value2, to_ids, comment, proposal_to_delete };
}

type Same = Pick<
  ProposalRow,
  'uuid' | 'type' | 'category' | 'value1' | 'value2' | 'to_ids' | 'comment' | 'proposal_to_delete'
>;

function identity(row: Same): string {
  const { uuid, type, category, value1, value2, to_ids, comment, proposal_to_delete } = row;
  return JSON.stringify([uuid, type, category, value1, value2, to_ids, comment, proposal_to_delete]);
}

type Target = Pick<AttributeRow, 'id' | 'uuid' | 'audience_id'>;

/** The visible attributes of the event that proposals concern, by uuid. One indexed look-up. */
async function targetsOf(
  tx: Transaction,
  eventId: number,
  drafts: readonly ProposalDraft[],
): Promise<Map<string, Target>> {
  const uuids = drafts.flatMap((draft) => targetUuid(draft) ?? []);
  const rows = await tx.query<Target>(
    `select id, uuid, audience_id from visible_attributes where uuid = any ($2::uuid[]) and event_id = $1 for share`,
    [eventId, uuids],
  );
  return new Map(rows.map((row) => [row.uuid, row]));
}

/** Of the attribute a proposal concerns; null for one of a new attribute. */
function targetUuid({ body, attributeUuid }: ProposalDraft): string | null {
  if (attributeUuid !== null) return attributeUuid;
  const old = readUuid(body.old_uuid);
  if (old !== null) return old;
  // A proposal to change or delete has the uuid of its attribute; ids are those of the sender.
  const concerns = readId(body.old_id) !== null || readBoolean(body.proposal_to_delete) === true;
  return concerns ? readUuid(body.uuid) : null;
}

async function planCopy(
  context: WriteContext,
  draft: ProposalDraft,
  targets: ReadonlyMap<string, Target>,
): Promise<Omit<NewProposalCopy, 'org_id' | 'user_id' | 'email'> | null> {
  const { body, path } = draft;
  const uuid = targetUuid(draft);
  const target = uuid === null ? null : targets.get(uuid);
  if (target === undefined) return refuse(context, path, 'The attribute that it concerns is not in the event.');
  const proposed = await readCopy(context, body);
  if ('refusal' in proposed) return refuse(context, path, proposed.refusal);
  const timestamp = readInteger(body.timestamp);
  return {
    ...columnsOf(proposed),
    uuid: target?.uuid ?? proposed.values.uuid ?? randomUUID(),
    attribute_id: target?.id ?? 0,
    proposal_to_delete: target !== null && readBoolean(body.proposal_to_delete) === true,
    deleted: readBoolean(body.deleted) === true,
    timestamp: timestamp !== null && timestamp > 0 && timestamp < MAX_TIMESTAMP ? timestamp : context.now,
    audience_id: target?.audience_id ?? context.event.audience.id,
  };
}

async function readCopy(
  { magpie, now }: WriteContext,
  body: JsonObject,
): Promise<ProposedValues | { refusal: unknown }> {
  try {
    return await readNewProposal(body, magpie.attachments, now);
  } catch (error) {
    if (error instanceof Invalid) return { refusal: error.fields };
    throw error;
  }
}

function refuse(context: WriteContext, path: string, reason: unknown): null {
  context.rejected.push({ path, reason });
  return null;
}

/** Who made each proposal: every distinct organisation is looked up once. */
function proposers(
  tx: Transaction,
  viewer: Viewer,
): (body: JsonObject) => Promise<Pick<ProposalRow, 'org_id' | 'user_id' | 'email'>> {
  const own = { org_id: viewer.organisationId, user_id: viewer.userId, email: viewer.email };
  const known = new Map<string, Promise<number | null>>();
  return async (body) => {
    if (!can(viewer, 'perm_sync')) return own;
    const email = typeof body.email === 'string' ? body.email.slice(0, 255) : '';
    const organisation = isObject(body.Org) ? body.Org : { uuid: body.org_uuid };
    const key = `${organisation.uuid} ${'name' in organisation ? organisation.name : ''}`;
    let found = known.get(key);
    if (found === undefined) {
      found = findProposer(tx, viewer, organisation);
      known.set(key, found);
    }
    // The sender's numbers mean nothing here: without a uuid the proposal is told of the one who brought it.
    return { org_id: (await found) ?? viewer.organisationId, user_id: 0, email };
  };
}

async function findProposer(tx: Transaction, viewer: Viewer, organisation: JsonObject): Promise<number | null> {
  if (typeof organisation.name === 'string') return captureOrganisation(tx, viewer, organisation);
  const uuid = readUuid(organisation.uuid);
  if (uuid === null) return null;
  const row = await tx.first<{ id: number }>('select id from organisations where uuid = $1', [uuid]);
  return row?.id ?? null;
}
