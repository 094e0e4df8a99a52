import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { linkWire } from '../attributes/view.ts';
import { attributeRowWire } from '../attributes/wire.ts';
import { loadAttributeTags } from '../events/load.ts';
import { deletedModeFor } from '../events/read-options.ts';
import type { AttributeRow, EventRow } from '../events/rows.ts';
import { findObject } from './service.ts';
import { objectWire } from './wire.ts';

type Wire = Record<string, unknown>;

/** Nothing there, or nothing that the viewer may see: MISP's words. */
export const INVALID_OBJECT = 'Invalid object.';

/** An object with its live attributes and their tags, and the few fields of its event that MISP names beside it. */
export interface ViewedObject {
  object: Wire;
  attributes: Wire[];
  event: Wire;
}

/**
 * One object by id or uuid. Deleted ones are as if absent where the viewer may not see deleted elements, unless he
 * has just written it (`includeDeleted`). Throws `NotFound`.
 */
export function viewObject(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | number | undefined,
  options: { includeDeleted?: boolean } = {},
): Promise<ViewedObject> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findObject(tx, idOrUuid);
    if (found === null) throw new NotFound(INVALID_OBJECT);
    const { object, event } = found;
    const showsDeleted = options.includeDeleted === true || deletedModeFor(viewer, event, 'both') === 'both';
    if (object.deleted && !showsDeleted) throw new NotFound(INVALID_OBJECT);
    const members = await liveMembers(tx, object.id);
    const tags = await loadAttributeTags(
      tx,
      members.map((member) => member.id),
      {},
    );
    return {
      object: objectWire(object),
      attributes: members.map((member) => ({
        ...attributeRowWire(member, { halves: true }),
        AttributeTag: tags.filter((tag) => tag.attribute_id === member.id).map(linkWire),
      })),
      event: eventWire(event),
    };
  });
}

/** Live attributes of an object that the viewer may see, in the order of their ids. */
export function liveMembers(tx: Transaction, objectId: number): Promise<AttributeRow[]> {
  return tx.query<AttributeRow>('select * from visible_attributes where object_id = $1 and not deleted order by id', [
    objectId,
  ]);
}

function eventWire(event: EventRow): Wire {
  return { id: String(event.id), info: event.info, org_id: String(event.org_id), orgc_id: String(event.orgc_id) };
}
