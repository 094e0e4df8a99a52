import { readUuid } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { readId } from '../../../http/lenient.ts';
import type { EventRow } from './rows.ts';

/** Told to whom an event is not to change. PyMISP answers exactly this text by sending a proposal instead. */
export const NO_RIGHT = 'You do not have permission to do that.';

/** The part of an event that rights depend on. */
export type EventOwnership = Pick<EventRow, 'org_id' | 'orgc_id' | 'user_id' | 'locked'>;

/**
 * May the viewer change the event and what it holds: site administrator; perm_modify_org in the creator
 * organisation; perm_modify on own events.
 */
export function canModifyEvent(viewer: Viewer, event: EventOwnership): boolean {
  if (can(viewer, 'perm_site_admin')) return true;
  if (can(viewer, 'perm_modify_org') && event.orgc_id === viewer.organisationId) return true;
  return can(viewer, 'perm_modify') && event.user_id === viewer.userId;
}

/** As `canModifyEvent`, and synchronisation accounts for events that came from elsewhere. */
export function canEditEvent(viewer: Viewer, event: EventOwnership): boolean {
  return canModifyEvent(viewer, event) || (can(viewer, 'perm_sync') && event.locked);
}

/**
 * May the viewer delete attributes by themselves. Those of a copy from elsewhere go by what its source says: only
 * synchronisation accounts of the organisation that keeps it, and site administrators, delete them.
 */
export function canDeleteAttributes(viewer: Viewer, event: EventOwnership): boolean {
  if (!event.locked || can(viewer, 'perm_site_admin')) return canModifyEvent(viewer, event);
  return event.org_id === viewer.organisationId && can(viewer, 'perm_sync');
}

/** Publishing belongs to the creator organisation. */
export function canPublishEvent(viewer: Viewer, event: EventOwnership): boolean {
  if (can(viewer, 'perm_site_admin')) return true;
  return can(viewer, 'perm_publish') && event.orgc_id === viewer.organisationId;
}

/**
 * With MISP.block_publishing_for_same_creator somebody else must publish what a user has made. What came from another
 * instance was published there.
 */
export function isOwnCreationBlocked(
  magpie: Magpie,
  viewer: Viewer,
  event: Pick<EventOwnership, 'user_id' | 'locked'>,
): boolean {
  const isOn = magpie.settings.get('MISP.block_publishing_for_same_creator');
  return isOn && event.user_id === viewer.userId && !event.locked;
}

/** Deleting, enabling or disabling what correlation may use. */
export function canToggleCorrelation(viewer: Viewer, event: EventOwnership, allowedBySetting: boolean): boolean {
  return can(viewer, 'perm_site_admin') || (allowedBySetting && canModifyEvent(viewer, event));
}

/** The event with this id or uuid, if the viewer may see it. `lock` keeps others from changing it meanwhile. */
export async function findEvent(
  tx: Transaction,
  idOrUuid: string | number | null | undefined,
  options: { lock?: boolean } = {},
): Promise<EventRow | null> {
  const suffix = options.lock ? ' for update' : '';
  const select = async (column: 'id' | 'uuid', key: string | number) =>
    (await tx.prepared<EventRow>(`select * from visible_events where ${column} = $1${suffix}`, [key]))[0] ?? null;
  // A statement that waits for a lock knows no audience that was made meanwhile; the next one does.
  const find = async (column: 'id' | 'uuid', key: string | number) =>
    (await select(column, key)) ?? (options.lock ? select(column, key) : null);
  const id = readId(idOrUuid);
  if (id !== null) return find('id', id);
  const uuid = readUuid(idOrUuid);
  return uuid === null ? null : find('uuid', uuid);
}

/** Marks an event as changed: unpublished, with a new timestamp. Part of every change to what an event holds. */
export async function touchEvent(tx: Transaction, eventId: number, nowSeconds: number): Promise<void> {
  await tx.execute('update visible_events set published = false, timestamp = greatest($2, timestamp) where id = $1', [
    eventId,
    nowSeconds,
  ]);
}
