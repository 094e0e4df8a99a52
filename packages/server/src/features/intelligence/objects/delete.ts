import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { ATTRIBUTE_PARTS } from '../attributes/attribute-parts.ts';
import { removeAttributes } from '../attributes/delete.ts';
import { canModifyEvent, NO_RIGHT, touchEvent } from '../events/rights.ts';
import type { AttributeRow, ObjectRow, ReferenceRow } from '../events/rows.ts';
import { markPartsDeleted } from './mark-parts.ts';
import { findObject, type ObjectWithEvent } from './service.ts';
import { INVALID_OBJECT } from './view.ts';

/**
 * Deletes an object with its attributes and references: softly (all stay, marked) or for good with tags and files.
 * Deleting softly again is no error. Returns the id of its event. Throws `NotFound`, `Forbidden`.
 */
export function deleteObject(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  hard: boolean,
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findObject(tx, idOrUuid, { lock: true });
    if (found === null) throw new NotFound(INVALID_OBJECT);
    if (!canModifyEvent(viewer, found.event)) throw new Forbidden(NO_RIGHT);
    await removeObject(magpie, tx, found, hard);
    return found.event.id;
  });
}

/** Removes an object whose right was checked, with what the viewer cannot see of it, and marks its event as changed. */
export async function removeObject(
  magpie: Magpie,
  tx: Transaction,
  { object, event }: ObjectWithEvent,
  hard: boolean,
): Promise<void> {
  const before = hard ? await keptObject(tx, object) : shortForm(object);
  if (hard) {
    const members = await tx.query<AttributeRow>('select * from visible_attributes where object_id = $1 order by id', [
      object.id,
    ]);
    if (members.length > 0) await removeAttributes(magpie, tx, event, members, { hard: true });
    await tx.elevated('hidden parts go with their object', () => removeRows(tx, object));
  } else {
    await markPartsDeleted(magpie, tx, event.id, [object.id]);
    await tx.execute('update visible_objects set deleted = true, timestamp = greatest(timestamp, $2) where id = $1', [
      object.id,
      magpie.now(),
    ]);
  }
  if (!hard && magpie.settings.get('Security.sanitise_attribute_on_delete')) {
    await tx.execute(`update visible_objects set name = 'N/A', description = 'N/A' where id = $1`, [object.id]);
  }
  await recordChanges(tx, [
    {
      model: 'MispObject',
      action: hard ? 'delete' : 'soft_delete',
      modelId: object.id,
      modelUuid: object.uuid,
      eventId: event.id,
      title: object.name,
      before,
    },
  ]);
  await touchEvent(tx, event.id, magpie.now());
}

function shortForm({ name, template_uuid, comment }: ObjectRow): Record<string, unknown> {
  return { name, template_uuid, comment };
}

/** All that the history needs to bring the object back: its fields and references; its members have their own entries. */
async function keptObject(tx: Transaction, object: ObjectRow): Promise<Record<string, unknown>> {
  const references = await tx.query<ReferenceRow>(
    'select * from visible_object_references where event_id = $1 and object_id = $2 and not deleted order by id',
    [object.event_id, object.id],
  );
  const { meta_category, description, template_version, distribution, sharing_group_id } = object;
  const { deleted, first_seen, last_seen } = object;
  return {
    ...shortForm(object),
    ...{ meta_category, description, template_version, distribution, sharing_group_id, deleted, first_seen, last_seen },
    ...(references.length === 0
      ? {}
      : {
          references: references.map(({ uuid, referenced_uuid, relationship_type, comment }) => ({
            ...{ uuid, referenced_uuid, relationship_type, comment },
          })),
        }),
  };
}

// References of others to the object stay: their target is then as unknown as one that is hidden.
async function removeRows(tx: Transaction, object: ObjectRow): Promise<void> {
  for (const table of ATTRIBUTE_PARTS) {
    await tx.execute(`delete from ${table} where attribute_id in (select id from attributes where object_id = $1)`, [
      object.id,
    ]);
  }
  await tx.execute('delete from attributes where object_id = $1', [object.id]);
  await tx.execute('delete from object_references where event_id = $1 and object_id = $2', [
    object.event_id,
    object.id,
  ]);
  await tx.execute('delete from objects where id = $1', [object.id]);
}
