import { findIndicators, type Indicator, splitComposite } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { addAttributes } from '../../intelligence/attributes/service.ts';
import { addedAttributes } from '../../intelligence/attributes/view.ts';
import { canModifyEvent, findEvent } from '../../intelligence/events/rights.ts';
import { proposeAttribute } from '../../intelligence/proposals/propose.ts';
import { savedProposalWire } from '../../intelligence/proposals/wire.ts';
import { prepareWarnings } from '../../knowledge/warninglists/attribute-warnings.ts';
import type { FreeTextRequest } from './free-text-request.ts';

type Wire = Record<string, unknown>;

/** What was found in a text, as MISP offers it for choice (`returnMetaAttributes`). */
export function offerWire(indicator: Indicator): Wire {
  return {
    types: Object.fromEntries(indicator.alternatives.map((type) => [type, type])),
    default_type: indicator.type,
    ...commentOf(indicator),
    value: indicator.value,
    original_value: indicator.originalValue,
    to_ids: indicator.toIds ? 1 : 0,
  };
}

// Absent where no port was looked for, false where none was found.
function commentOf({ comment }: Indicator): Wire {
  return comment === undefined ? {} : { comment };
}

/** The result of an import. */
export interface ImportedText {
  /** All that was found, in MISP's JSON: the answer before anything is stored, and so without regard to warninglists. */
  readonly found: Wire[];
  /** What was stored: attributes, or proposals where the viewer may not change the event. */
  readonly stored: Wire[];
}

/**
 * Finds indicators in a text and stores them in an event with the defaults of their types; who may not change the
 * event proposes them. What warninglists know is left out (`hard`) or stored without the IDS flag (`soft`). Values
 * that the event has already are passed over. Throws `NotFound`.
 */
export async function importFreeText(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  request: FreeTextRequest,
): Promise<ImportedText> {
  const { event, wanted, indicators } = await magpie.database.as(viewer, async (tx) => {
    const found = await findEvent(tx, eventKey);
    if (found === null) throw new NotFound('Invalid event.');
    const all = findIndicators(request.text);
    const finder = request.warninglists === 'ignore' ? null : await prepareWarnings(magpie, tx);
    const isListed = (indicator: Indicator) => finder?.isListed(judged(indicator)) ?? false;
    const judgedAll = all.map((indicator) => ({ indicator, listed: isListed(indicator) }));
    return {
      event: found,
      indicators: all,
      wanted: judgedAll.filter(({ listed }) => !listed || request.warninglists === 'soft'),
    };
  });
  const found = indicators.map((indicator) => foundWire(indicator, request, event.id));
  const bodies = wanted.map(({ indicator, listed }) => bodyOf(indicator, request, listed));
  if (bodies.length === 0) return { found, stored: [] };
  const key = String(event.id);
  return {
    found,
    stored: canModifyEvent(viewer, event)
      ? await storeAttributes(magpie, viewer, key, bodies)
      : await storeProposals(magpie, viewer, key, bodies),
  };
}

function judged({ type, value, toIds }: Indicator) {
  const { value1, value2 } = splitComposite(type, value);
  return { type, value1, value2, toIds };
}

function foundWire(indicator: Indicator, { distribution }: FreeTextRequest, eventId: number): Wire {
  return {
    ...commentOf(indicator),
    value: indicator.value,
    original_value: indicator.originalValue,
    to_ids: indicator.toIds ? 1 : 0,
    type: indicator.type,
    category: indicator.category,
    distribution,
    event_id: String(eventId),
  };
}

function bodyOf(indicator: Indicator, request: FreeTextRequest, listed: boolean): JsonObject {
  return {
    type: indicator.type,
    category: indicator.category,
    value: indicator.value,
    to_ids: indicator.toIds && !listed,
    comment: indicator.comment || '',
    distribution: request.distribution,
    sharing_group_id: request.sharingGroupId,
  };
}

async function storeAttributes(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string,
  bodies: JsonObject[],
): Promise<Wire[]> {
  const outcomes = await addAttributes(magpie, viewer, eventKey, bodies);
  const ids = outcomes.flatMap((outcome) => ('id' in outcome ? [outcome.id] : []));
  return (await addedAttributes(magpie, viewer, ids)).map(({ row }) => ({ Attribute: row }));
}

async function storeProposals(magpie: Magpie, viewer: Viewer, eventKey: string, bodies: JsonObject[]): Promise<Wire[]> {
  const stored: Wire[] = [];
  for (const body of bodies) {
    try {
      const { proposal, event } = await proposeAttribute(magpie, viewer, eventKey, body);
      stored.push({ ShadowAttribute: savedProposalWire(proposal, event.org_id) });
    } catch (error) {
      // A value that cannot be proposed (there already, not valid) does not keep the others from being proposed.
      if (!(error instanceof Invalid || error instanceof Forbidden)) throw error;
    }
  }
  return stored;
}
