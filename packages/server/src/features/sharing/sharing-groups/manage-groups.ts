import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, Refused } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { findGroup } from './find-group.ts';
import { mayCreateGroup, readGroupInput } from './group-input.ts';
import {
  deleteGroup,
  type FullGroup,
  findGroupByUuid,
  isGroupInUse,
  lockGroup,
  readGroups,
  type SharingGroupRow,
} from './queries.ts';
import { canDeleteGroup, canEditGroup } from './rights.ts';
import { changeGroup, createGroup, groupChange, membershipChanged } from './save-group.ts';

// MISP tells one text for everything that keeps a group from being stored.
const NOT_SAVED = 'Could not save sharing group.';
const NOT_ALLOWED = 'Action not allowed.';

/**
 * Stores a new group; the body's uuid that the viewer knows already gives the stored group, unchanged.
 *
 * Throws `Invalid` when the body is not acceptable: no name, an empty list of members, own organisation not among
 * those that may extend it, or a uuid that belongs to a group the viewer may not see.
 */
export function addGroup(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<FullGroup> {
  return magpie.database.as(viewer, async (tx) => {
    const input = readGroupInput(body, { baseUrl: magpie.config.baseUrl, local: true });
    if (input === null) throw new Invalid('', NOT_SAVED);
    const known = input.uuid === null ? null : await findGroupByUuid(tx, input.uuid);
    if (known !== null) return readOne(tx, known.id);
    if (input.members?.length === 0 || !mayCreateGroup(viewer, input)) throw new Invalid('', NOT_SAVED);
    const id = await createGroup(magpie, tx, viewer, { ...input, created: null, modified: null });
    if (id === null) throw new Invalid('', NOT_SAVED);
    return readOne(tx, id);
  });
}

/**
 * Changes a group by the fields that are sent; members are added or changed, never removed. Unlike MISP an edit also
 * counts in the second of the last change. A sent `modified` that is not newer changes nothing, as in synchronisation.
 */
export function editGroup(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: JsonObject,
): Promise<FullGroup> {
  return magpie.database.as(viewer, async (tx) => {
    const full = await readForChange(tx, key, 'edit', (found) => canEditGroup(viewer, found.group, found.members));
    const input = readGroupInput({ ...body, uuid: undefined }, { baseUrl: magpie.config.baseUrl, local: true });
    if (input === null) throw new Invalid('', NOT_SAVED);
    if (input.modified !== null && input.modified <= full.group.modified) return full;
    const modified = new Date(magpie.now() * 1000);
    if (!(await changeGroup(magpie, tx, viewer, full, input, { modified }))) throw new Invalid('', NOT_SAVED);
    return readOne(tx, full.group.id);
  });
}

/** Deletes a group that nothing uses. Throws `Refused` without the right, `Invalid` while it is in use. */
export function removeGroup(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<SharingGroupRow> {
  return magpie.database.as(viewer, async (tx) => {
    const { group } = await readForChange(tx, key, 'delete', (found) => canDeleteGroup(viewer, found.group));
    if (await isGroupInUse(tx, group.id)) {
      const id = String(group.id);
      throw new Invalid('', 'The sharing group could not be deleted.', { id, url: `/sharing_groups/delete/${id}` });
    }
    const { name, releasability, description, org_id } = group;
    await recordChanges(tx, [
      { ...groupChange('delete', group), before: { name, releasability, description, org_id } },
    ]);
    await deleteGroup(tx, group.id);
    await membershipChanged(magpie, tx);
    return group;
  });
}

/** The group with all its JSON shows; the caller knows that it is visible. */
export async function readOne(tx: Transaction, id: number): Promise<FullGroup> {
  const [full] = await readGroups(tx, [id]);
  if (full === undefined) throw new Refused(NOT_ALLOWED);
  return full;
}

async function readForChange(
  tx: Transaction,
  key: string | undefined,
  change: 'edit' | 'delete',
  isAllowed: (full: FullGroup) => boolean,
): Promise<FullGroup> {
  const group = await findGroup(tx, key);
  if (group !== null) await lockGroup(tx, group.id, change);
  const [full] = group === null ? [] : await readGroups(tx, [group.id]);
  if (full === undefined || !isAllowed(full)) throw new Refused(NOT_ALLOWED);
  return full;
}

/** Merges what the path and the body say, whichever names the argument. */
export function argument(body: unknown, fromPath: string | undefined, names: readonly string[]): unknown {
  if (fromPath !== undefined) return fromPath;
  if (!isObject(body)) return undefined;
  return names.map((name) => (Object.hasOwn(body, name) ? body[name] : undefined)).find((value) => value != null);
}
