import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';

/** What a tag hangs on: an event, or an attribute with its event. The event is locked against other changes. */
export interface TagTarget {
  kind: 'Event' | 'Attribute';
  event: EventRow;
  /** Id of the event or attribute itself. */
  id: number;
  uuid: string;
  /** Audience of the link. */
  audienceId: number;
}

/** The visible event with this id or uuid. */
export async function findEventTarget(tx: Transaction, idOrUuid: unknown): Promise<TagTarget | null> {
  const key = typeof idOrUuid === 'number' || typeof idOrUuid === 'string' ? idOrUuid : null;
  const event = await findEvent(tx, key, { lock: true });
  if (event === null) return null;
  return { kind: 'Event', event, id: event.id, uuid: event.uuid, audienceId: event.audience_id };
}

interface AttributePlace {
  id: number;
  uuid: string;
  event_id: number;
}

/** The visible, live attribute with this id or uuid. */
export async function findAttributeTarget(tx: Transaction, idOrUuid: unknown): Promise<TagTarget | null> {
  const id = readId(idOrUuid);
  const uuid = id === null ? readUuid(idOrUuid) : null;
  if (id === null && uuid === null) return null;
  const place = await tx.first<AttributePlace>(
    `select id, uuid, event_id from visible_attributes where ${id === null ? 'uuid' : 'id'} = $1 and not deleted`,
    [id ?? uuid],
  );
  if (place === null) return null;
  // Event first, then what it holds: all writers lock in this order.
  const event = await findEvent(tx, place.event_id, { lock: true });
  const attribute = await tx.first<{ audience_id: number }>(
    'select audience_id from visible_attributes where id = $1 and not deleted for update',
    [place.id],
  );
  if (event === null || attribute === null) return null;
  return { kind: 'Attribute', event, id: place.id, uuid: place.uuid, audienceId: attribute.audience_id };
}

/** The visible event or attribute with this uuid. */
export async function findTargetByUuid(tx: Transaction, uuid: unknown): Promise<TagTarget | null> {
  const read = readUuid(uuid);
  if (read === null) return null;
  return (await findEventTarget(tx, read)) ?? (await findAttributeTarget(tx, read));
}
