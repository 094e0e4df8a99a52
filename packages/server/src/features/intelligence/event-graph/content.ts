import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { type Assembly, assembleAttributes, assembleObjects } from '../events/assemble.ts';
import { loadAttributes, loadObjects } from '../events/load.ts';
import { findEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';

/** More than this no graph shows, nor any reader follows. */
const MAX_ATTRIBUTES = 5000;
const MAX_OBJECTS = 1000;

/** What of an event a graph is drawn from: live elements that the viewer sees, at most a few thousand. */
export interface GraphContent {
  event: EventRow;
  /** Those outside objects. */
  attributes: JsonObject[];
  objects: JsonObject[];
  /** `truncated: true` where the event has more than that; empty otherwise, as MISP's answers are. */
  cut: { truncated?: true };
}

/** Runs `work` with the content of an event. Throws `NotFound`. */
export function withGraphContent<T>(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  work: (tx: Transaction, content: GraphContent) => Promise<T>,
): Promise<T> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey);
    if (event === null) throw new NotFound('Invalid event');
    const options = { excludeGalaxy: true, noShadowAttributes: true, noSightings: true, includeAllTags: true };
    const assembly: Assembly = { magpie, tx, options };
    // One more than is kept tells that there are more.
    const first = (limit: number) => ({ afterId: 0, limit: limit + 1 });
    const outside = await loadAttributes(tx, [event.id], 'outside-objects', 'live', options, first(MAX_ATTRIBUTES));
    const objects = await loadObjects(tx, [event.id], 'live', first(MAX_OBJECTS));
    const objectIds = objects.slice(0, MAX_OBJECTS).map((object) => object.id);
    const members = await loadAttributes(tx, [event.id], { objectIds }, 'live', options, first(MAX_ATTRIBUTES));
    const isCut = outside.length > MAX_ATTRIBUTES || objects.length > MAX_OBJECTS || members.length > MAX_ATTRIBUTES;
    return work(tx, {
      event,
      attributes: await assembleAttributes(assembly, outside.slice(0, MAX_ATTRIBUTES)),
      objects: await assembleObjects(assembly, objects.slice(0, MAX_OBJECTS), members.slice(0, MAX_ATTRIBUTES), 'live'),
      cut: isCut ? { truncated: true } : {},
    });
  });
}
