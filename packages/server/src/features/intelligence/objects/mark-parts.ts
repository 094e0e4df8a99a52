import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { markAttributesDeleted } from '../attributes/delete.ts';
import type { AttributeRow } from '../events/rows.ts';

/**
 * Deletes what softly deleted objects of an event hold, attributes and references, also what the viewer does not see
 * of it: nothing of them may be found or exported any more.
 */
export async function markPartsDeleted(
  magpie: Magpie,
  tx: Transaction,
  eventId: number,
  objectIds: readonly number[],
): Promise<void> {
  const members = await tx.query<AttributeRow>(
    'select * from visible_attributes where object_id = any ($1::bigint[]) and not deleted order by id',
    [objectIds],
  );
  if (members.length > 0) await markAttributesDeleted(magpie, tx, members);
  await tx.elevated('hidden parts go with their object', async () => {
    await tx.execute(
      `update proposals p set deleted = true, timestamp = $2 from attributes a
       where a.object_id = any ($1::bigint[]) and not a.deleted and p.attribute_id = a.id and not p.deleted`,
      [objectIds, magpie.now()],
    );
    await tx.execute(
      `update attributes set deleted = true, correlates = 0, timestamp = $2
       where object_id = any ($1::bigint[]) and not deleted`,
      [objectIds, magpie.now()],
    );
    await tx.execute(
      `update object_references set deleted = true, timestamp = $3
       where event_id = $1 and object_id = any ($2::bigint[]) and not deleted`,
      [eventId, objectIds, magpie.now()],
    );
  });
}
