import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid } from '../../../errors.ts';
import { NO_RIGHT } from '../../intelligence/events/rights.ts';
import type { Rejection } from '../../intelligence/events/write-context.ts';
import { proposeAttribute } from '../../intelligence/proposals/propose.ts';
import type { Review, StoredReview } from './review.ts';

/** Proposals that one review makes at most. */
const MAX_PROPOSALS = 500;

/**
 * Proposes the attributes of a review for an event that the viewer may not change. Objects, reports and tags cannot be
 * proposed and are told as rejected. Throws `Forbidden` for who may not even propose.
 */
export async function proposeReview(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string,
  review: Review,
): Promise<StoredReview> {
  if (!can(viewer, 'perm_add')) throw new Forbidden(NO_RIGHT);
  const rejected: Rejection[] = [...review.rejected];
  let proposals = 0;
  for (const [index, body] of review.attributes.entries()) {
    if (index >= MAX_PROPOSALS) {
      rejected.push({ path: `Attribute[${index}]`, reason: `More than ${MAX_PROPOSALS} proposals at once.` });
      break;
    }
    try {
      // A uuid would be that of an attribute, which a proposal for a new one has not got yet.
      const { uuid: _uuid, ...proposed } = body;
      await proposeAttribute(magpie, viewer, eventKey, proposed);
      proposals += 1;
    } catch (error) {
      if (!(error instanceof Invalid || error instanceof Forbidden)) throw error;
      rejected.push({ path: `Attribute[${index}]`, reason: error instanceof Invalid ? error.fields : error.message });
    }
  }
  for (const kind of ['objects', 'reports', 'tags'] as const) {
    if (review[kind].length > 0) rejected.push({ path: kind, reason: 'Only who may change the event can add these.' });
  }
  return { attributes: 0, objects: 0, reports: 0, proposals, known: 0, rejected };
}
