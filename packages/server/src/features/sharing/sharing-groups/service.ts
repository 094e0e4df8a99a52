import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject } from '../../../http/lenient.ts';
import { mayCreateGroup, readGroupInput } from './group-input.ts';
import { findGroupByUuid, readGroups } from './queries.ts';
import { areMembersHidden, canCaptureChanges } from './rights.ts';
import { changeGroup, createGroup } from './save-group.ts';
import { nestedGroupWire, type WireOptions } from './wire.ts';

/** True when the viewer may put data under the group: a member, the owner, or a site administrator. */
export async function usableSharingGroup(tx: Transaction, _viewer: Viewer, id: number): Promise<boolean> {
  return (await usableSharingGroups(tx, [id])).has(id);
}

/**
 * Those of the groups that the transaction's viewer may put data under, in one statement. Until the transaction ends
 * nobody deletes them: what it stores is not left with a group that is gone.
 */
export async function usableSharingGroups(tx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ id: number }>(
    'select id from visible_sharing_groups where id = any($1::bigint[]) for key share',
    [[...new Set(ids)]],
  );
  return new Set(rows.map((row) => row.id));
}

/**
 * The id of the group that data brings along as a nested `SharingGroup` object: found by uuid, updated when the copy
 * is newer and the viewer may change it, created when unknown and the viewer may bring it. Null when he may not use
 * it: the element then stays out.
 */
export async function captureSharingGroup(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  nested: unknown,
): Promise<number | null> {
  const input = isObject(nested) ? readGroupInput(nested, { baseUrl: magpie.config.baseUrl, local: false }) : null;
  if (input === null || input.uuid === null) return null;
  const known = await findGroupByUuid(tx, input.uuid);
  if (known === null) {
    if (!can(viewer, 'perm_sharing_group') || !mayCreateGroup(viewer, input)) return null;
    return createGroup(magpie, tx, viewer, input);
  }
  const isNewer = input.modified !== null && input.modified > known.modified;
  if (isNewer && canCaptureChanges(viewer, known)) {
    const [full] = await readGroups(tx, [known.id]);
    // A clock that runs ahead elsewhere must not block the updates that follow.
    const modified = new Date(Math.min(input.modified?.getTime() ?? 0, magpie.now() * 1000));
    if (full) await changeGroup(magpie, tx, viewer, full, { ...input, active: undefined }, { modified });
  }
  return (await usableSharingGroup(tx, viewer, known.id)) ? known.id : null;
}

/**
 * The groups as they are nested in events, attributes, objects and reports, by id; those that the viewer may not
 * see are missing. Three statements whatever their number.
 */
export async function sharingGroupsWire(
  magpie: Magpie,
  tx: Transaction,
  ids: readonly number[],
): Promise<Map<number, Record<string, unknown>>> {
  const wanted = [...new Set(ids)].filter((id) => id > 0);
  const groups = await readGroups(tx, wanted);
  const options = wireOptions(magpie, tx.viewer);
  return new Map(groups.map((full) => [full.group.id, nestedGroupWire(full, options)]));
}

/** What the wire forms depend on for this viewer; null is the system, which sees all. */
export function wireOptions(magpie: Magpie, viewer: Viewer | null): WireOptions {
  const hidden = magpie.settings.get('Security.hide_organisations_in_sharing_groups');
  return {
    baseUrl: magpie.config.baseUrl,
    hideMembers: (group) => viewer !== null && areMembersHidden(viewer, group, hidden),
  };
}
