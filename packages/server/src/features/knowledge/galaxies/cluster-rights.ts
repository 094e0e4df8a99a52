import { readUuidShape } from '@magpie/model';
import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import { readId } from '../../../http/lenient.ts';
import { selectCluster, selectGalaxy } from './queries.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';

/** Clusters of a library belong to nobody; others may be changed by editors of the organisation that made them. */
export function canEditCluster(viewer: Viewer, cluster: ClusterRow): boolean {
  if (cluster.is_default) return false;
  return isSiteAdmin(viewer) || (can(viewer, 'perm_galaxy_editor') && cluster.orgc_id === viewer.organisationId);
}

/** Reads an id or uuid of a path; null for anything else. */
export function readKey(value: unknown): { id: number } | { uuid: string } | null {
  const id = readId(value);
  if (id !== null) return { id };
  const uuid = readUuidShape(value);
  return uuid === null ? null : { uuid };
}

/** The visible galaxy with this id or uuid; throws `NotFound`. */
export async function requireGalaxy(tx: Transaction, idOrUuid: unknown): Promise<GalaxyRow> {
  const key = readKey(idOrUuid);
  const galaxy = key && (await selectGalaxy(tx, key));
  if (!galaxy) throw new NotFound('Invalid Galaxy.');
  return galaxy;
}

/** The visible cluster with this id or uuid; throws `NotFound`. */
export async function requireCluster(tx: Transaction, idOrUuid: unknown): Promise<ClusterRow> {
  const key = readKey(idOrUuid);
  const cluster = key && (await selectCluster(tx, key));
  if (!cluster) throw new NotFound('Invalid galaxy cluster');
  return cluster;
}

/** The cluster, locked, for a viewer who may change it; throws what the first missing right calls for. */
export async function requireEditableCluster(
  tx: Transaction,
  viewer: Viewer,
  idOrUuid: unknown,
  verb: string,
): Promise<ClusterRow> {
  const cluster = await requireCluster(tx, idOrUuid);
  if (cluster.is_default) throw new Refused(`Default galaxy cluster cannot be ${verb}`);
  if (!canEditCluster(viewer, cluster)) throw new Forbidden('You do not have permission to do that.');
  await tx.execute('select from visible_galaxy_clusters where id = $1 for update', [cluster.id]);
  // As whoever held the lock before has left it.
  return requireCluster(tx, cluster.id);
}
