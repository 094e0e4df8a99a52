import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { findGroupById, findGroupByUuid, readGroups, type SharingGroupRow } from './queries.ts';
import { canEditGroup } from './rights.ts';

/** A visible group by id or uuid as sent, or null. */
export function findGroup(tx: Transaction, key: unknown): Promise<SharingGroupRow | null> {
  const id = readId(key);
  if (id !== null) return findGroupById(tx, id);
  const uuid = readUuid(key);
  return uuid === null ? Promise.resolve(null) : findGroupByUuid(tx, uuid);
}

/** A group the viewer may edit. Throws `Refused` otherwise. */
export async function findEditable(tx: Transaction, viewer: Viewer, key: unknown): Promise<SharingGroupRow> {
  const group = await findGroup(tx, key);
  const [full] = group === null ? [] : await readGroups(tx, [group.id]);
  if (full === undefined || !canEditGroup(viewer, full.group, full.members)) {
    throw new Refused('Invalid sharing group or no editing rights.');
  }
  return full.group;
}
