import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { type Answer, uiReply } from '../../../http/answer.ts';
import { readId, readSentList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findEvent } from '../events/rights.ts';
import { acceptProposal, discardProposal } from './decide.ts';

/** Proposals decided by one request: each is as much work as a change of its attribute. */
const MOST_SELECTED = 500;

/** Deciding several proposals on an event: each by itself, so that one that cannot be done keeps none of the others. */
export function selectedProposalOperations(magpie: Magpie): Operation[] {
  return (['accept', 'discard'] as const).map((verdict) => ({
    name: `shadow_attributes.${verdict}Selected`,
    summary:
      verdict === 'accept'
        ? 'Does what several proposals on an event say, one after the other'
        : 'Takes several proposals on an event off the list',
    path: `/shadow_attributes/${verdict}Selected/{event}`,
    methods: ['POST'],
    effect: 'write',
    permission: 'perm_add',
    model: 'ShadowAttribute',
    handle: (call: Call) => decideSelected(magpie, call, verdict),
  }));
}

async function decideSelected(magpie: Magpie, call: Call, verdict: 'accept' | 'discard'): Promise<Answer> {
  const { viewer, args } = call;
  const body = unwrap(call.body, 'ShadowAttribute', 'Attribute', 'Proposal');
  const ids = await selectedProposals(magpie, viewer, args.event, body[`ids_${verdict}`] ?? body.ids ?? body.id);
  const decide = verdict === 'accept' ? acceptProposal : discardProposal;
  let failed = 0;
  for (const id of ids) {
    try {
      await decide(magpie, viewer, String(id));
    } catch (error) {
      if (!(error instanceof NotFound || error instanceof Forbidden || error instanceof Invalid)) throw error;
      failed += 1;
    }
  }
  const done = `${ids.length - failed} proposal(s) ${verdict}ed.`;
  return uiReply(failed === 0 ? { success: done } : { errors: `${done} ${failed} could not be decided.` });
}

/** Of the ids sent, as a list or as its JSON, those of open proposals on the event. */
async function selectedProposals(
  magpie: Magpie,
  viewer: Viewer,
  event: string | undefined,
  sent: unknown,
): Promise<number[]> {
  const ids = (readSentList(sent) ?? []).map(readId).filter((id) => id !== null);
  if (ids.length === 0) throw new Refused('No proposals selected.');
  if (ids.length > MOST_SELECTED) throw new Refused(`No more than ${MOST_SELECTED} proposals are decided at once.`);
  return magpie.database.as(viewer, async (tx) => {
    const found = await findEvent(tx, event);
    if (found === null) throw new NotFound('Invalid event');
    const rows = await tx.query<{ id: number }>(
      'select id from visible_proposals where event_id = $1 and not deleted and id = any ($2::bigint[]) order by id',
      [found.id, ids],
    );
    if (rows.length === 0) throw new NotFound('No matching proposals found.');
    return rows.map((row) => row.id);
  });
}
