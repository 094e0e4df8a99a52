import { childAudience } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused } from '../../../errors.ts';
import { usableSharingGroup } from '../../sharing/sharing-groups/service.ts';
import type { ClusterRow } from './rows.ts';
import { clusterWire } from './wire.ts';

/** What the writing of clusters needs. */
export interface ClusterWriting {
  magpie: Magpie;
  tx: Transaction;
  viewer: Viewer;
}

/** How far something is meant to go, checked. */
export interface CheckedReach {
  distribution: number;
  sharingGroupId: number | null;
  audienceId: number;
}

/** Checks a distribution with its group and folds it; throws `Refused` for a group that the viewer may not use. */
export async function checkReach(
  { magpie, tx, viewer }: ClusterWriting,
  ownerId: number,
  wanted: { distribution: number; sharingGroupId: number | null },
): Promise<CheckedReach> {
  const { distribution } = wanted;
  const sharingGroupId = distribution === 4 ? wanted.sharingGroupId : null;
  if (distribution === 4 && !(sharingGroupId && (await usableSharingGroup(tx, viewer, sharingGroupId)))) {
    throw new Refused('Invalid Sharing Group or not authorised.');
  }
  const audience = childAudience({ kind: 'everyone' }, ownerId, { distribution, sharingGroupId });
  return { distribution, sharingGroupId, audienceId: await magpie.audiences.idOf(audience) };
}

/** Marks a cluster as changed, after a change of what hangs on it. */
export async function touchCluster(writing: ClusterWriting, cluster: ClusterRow): Promise<void> {
  const after = { ...cluster, version: nextVersion(writing, cluster), published: false };
  await writing.tx.execute('update visible_galaxy_clusters set version = $2, published = false where id = $1', [
    cluster.id,
    after.version,
  ]);
  await recordDifference(writing.tx, cluster, after);
}

/** Versions of custom clusters are times; two changes in one second still differ. */
export function nextVersion({ magpie }: ClusterWriting, cluster: ClusterRow): number {
  return Math.max(magpie.now(), cluster.version + 1);
}

/** The change log's words for a cluster. */
export function clusterChange(cluster: ClusterRow, action: string) {
  return { model: 'GalaxyCluster', action, modelId: cluster.id, modelUuid: cluster.uuid, title: cluster.value };
}

/** Records in what two states of a cluster differ. */
export async function recordDifference(tx: Transaction, before: ClusterRow, after: ClusterRow): Promise<void> {
  const changed = difference(clusterWire(before), clusterWire(after));
  if (changed) await recordChanges(tx, [{ ...clusterChange(after, 'edit'), ...changed }]);
}
