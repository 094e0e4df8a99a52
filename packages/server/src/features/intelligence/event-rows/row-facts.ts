import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { isObject, readId, readList } from '../../../http/lenient.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import {
  findHeldBack,
  findRelatedAttributes,
  type RelatedAttributeRow,
} from '../../search/correlations/related-attributes.ts';
import { prepareEventHits } from '../../sharing/caches/event-hits.ts';
import { attributeNotes } from '../events/attribute-notes.ts';
import { loadAttributeTags } from '../events/load.ts';
import { findEvent } from '../events/rights.ts';
import type { AttributeRow } from '../events/rows.ts';

type Wire = Record<string, unknown>;

/** Attributes that one call may ask about. */
export const MOST_ROWS = 500;
/** Events told by name for one attribute; how many there are is told in full. */
const NAMED_EVENTS = 10;

/**
 * What is looked up about attributes that are on screen, by attribute id: events that share the value, what caches of
 * feeds and instances know, scores of decaying models, how many proposals wait. Attributes without any of it are missing. Throws `NotFound` for
 * an event the viewer does not see, `BadRequest` for more than 500 ids.
 */
export function readRowFacts(
  magpie: Magpie,
  viewer: Viewer,
  event: string | undefined,
  body: unknown,
): Promise<Record<string, Wire>> {
  const ids = (readList(isObject(body) ? body.ids : null) ?? []).map(readId).filter((id) => id !== null);
  if (ids.length > MOST_ROWS) throw new BadRequest(`ids takes ${MOST_ROWS} attributes at most.`);
  return magpie.database.as(viewer, async (tx) => {
    const found = await findEvent(tx, event);
    if (found === null) throw new NotFound('Invalid event');
    const rows = await tx.prepared<AttributeRow>('select * from visible_attributes where id = any ($1::bigint[])', [
      [...new Set(ids)],
    ]);
    return factsOf(magpie, tx, viewer, rows);
  });
}

async function factsOf(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  rows: readonly AttributeRow[],
): Promise<Record<string, Wire>> {
  if (rows.length === 0) return {};
  const ids = rows.map((row) => row.id);
  const limits = correlationLimits(magpie);
  const related = await findRelatedAttributes(tx, ids, limits);
  const heldBack = await findHeldBack(tx, ids, limits);
  const events = await tx.query<{ id: number; org_id: number; orgc_id: number }>(
    'select id, org_id, orgc_id from visible_events where id = any ($1::bigint[])',
    [[...new Set(rows.map((row) => row.event_id))]],
  );
  const hits = await (await prepareEventHits(tx, viewer, events, { feeds: true, servers: true }))?.ofAttributes(
    tx,
    rows,
  );
  const options = { decay: { models: null, excludeDecayed: false, overrides: {}, fullModel: false } };
  const links = await loadAttributeTags(tx, ids, options);
  const tags = Map.groupBy(links, (link) => link.attribute_id);
  const scores = await attributeNotes({ magpie, tx, options }, rows, tags);
  const proposals = await countProposals(tx, ids);
  const facts: Record<string, Wire> = {};
  for (const row of rows) {
    const others = related.get(row.id);
    const held = heldBack.get(row.id);
    const fact = {
      ...(others === undefined ? {} : { correlations: correlationWire(others) }),
      ...(held?.popular === true ? { over_correlating: true } : {}),
      ...hits?.get(row.id),
      ...scores(row),
      ...(proposals.has(row.id) ? { proposals: proposals.get(row.id) } : {}),
    };
    if (Object.keys(fact).length > 0) facts[String(row.id)] = fact;
  }
  return facts;
}

/** Proposals that wait for a decision, by attribute; those without any are missing. */
async function countProposals(tx: Transaction, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await tx.prepared<{ attribute_id: number; n: number }>(
    `select attribute_id, count(*)::int as n from visible_proposals
     where attribute_id <> 0 and attribute_id = any ($1::bigint[]) and not deleted group by attribute_id`,
    [ids],
  );
  return new Map(rows.map((row) => [row.attribute_id, row.n]));
}

/** How many events share the value, and some of them. */
function correlationWire(others: readonly RelatedAttributeRow[]): Wire {
  const events = [...new Map(others.map((row) => [row.event_id, row])).values()];
  return {
    count: events.length,
    events: events.slice(-NAMED_EVENTS).map(({ event_id: id, info, date, uuid }) => ({
      id: String(id),
      info,
      date,
      attribute_uuid: uuid,
    })),
  };
}
