import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean } from '../../../http/lenient.ts';
import { removeAttributes } from '../attributes/delete.ts';
import { contextOf } from '../attributes/service.ts';
import { canModifyEvent, touchEvent } from '../events/rights.ts';
import type { AttributeRow } from '../events/rows.ts';
import type { WriteContext } from '../events/write-context.ts';
import { rejectionText } from './add.ts';
import { removeObject } from './delete.ts';
import { hasChanged } from './member-changes.ts';
import { findObject } from './service.ts';
import { INVALID_OBJECT } from './view.ts';
import { membersOf, writeObjects } from './write.ts';

/** What editing an object gave. */
export interface EditedObject {
  id: number;
  rejected: WriteContext['rejected'];
}

/**
 * Changes an object: fields that are absent stay. With an `Attribute` list its attributes become exactly those
 * listed: known ones (by uuid) are changed, others added, and those that are missing softly deleted. `deleted` true
 * deletes the object softly instead. All or nothing. Throws `NotFound`, `Forbidden`, `Invalid` with one text.
 */
export function editObject(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
  body: JsonObject,
): Promise<EditedObject> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findObject(tx, idOrUuid, { lock: true });
    if (found === null) throw new NotFound(INVALID_OBJECT);
    const { object, event } = found;
    if (!canModifyEvent(viewer, event)) throw new Forbidden('Insufficient permissions to edit this object.');
    if (readBoolean(body.deleted) === true) {
      await removeObject(magpie, tx, found, false);
      return { id: object.id, rejected: [] };
    }
    const context = await contextOf(magpie, tx, viewer, event);
    const stored = await tx.query<AttributeRow>('select * from visible_attributes where object_id = $1', [object.id]);
    const known = new Map(stored.map((row) => [row.uuid, row]));
    const listed = body.Attribute === undefined || body.Attribute === null ? null : membersOf(body);
    const changed = (listed ?? []).flatMap((member) => changedMember(member, known));
    const missing = listed === null ? [] : missingMembers(stored, listed);
    if (missing.length > 0) await removeAttributes(magpie, tx, event, missing, { hard: false });
    const [written] = await writeObjects(
      context,
      [{ body: { ...body, timestamp: undefined, Attribute: changed }, path: 'Object', stored: object }],
      known,
    );
    if (written === undefined) throw new Invalid('', rejectionText(context));
    const failed = written.attributes.find((outcome) => 'errors' in outcome);
    if (failed && 'errors' in failed) {
      const text = `Could not save object as at least one attribute has failed validation. ${JSON.stringify(failed.errors)}`;
      throw new Invalid('', text, { url: `/objects/edit/${object.id}`, id: String(object.id) });
    }
    await touchEvent(tx, event.id, magpie.now());
    return { id: object.id, rejected: context.rejected };
  });
}

/**
 * The members that have to be written, without the timestamp they came with: an edit happens now. One that says what
 * is stored already keeps its timestamp, so that peers do not take it for changed.
 */
function changedMember(member: unknown, known: ReadonlyMap<string, AttributeRow>): unknown[] {
  if (!isObject(member)) return [member];
  const stored = known.get(readUuid(member.uuid) ?? '');
  if (stored && !hasChanged(stored, member)) return [];
  return [{ ...member, timestamp: undefined }];
}

function missingMembers(stored: readonly AttributeRow[], listed: readonly unknown[]): AttributeRow[] {
  const uuids = new Set(listed.flatMap((member) => (isObject(member) ? (readUuid(member.uuid) ?? []) : [])));
  return stored.filter((row) => !row.deleted && !uuids.has(row.uuid));
}
