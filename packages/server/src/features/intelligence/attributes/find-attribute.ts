import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { findEvent } from '../events/rights.ts';
import type { AttributeRow, EventRow } from '../events/rows.ts';

/** An attribute with the parts of its event that rights and answers need. */
export interface AttributeWithEvent {
  attribute: AttributeRow;
  event: EventRow;
}

/**
 * The attribute with this id or uuid and its event, if the viewer may see it. `lock` keeps others from changing the
 * event and what it holds meanwhile: every write takes the event first, so that none waits for another in a circle.
 */
export async function findAttribute(
  tx: Transaction,
  idOrUuid: string | number | undefined,
  options: { lock?: boolean } = {},
): Promise<AttributeWithEvent | null> {
  const id = readId(idOrUuid);
  const uuid = id === null ? readUuid(idOrUuid) : null;
  if (id === null && uuid === null) return null;
  const select = () =>
    tx.first<AttributeRow>(
      id === null
        ? 'select * from visible_attributes where uuid = $1'
        : 'select * from visible_attributes where id = $1',
      [id ?? uuid],
    );
  const seen = await select();
  const event = seen === null ? null : await findEvent(tx, seen.event_id, options);
  // Read again under the lock: what was seen before waiting for it may be gone or changed.
  const attribute = options.lock && event !== null ? await select() : seen;
  return attribute === null || event === null ? null : { attribute, event };
}
