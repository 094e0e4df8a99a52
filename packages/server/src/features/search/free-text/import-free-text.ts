import { setImmediate } from 'node:timers/promises';
import { type Indicator, splitComposite } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { addAttributes } from '../../intelligence/attributes/service.ts';
import { addedAttributes } from '../../intelligence/attributes/view.ts';
import { canModifyEvent, findEvent } from '../../intelligence/events/rights.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';
import { proposeAttribute } from '../../intelligence/proposals/propose.ts';
import { savedProposalWire } from '../../intelligence/proposals/wire.ts';
import { prepareWarnings } from '../../knowledge/warninglists/attribute-warnings.ts';
import { usableSharingGroup } from '../../sharing/sharing-groups/service.ts';
import { findIndicatorsApart } from '../imports/read-apart.ts';
import { readDetectionLists } from './detection-lists.ts';
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
  readonly storedCount: number;
}

/**
 * Finds indicators in a text and stores them in an event with the defaults of their types; who may not change the
 * event proposes them. What warninglists know is left out (`hard`) or stored without the IDS flag (`soft`). Values
 * that the event has already are passed over. Without `readBack` attributes are counted and not read again: there may
 * be very many. Throws `NotFound`.
 */
export async function importFreeText(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  request: FreeTextRequest,
  options: { readBack: boolean } = { readBack: true },
): Promise<ImportedText> {
  const lists = await magpie.database.as(viewer, async (tx) => {
    await requireEvent(tx, eventKey);
    return readDetectionLists(tx);
  });
  // Not inside the transaction: a long text is read for seconds.
  const all = await findIndicatorsApart(request.text, lists);
  const { event, wanted, indicators } = await magpie.database.as(viewer, async (tx) => {
    const found = await requireEvent(tx, eventKey);
    await requireGroup(tx, viewer, request);
    const finder = request.warninglists === 'ignore' ? null : await prepareWarnings(magpie, tx);
    const isListed = (indicator: Indicator) => finder?.isListed(judged(indicator)) ?? false;
    const judgedAll: { indicator: Indicator; listed: boolean }[] = [];
    for (const [index, indicator] of all.entries()) {
      judgedAll.push({ indicator, listed: isListed(indicator) });
      if (index % SLICE === SLICE - 1) await setImmediate();
    }
    return {
      event: found,
      indicators: all,
      wanted: judgedAll.filter(({ listed }) => !listed || request.warninglists === 'soft'),
    };
  });
  const found = options.readBack ? indicators.map((indicator) => foundWire(indicator, request, event.id)) : [];
  const bodies = wanted.map(({ indicator, listed }) => bodyOf(indicator, request, listed));
  if (bodies.length === 0) return { found, stored: [], storedCount: 0 };
  const key = String(event.id);
  if (!canModifyEvent(viewer, event)) {
    const stored = await storeProposals(magpie, viewer, key, bodies);
    return { found, stored, storedCount: stored.length };
  }
  const outcomes = await addAttributes(magpie, viewer, key, bodies);
  const ids = outcomes.flatMap((outcome) => ('id' in outcome ? [outcome.id] : []));
  const rows = options.readBack ? await addedAttributes(magpie, viewer, ids) : [];
  return { found, stored: rows.map(({ row }) => ({ Attribute: row })), storedCount: ids.length };
}

/** Attributes for a sharing group that may not be used would all be refused. Throws `Forbidden`. */
export async function requireGroup(tx: Transaction, viewer: Viewer, request: FreeTextRequest): Promise<void> {
  if (Number(request.distribution) !== 4) return;
  if (!(await usableSharingGroup(tx, viewer, request.sharingGroupId))) {
    throw new Forbidden('Invalid Sharing Group or not authorised.');
  }
}

/** As many indicators are judged at once; others are served between. */
const SLICE = 1_000;

/** The event with this id or uuid. Throws `NotFound`. */
export async function requireEvent(tx: Transaction, key: string | undefined): Promise<EventRow> {
  const event = await findEvent(tx, key);
  if (event === null) throw new NotFound('Invalid event.');
  return event;
}

function judged({ type, value, toIds }: Indicator) {
  const { value1, value2 } = splitComposite(type, value);
  return { type, value1, value2, toIds };
}

/** What was found, as MISP answers before it stores. */
export function foundWire(indicator: Indicator, { distribution }: FreeTextRequest, eventId: number): Wire {
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
