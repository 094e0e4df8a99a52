import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readText, unwrap } from '../../../http/lenient.ts';
import { contextOf } from '../attributes/service.ts';
import { canModifyEvent, findEvent, touchEvent } from '../events/rights.ts';
import type { ReferenceRow } from '../events/rows.ts';
import { type FoundReference, findTargets, insertReferences, reachableEvents, UNREACHABLE } from './references.ts';
import { INVALID_OBJECT } from './view.ts';

const MOST_AT_ONCE = 1000;

/** What was stored of many references, and why the others were not, by their place in the request. */
export interface AddedReferences {
  readonly rows: readonly ReferenceRow[];
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * Adds references between the objects of one event and what they may refer to, in one transaction: those that can be
 * are stored, the others are told. Each gets a uuid of its own. Throws `NotFound` for an event that the viewer may not
 * change or see, and `BadRequest` for what is no list.
 */
export function addReferences(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  body: unknown,
): Promise<AddedReferences> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, eventKey, { lock: true });
    if (event === null || !canModifyEvent(viewer, event)) throw new NotFound('Invalid event.');
    const bodies = readReferences(body);
    const uuidsOf = (name: string) => bodies.flatMap((sent) => readUuid(sent[name]) ?? []);
    const objects = await objectsOfEvent(tx, event.id, uuidsOf('object_uuid'));
    const targets = await findTargets(tx, uuidsOf('referenced_uuid'));
    const events = await reachableEvents(tx, event.id);
    const errors: Record<string, string> = {};
    const found: FoundReference[] = [];
    for (const [index, sent] of bodies.entries()) {
      const path = `reference_${index}`;
      const objectUuid = readUuid(sent.object_uuid) ?? '';
      const objectId = objects.get(objectUuid);
      const target = targets.get(readUuid(sent.referenced_uuid) ?? '');
      if (objectId === undefined) errors[path] = INVALID_OBJECT;
      else if (target === undefined) errors[path] = 'Invalid target.';
      else if (!events.has(target.event_id)) errors[path] = UNREACHABLE;
      else {
        const words = {
          relationship_type: readText(sent, 'relationship_type'),
          comment: readText(sent, 'comment'),
        };
        found.push({ input: { objectId, objectUuid, body: words, path }, target, uuid: randomUUID() });
      }
    }
    const rows = await insertReferences(await contextOf(magpie, tx, viewer, event), found);
    if (rows.length > 0) {
      await touchObjects(tx, rows, magpie.now());
      await touchEvent(tx, event.id, magpie.now());
    }
    return { rows, errors };
  });
}

/** A list, or one in `ObjectReference`; each as it is sent to `add`. */
function readReferences(body: unknown): JsonObject[] {
  const list = Array.isArray(body) ? body : isObject(body) ? body.ObjectReference : undefined;
  if (!Array.isArray(list) || list.length === 0) throw new BadRequest('A list of references is expected.');
  if (list.length > MOST_AT_ONCE) throw new BadRequest(`At most ${MOST_AT_ONCE} references are taken at once.`);
  return list.map((item) => unwrap(item, 'ObjectReference'));
}

async function objectsOfEvent(
  tx: Transaction,
  eventId: number,
  uuids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: number; uuid: string }>(
    'select id, uuid from visible_objects where event_id = $1 and uuid = any ($2::uuid[]) and not deleted',
    [eventId, uuids],
  );
  return new Map(rows.map(({ id, uuid }) => [uuid, id]));
}

async function touchObjects(tx: Transaction, rows: readonly ReferenceRow[], nowSeconds: number): Promise<void> {
  await tx.execute('update visible_objects set timestamp = greatest(timestamp, $2) where id = any ($1::bigint[])', [
    [...new Set(rows.map((row) => row.object_id))],
    nowSeconds,
  ]);
}
