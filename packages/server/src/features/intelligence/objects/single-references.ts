import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { type JsonObject, readId, readText } from '../../../http/lenient.ts';
import { contextOf } from '../attributes/service.ts';
import { deletedModeFor } from '../events/read-options.ts';
import { canModifyEvent, findEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { EventRow, ReferenceRow } from '../events/rows.ts';
import { findTargets, insertReferences, reachableEvents, UNREACHABLE } from './references.ts';
import { findObject, touchObject } from './service.ts';
import { INVALID_OBJECT } from './view.ts';

const INVALID_REFERENCE = 'Invalid object reference.';

/**
 * Adds a reference from an object to an attribute or object of the same event, of the one it extends, or of one that
 * extends it. The object of the path counts before the body's. The reference gets a uuid of its own.
 *
 * Throws `NotFound` for an object that is not there, deleted, or not the viewer's to change, and for a target that he
 * does not see: a hidden one and an unknown one look the same.
 */
export function addReference(
  magpie: Magpie,
  viewer: Viewer,
  objectKey: string | undefined,
  body: JsonObject,
): Promise<ReferenceRow> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findObject(tx, objectKey ?? readText(body, 'object_uuid'), { lock: true });
    if (found === null || !canModifyEvent(viewer, found.event)) throw new NotFound(INVALID_OBJECT);
    const { object, event } = found;
    // Who deletes an object deletes its references; none may be left behind by somebody slower.
    if (object.deleted) throw new NotFound(INVALID_OBJECT);
    const uuid = readUuid(body.referenced_uuid);
    const target = uuid === null ? undefined : (await findTargets(tx, [uuid])).get(uuid);
    if (target === undefined) throw new NotFound('Invalid target.');
    if (!(await reachableEvents(tx, event.id)).has(target.event_id)) throw new NotFound(UNREACHABLE);
    const draft = {
      relationship_type: readText(body, 'relationship_type'),
      comment: readText(body, 'comment'),
    };
    const input = { objectId: object.id, objectUuid: object.uuid, body: draft, path: 'ObjectReference' };
    const context = await contextOf(magpie, tx, viewer, event);
    const [row] = await insertReferences(context, [{ input, target, uuid: randomUUID() }]);
    if (row === undefined) throw new NotFound(INVALID_OBJECT);
    await touchObject(tx, object.id, magpie.now());
    await touchEvent(tx, event.id, magpie.now());
    return row;
  });
}

/** A reference by id or uuid; deleted ones only for those who may see deleted elements. Throws `NotFound`. */
export function viewReference(magpie: Magpie, viewer: Viewer, idOrUuid: string | undefined): Promise<ReferenceRow> {
  return magpie.database.as(viewer, async (tx) => {
    const { reference, event } = await findReference(tx, idOrUuid);
    if (reference.deleted && deletedModeFor(viewer, event, 'both') === 'live') throw new NotFound(INVALID_REFERENCE);
    return reference;
  });
}

/** Deletes a reference, softly or for good. Deleting softly again is no error. Throws `NotFound`, `Forbidden`. */
export function deleteReference(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  hard: boolean,
): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const { reference, event } = await findReference(tx, idOrUuid, { lock: true });
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    const now = magpie.now();
    if (hard) await tx.execute('delete from visible_object_references where id = $1', [reference.id]);
    else {
      await tx.execute('update visible_object_references set deleted = true, timestamp = $2 where id = $1', [
        reference.id,
        now,
      ]);
    }
    const { referenced_uuid, relationship_type, comment } = reference;
    await recordChanges(tx, [
      {
        model: 'ObjectReference',
        action: hard ? 'delete' : 'soft_delete',
        modelId: reference.id,
        modelUuid: reference.uuid,
        eventId: event.id,
        before: { referenced_uuid, relationship_type, comment },
      },
    ]);
    await touchObject(tx, reference.object_id, now);
    await touchEvent(tx, event.id, now);
  });
}

async function findReference(
  tx: Transaction,
  idOrUuid: string | undefined,
  options: { lock?: boolean } = {},
): Promise<{ reference: ReferenceRow; event: EventRow }> {
  const id = readId(idOrUuid);
  const key = id ?? readUuid(idOrUuid);
  const reference =
    key === null
      ? null
      : await tx.first<ReferenceRow>(
          `select * from visible_object_references where ${id === null ? 'uuid' : 'id'} = $1`,
          [key],
        );
  const event = reference === null ? null : await findEvent(tx, reference.event_id, options);
  if (reference === null || event === null) throw new NotFound(INVALID_REFERENCE);
  return { reference, event };
}
