import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { contextOf } from '../attributes/service.ts';
import { NOTHING_STORED, writeEventContent } from '../events/event-content.ts';
import { canEditEvent, findEvent, touchEvent } from '../events/rights.ts';
import type { Rejection } from '../events/write-context.ts';
import { renewUuids } from './renew-uuids.ts';

/**
 * Adds what an event body holds to an event: attributes, objects, tags, reports, analyst data; the event's own fields
 * stay. Throws `NotFound`, `Forbidden`. What is not stored is told; nothing is when
 * `onWritten` throws.
 */
export function populateEvent(
  magpie: Magpie,
  viewer: Viewer,
  eventId: string | undefined,
  body: JsonObject,
  options: { regenerateUuids: boolean; onWritten?: ((count: number) => void) | undefined },
): Promise<{ id: number; rejected: Rejection[] }> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventId, { lock: true });
    if (event === null) throw new NotFound('Invalid event');
    if (!canEditEvent(viewer, event)) throw new Forbidden('You are not authorised to do that.');
    const context = await contextOf(magpie, tx, viewer, event);
    const content = options.regenerateUuids ? renewUuids(body) : body;
    await writeEventContent(context, content, NOTHING_STORED, { onWritten: options.onWritten });
    await touchEvent(tx, event.id, context.now);
    options.onWritten?.(0);
    return { id: event.id, rejected: context.rejected };
  });
}
