import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { findEvent } from '../events/rights.ts';
import type { EventRow, ObjectRow } from '../events/rows.ts';

/** An object with the event it lies in. */
export interface ObjectWithEvent {
  object: ObjectRow;
  event: EventRow;
}

/**
 * The object with this id or uuid and its event, if the viewer may see it. `lock` keeps others from changing the
 * event and what it holds meanwhile.
 */
export async function findObject(
  tx: Transaction,
  idOrUuid: string | number | undefined,
  options: { lock?: boolean } = {},
): Promise<ObjectWithEvent | null> {
  const id = readId(idOrUuid);
  const uuid = id === null ? readUuid(idOrUuid) : null;
  if (id === null && uuid === null) return null;
  const select = () =>
    tx.first<ObjectRow>(
      id === null ? 'select * from visible_objects where uuid = $1' : 'select * from visible_objects where id = $1',
      [id ?? uuid],
    );
  const seen = await select();
  const event = seen === null ? null : await findEvent(tx, seen.event_id, options);
  // Read again under the lock: what was seen before waiting for it may be gone or changed.
  const object = options.lock && event !== null ? await select() : seen;
  return object === null || event === null ? null : { object, event };
}

/** Gives the object a new timestamp: something in it or on it changed. */
export async function touchObject(tx: Transaction, objectId: number, nowSeconds: number): Promise<void> {
  await tx.execute('update visible_objects set timestamp = greatest(timestamp, $2) where id = $1', [
    objectId,
    nowSeconds,
  ]);
}
