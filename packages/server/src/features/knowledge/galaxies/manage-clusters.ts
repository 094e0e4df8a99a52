import { randomUUID } from 'node:crypto';
import { can } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import { Forbidden, Invalid, Refused } from '../../../errors.ts';
import type { ClusterInput } from './cluster-input.ts';
import { requireEditableCluster } from './cluster-rights.ts';
import {
  blockCluster,
  deleteClusters,
  insertCluster,
  insertElements,
  isBlocked,
  replaceElements,
  updateCluster,
} from './cluster-writes.ts';
import { type ClusterWriting, checkReach, clusterChange, nextVersion, recordDifference } from './cluster-writing.ts';
import { saveRelations } from './relations.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { clusterWire } from './wire.ts';

/** Adds a cluster of the viewer's organisation, unpublished; `fork` is the cluster it is made from. */
export async function addCluster(
  writing: ClusterWriting,
  galaxy: GalaxyRow,
  input: ClusterInput,
  fork: ClusterRow | null,
): Promise<ClusterRow> {
  const { magpie, tx, viewer } = writing;
  if (input.value === undefined) throw new Invalid('', { value: ['This field is required.'] });
  const uuid = input.uuid ?? randomUUID();
  if (await isBlocked(tx, uuid)) throw new Invalid('', 'The uuid of the cluster is on the block list.');
  const owner = viewer.organisationId;
  const reach = await checkReach(writing, owner, {
    distribution: input.distribution ?? Number(magpie.settings.get('MISP.default_event_distribution')),
    sharingGroupId: input.sharingGroupId ?? null,
  });
  const taken = await tx.first('select id from visible_galaxy_clusters where uuid = $1', [uuid]);
  const cluster = taken
    ? null
    : await insertCluster(tx, {
        uuid,
        collection_uuid: input.collectionUuid ?? '',
        type: galaxy.type,
        value: input.value,
        description: input.description ?? '',
        galaxy_id: galaxy.id,
        source: input.source ?? '',
        authors: input.authors ?? null,
        version: magpie.now(),
        distribution: reach.distribution,
        sharing_group_id: reach.sharingGroupId,
        org_id: owner,
        orgc_id: owner,
        locked: false,
        extends_uuid: input.extendsUuid ?? fork?.uuid ?? null,
        extends_version: input.extendsVersion ?? fork?.version ?? null,
        published: false,
        audience_id: reach.audienceId,
      });
  // MISP's words for any uuid that is taken.
  if (cluster === null) throw new Invalid('', 'Edit not allowed on default clusters');
  await insertElements(tx, cluster.id, input.elements ?? []);
  if (input.relations) await saveRelations(writing, cluster, input.relations);
  await recordChanges(tx, [{ ...clusterChange(cluster, 'add'), after: clusterWire(cluster) }]);
  return cluster;
}

/** Changes a cluster: its version becomes the time, and it is unpublished. Fields that are not named stay. */
export async function editCluster(
  writing: ClusterWriting,
  idOrUuid: unknown,
  input: ClusterInput,
): Promise<ClusterRow> {
  const { tx, viewer } = writing;
  const before = await requireEditableCluster(tx, viewer, idOrUuid, 'edited');
  const distribution = input.distribution ?? before.distribution;
  const reach = await checkReach(writing, before.org_id, {
    distribution,
    sharingGroupId: input.sharingGroupId ?? before.sharing_group_id,
  });
  const after: ClusterRow = {
    ...before,
    value: input.value ?? before.value,
    description: input.description ?? before.description,
    source: input.source ?? before.source,
    authors: input.authors ?? before.authors,
    collection_uuid: input.collectionUuid ?? before.collection_uuid,
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId,
    extends_uuid: input.extendsUuid === undefined ? before.extends_uuid : input.extendsUuid,
    extends_version: input.extendsVersion === undefined ? before.extends_version : input.extendsVersion,
    version: nextVersion(writing, before),
    published: false,
  };
  await updateCluster(tx, after, reach.audienceId);
  if (input.elements) await replaceElements(tx, before.id, input.elements);
  if (input.relations) await saveRelations(writing, after, input.relations);
  await recordDifference(tx, before, after);
  return after;
}

/** Publishes a cluster, or takes it back. Throws `Refused` when it is in that state already. */
export async function setPublished(
  writing: ClusterWriting,
  idOrUuid: unknown,
  published: boolean,
): Promise<ClusterRow> {
  const { tx, viewer } = writing;
  const verb = published ? 'published' : 'unpublished';
  const cluster = await requireEditableCluster(tx, viewer, idOrUuid, verb);
  if (published && !can(viewer, 'perm_publish')) throw new Forbidden('You do not have permission to do that.');
  if (cluster.published === published) throw new Refused(`The galaxy cluster is already ${verb}.`);
  await tx.execute('update visible_galaxy_clusters set published = $2 where id = $1', [cluster.id, published]);
  const change = clusterChange(cluster, published ? 'publish' : 'unpublish');
  await recordChanges(tx, [{ ...change, before: { published: !published }, after: { published } }]);
  return cluster;
}

/** Marks a cluster as deleted or takes the mark off; both count as a change that peers have to learn. */
export async function setDeleted(writing: ClusterWriting, idOrUuid: unknown, deleted: boolean): Promise<ClusterRow> {
  const { tx, viewer } = writing;
  const cluster = await requireEditableCluster(tx, viewer, idOrUuid, deleted ? 'deleted' : 'restored');
  await tx.execute('update visible_galaxy_clusters set deleted = $2, version = $3, published = false where id = $1', [
    cluster.id,
    deleted,
    nextVersion(writing, cluster),
  ]);
  const change = clusterChange(cluster, deleted ? 'soft_delete' : 'undelete');
  await recordChanges(tx, [{ ...change, before: { deleted: cluster.deleted }, after: { deleted } }]);
  return cluster;
}

/** Deletes a cluster for good; its uuid goes to the block list. */
export async function removeCluster(writing: ClusterWriting, idOrUuid: unknown): Promise<ClusterRow> {
  const { tx, viewer } = writing;
  const cluster = await requireEditableCluster(tx, viewer, idOrUuid, 'deleted');
  await blockCluster(tx, cluster);
  await deleteClusters(tx, [cluster.id]);
  await recordChanges(tx, [{ ...clusterChange(cluster, 'delete'), before: clusterWire(cluster) }]);
  return cluster;
}
