import { readUuid, readUuidShape } from '@magpie/model';
import { can } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import { MagpieError } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readInteger } from '../../../http/lenient.ts';
import { captureOrganisation } from '../../sharing/organisations/capture.ts';
import { captureSharingGroup } from '../../sharing/sharing-groups/service.ts';
import { textOf, textsOf } from '../content/fields.ts';
import { type ClusterInput, readClusterInput } from './cluster-input.ts';
import { insertCluster, insertElements, isBlocked, replaceElements, updateCluster } from './cluster-writes.ts';
import { type ClusterWriting, checkReach, clusterChange } from './cluster-writing.ts';
import { selectClustersByUuid, selectGalaxy } from './queries.ts';
import { saveRelations } from './relations.ts';
import type { ClusterRow, GalaxyRow } from './rows.ts';
import { clusterWire } from './wire.ts';

/** How many clusters of an import came to what. */
export interface CaptureCounts {
  /** Stored, or brought up to date. */
  imported: number;
  /** Known in this version or a newer one. */
  ignored: number;
  /** Refused, but nothing is lost: clusters of a library that is here, copies of what was made here. */
  known: number;
  /** Refused, and not here. */
  failed: number;
}

interface Captured {
  body: JsonObject;
  input: ClusterInput;
  uuid: string;
  version: number;
  /** Said to be of a library. */
  isDefault: boolean;
}

/**
 * Stores clusters that come from elsewhere, in MISP's form (`[{"GalaxyCluster": {…, "Galaxy": {…}}}]`). Refused are
 * clusters of libraries, blocked ones, and copies of what was made here; what is not newer is ignored. `locked` marks
 * them as belonging to another instance. One bad cluster does not keep the others out.
 */
export async function captureClusters(
  writing: ClusterWriting,
  list: readonly unknown[],
  options: { locked: boolean },
): Promise<CaptureCounts> {
  const counts: CaptureCounts = { imported: 0, ignored: 0, known: 0, failed: 0 };
  for (const item of list) counts[await captureOrFail(writing, item, options)] += 1;
  return counts;
}

async function captureOrFail(
  writing: ClusterWriting,
  item: unknown,
  options: { locked: boolean },
): Promise<keyof CaptureCounts> {
  const { tx } = writing;
  await tx.execute('savepoint capture_cluster');
  try {
    const outcome = await captureCluster(writing, item, options);
    await tx.execute('release savepoint capture_cluster');
    return outcome;
  } catch (error) {
    // A cluster that breaks a rule is counted; anything else is an error of ours.
    if (!(error instanceof MagpieError)) throw error;
    await tx.execute('rollback to savepoint capture_cluster');
    return 'failed';
  }
}

async function captureCluster(
  writing: ClusterWriting,
  item: unknown,
  options: { locked: boolean },
): Promise<keyof CaptureCounts> {
  const { tx } = writing;
  const captured = readCaptured(item);
  if (captured === null || (await isBlocked(tx, captured.uuid))) return 'failed';
  const [existing] = await selectClustersByUuid(tx, [captured.uuid]);
  if (existing?.is_default) return 'known';
  if (captured.isDefault) return 'failed';
  const galaxy = await captureGalaxy(writing, captured.body);
  if (galaxy === null) return 'failed';
  if (existing === undefined) return (await insertCaptured(writing, galaxy, captured, options)) ? 'imported' : 'failed';
  const isNewer = captured.version > existing.version;
  if (!existing.locked) return isNewer ? 'failed' : 'known';
  if (!isNewer) return 'ignored';
  await updateCaptured(writing, existing, captured);
  return 'imported';
}

function readCaptured(item: unknown): Captured | null {
  const body = isObject(item) && isObject(item.GalaxyCluster) ? item.GalaxyCluster : item;
  if (!isObject(body)) return null;
  const uuid = readUuid(body.uuid);
  const input = readClusterInput(body);
  if (uuid === null || input.value === undefined) return null;
  return { body, input, uuid, version: readInteger(body.version) ?? 0, isDefault: readBoolean(body.default) === true };
}

