import type { Transaction } from '../../../database/transaction.ts';
import { NotFound, Refused } from '../../../errors.ts';
import type { ElementInput } from './cluster-input.ts';
import { requireEditableCluster } from './cluster-rights.ts';
import { insertElements } from './cluster-writes.ts';
import { type ClusterWriting, nextVersion, recordDifference } from './cluster-writing.ts';
import { selectCluster, selectElements } from './queries.ts';
import type { ClusterRow } from './rows.ts';

/** A fork beside the cluster that it was made from. */
export interface ForkState {
  readonly cluster: ClusterRow;
  readonly parent: ClusterRow;
  /** Elements of the parent that the fork lacks. */
  readonly missing: ElementInput[];
}

/** Reads a fork of the viewer's with its parent. Throws `Refused` for what is no fork, `NotFound` when the parent is gone. */
export async function readFork(writing: ClusterWriting, idOrUuid: unknown): Promise<ForkState> {
  const { tx, viewer } = writing;
  const cluster = await requireEditableCluster(tx, viewer, idOrUuid, 'edited');
  // Those of libraries extend an empty text.
  if (cluster.extends_uuid === null || cluster.extends_uuid === '')
    throw new Refused('Galaxy cluster does not extend another cluster');
  const parent = await selectCluster(tx, { uuid: cluster.extends_uuid });
  if (parent === null || parent.deleted) throw new NotFound('Invalid extended galaxy cluster');
  return { cluster, parent, missing: await missingElements(tx, cluster, parent) };
}

/** Takes elements of the parent over, all that are missing or those that `wanted` names; the fork is of its version then. */
export async function updateFork(
  writing: ClusterWriting,
  idOrUuid: unknown,
  wanted: readonly ElementInput[] | null,
): Promise<ClusterRow> {
  const { tx } = writing;
  const { cluster, parent, missing } = await readFork(writing, idOrUuid);
  const chosen = new Set(wanted?.map(keyOf));
  const taken = wanted === null ? missing : missing.filter((element) => chosen.has(keyOf(element)));
  const after: ClusterRow = {
    ...cluster,
    extends_version: parent.version,
    version: nextVersion(writing, cluster),
    published: false,
  };
  await insertElements(tx, cluster.id, taken);
  await tx.execute(
    'update visible_galaxy_clusters set extends_version = $2, version = $3, published = false where id = $1',
    [cluster.id, after.extends_version, after.version],
  );
  await recordDifference(tx, cluster, after);
  return after;
}

async function missingElements(tx: Transaction, cluster: ClusterRow, parent: ClusterRow): Promise<ElementInput[]> {
  const elements = Map.groupBy(await selectElements(tx, [cluster.id, parent.id]), (row) => row.galaxy_cluster_id);
  const own = new Set(elements.get(cluster.id)?.map(keyOf));
  return (elements.get(parent.id) ?? [])
    .filter((element) => !own.has(keyOf(element)))
    .map(({ key, value }) => ({ key, value }));
}

function keyOf({ key, value }: ElementInput): string {
  return JSON.stringify([key, value]);
}
