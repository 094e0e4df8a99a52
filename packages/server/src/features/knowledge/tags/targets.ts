import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import type { EventRow } from '../../intelligence/events/rows.ts';

/** What a tag hangs on: an event, or an attribute or report with its event. The event is locked against other changes. */
export interface TagTarget {
  kind: 'Event' | 'Attribute' | 'EventReport';
  event: EventRow;
  /** Id of the event, attribute or report itself. */
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

/** The visible, live report with this id or uuid. */
export async function findReportTarget(tx: Transaction, idOrUuid: unknown): Promise<TagTarget | null> {
  const id = readId(idOrUuid);
  const uuid = id === null ? readUuid(idOrUuid) : null;
  if (id === null && uuid === null) return null;
  const place = await tx.first<AttributePlace>(
    `select id, uuid, event_id from visible_event_reports where ${id === null ? 'uuid' : 'id'} = $1 and not deleted`,
    [id ?? uuid],
  );
  if (place === null) return null;
  const event = await findEvent(tx, place.event_id, { lock: true });
  const report = await tx.first<{ audience_id: number }>(
    'select audience_id from visible_event_reports where id = $1 and not deleted for update',
    [place.id],
  );
  if (event === null || report === null) return null;
  return { kind: 'EventReport', event, id: place.id, uuid: place.uuid, audienceId: report.audience_id };
}

/** The visible element of that kind with this id or uuid. */
export function findTargetOfKind(tx: Transaction, kind: TagTarget['kind'], id: unknown): Promise<TagTarget | null> {
  const find = { Event: findEventTarget, Attribute: findAttributeTarget, EventReport: findReportTarget }[kind];
  return find(tx, id);
}

/** The visible event, attribute or report with this uuid. */
export async function findTargetByUuid(tx: Transaction, uuid: unknown): Promise<TagTarget | null> {
  const read = readUuid(uuid);
  if (read === null) return null;
  return (
    (await findEventTarget(tx, read)) ?? (await findAttributeTarget(tx, read)) ?? (await findReportTarget(tx, read))
  );
}