/** The galaxy of the cluster: by uuid, by type, or made from what came along. */
async function captureGalaxy(writing: ClusterWriting, body: JsonObject): Promise<GalaxyRow | null> {
  const { tx } = writing;
  const nested = isObject(body.Galaxy) ? body.Galaxy : {};
  const uuid = readUuidShape(nested.uuid);
  const type = textOf(nested, 'type') || textOf(body, 'type');
  const find = async () =>
    (uuid === null ? null : await selectGalaxy(tx, { uuid })) ??
    (type === '' ? null : await tx.first<{ id: number }>('select id from galaxies where type = $1', [type]));
  const found = await find();
  if (found) return selectGalaxy(tx, { id: found.id });
  if (uuid === null || type === '' || !/^[\w.+ -]{1,200}$/.test(type)) return null;
  const made = await tx.elevated('a galaxy that a cluster brings along', () =>
    tx.first<{ id: number }>(
      `insert into galaxies (uuid, name, type, description, version, icon, namespace)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
      [
        ...[uuid, textOf(nested, 'name') || type, type, textOf(nested, 'description')],
        ...[textOf(nested, 'version') || '1', textOf(nested, 'icon'), textOf(nested, 'namespace') || 'misp'],
      ],
    ),
  );
  if (made === null) return null;
  await recordChanges(tx, [{ model: 'Galaxy', action: 'add', modelId: made.id, modelUuid: uuid, title: type }]);
  return selectGalaxy(tx, { id: made.id });
}

/** Only synchronisation accounts bring clusters of others; for everyone else the organisation is their own. */
async function insertCaptured(
  writing: ClusterWriting,
  galaxy: GalaxyRow,
  captured: Captured,
  options: { locked: boolean },
): Promise<boolean> {
  const { tx, viewer } = writing;
  const { body, input, uuid } = captured;
  const owner = viewer.organisationId;
  const creator =
    can(viewer, 'perm_sync') && isObject(body.Orgc) ? await captureOrganisation(tx, viewer, body.Orgc) : null;
  const reach = await reachOf(writing, owner, captured);
  const cluster = await insertCluster(tx, {
    uuid,
    collection_uuid: input.collectionUuid ?? '',
    type: galaxy.type,
    value: input.value ?? '',
    description: input.description ?? '',
    galaxy_id: galaxy.id,
    source: input.source ?? '',
    authors: textsOf(input.authors ?? []),
    version: captured.version || writing.magpie.now(),
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId,
    org_id: owner,
    orgc_id: creator ?? owner,
    locked: options.locked,
    extends_uuid: input.extendsUuid ?? null,
    extends_version: input.extendsVersion ?? null,
    published: readBoolean(body.published) ?? false,
    audience_id: reach.audienceId,
  });
  if (cluster === null) return false;
  await insertElements(tx, cluster.id, input.elements ?? []);
  await saveRelations(writing, cluster, input.relations ?? []);
  await recordChanges(tx, [{ ...clusterChange(cluster, 'add'), after: clusterWire(cluster) }]);
  return true;
}

async function updateCaptured(writing: ClusterWriting, before: ClusterRow, captured: Captured): Promise<void> {
  const { tx } = writing;
  const { input, body } = captured;
  const reach = await reachOf(writing, before.org_id, captured);
  const after: ClusterRow = {
    ...before,
    value: input.value ?? before.value,
    description: input.description ?? before.description,
    source: input.source ?? before.source,
    authors: input.authors ?? before.authors,
    version: captured.version,
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId,
    published: readBoolean(body.published) ?? false,
    deleted: readBoolean(body.deleted) ?? before.deleted,
  };
  await updateCluster(tx, after, reach.audienceId);
  if (input.elements) await replaceElements(tx, before.id, input.elements);
  await saveRelations(writing, after, input.relations ?? []);
  await recordChanges(tx, [
    { ...clusterChange(after, 'edit'), before: clusterWire(before), after: clusterWire(after) },
  ]);
}

async function reachOf(writing: ClusterWriting, ownerId: number, { body, input }: Captured) {
  const distribution = input.distribution ?? 0;
  const nested = distribution === 4 && isObject(body.SharingGroup) ? body.SharingGroup : null;
  const sharingGroupId = nested
    ? await captureSharingGroup(writing.magpie, writing.tx, writing.viewer, nested)
    : (input.sharingGroupId ?? null);
  return checkReach(writing, ownerId, { distribution, sharingGroupId });
}
