import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, Refused } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { findEditable } from './find-group.ts';
import { deleteMember, insertMembers, touchGroup } from './queries.ts';
import { memberChanges, membershipChanged } from './save-group.ts';

/** A group and an organisation as a client names them: id, uuid, and the organisation also by name. */
export interface MemberRequest {
  group: unknown;
  organisation: unknown;
}

/**
 * Adds an organisation to a group: it reads everything that is shared with the group at once.
 *
 * Throws `Refused` when the group is not the viewer's to edit or the organisation is unknown, `Invalid` when it is a
 * member already.
 */
export function addMember(
  magpie: Magpie,
  viewer: Viewer,
  request: MemberRequest,
  options: { extend: boolean },
): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const group = await findEditable(tx, viewer, request.group);
    await touchGroup(tx, group.id, new Date(magpie.now() * 1000));
    const organisationId = await findOrganisation(tx, request.organisation);
    const added = await insertMembers(tx, group.id, [{ organisationId, extend: options.extend }]);
    if (added.length === 0) {
      throw new Invalid('Could not add Organisation to SharingGroup', 'Organisation is already in the sharing group.');
    }
    await recordChanges(tx, memberChanges('add', group, added));
    await membershipChanged(magpie, tx);
  });
}

/** Takes an organisation out of a group: it loses what it read through it at once. */
export function removeMember(magpie: Magpie, viewer: Viewer, request: MemberRequest): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const group = await findEditable(tx, viewer, request.group);
    await touchGroup(tx, group.id, new Date(magpie.now() * 1000));
    const organisationId = await findOrganisation(tx, request.organisation);
    const removed = await deleteMember(tx, group.id, organisationId);
    if (removed === null) {
      throw new Invalid('Could not remove Organisation from SharingGroup', 'Organisation is not in the sharing group.');
    }
    await recordChanges(tx, memberChanges('delete', group, [{ ...removed, org_id: organisationId }]));
    await membershipChanged(magpie, tx);
  });
}

async function findOrganisation(tx: Transaction, key: unknown): Promise<number> {
  const id = readId(key);
  const uuid = readUuid(key);
  const name = typeof key === 'string' ? key : null;
  const row =
    id !== null
      ? await tx.first<{ id: number }>('select id from organisations where id = $1', [id])
      : await tx.first<{ id: number }>('select id from organisations where uuid = $1 or ($1 is null and name = $2)', [
          uuid,
          name,
        ]);
  if (row === null) throw new Refused('Invalid organisation.');
  return row.id;
}
