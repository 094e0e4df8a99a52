import { recordChanges } from '../../../changes/changes.ts';
import { NotFound } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { captureTags } from '../tags/service.ts';
import { type RelationInput, readRelationInput } from './cluster-input.ts';
import { requireEditableCluster } from './cluster-rights.ts';
import { type ClusterWriting, checkReach, touchCluster } from './cluster-writing.ts';
import { selectRelations } from './queries.ts';
import {
  deleteRelationRow,
  insertRelation,
  type StoredRelation,
  selectRelation,
  updateRelation,
} from './relation-queries.ts';
import type { ClusterRow, RelationRow } from './rows.ts';

/** Relations that come inside a cluster: those it has (by target and type) are changed, others are added, none goes. */
export async function saveRelations(
  writing: ClusterWriting,
  source: ClusterRow,
  inputs: readonly RelationInput[],
): Promise<void> {
  if (inputs.length === 0) return;
  const stored = await selectRelations(writing.tx, [source.id]);
  for (const input of inputs) {
    const known = stored.find(
      (row) => row.referenced_galaxy_cluster_uuid === input.target && row.referenced_galaxy_cluster_type === input.type,
    );
    const relation = await prepareRelation(writing, source, input, known);
    if (known) await updateRelation(writing.tx, known, relation);
    else await insertRelation(writing.tx, source, relation);
  }
}

/** Adds a relation to a cluster that the viewer may change; returns its id. */
export async function addRelation(
  writing: ClusterWriting,
  sourceUuid: unknown,
  input: RelationInput,
): Promise<RelationRow> {
  const { tx, viewer } = writing;
  const source = await requireEditableCluster(tx, viewer, sourceUuid, 'edited');
  const id = await insertRelation(tx, source, await prepareRelation(writing, source, input, undefined));
  const relation = await requireRelation(writing, id);
  await recordChanges(tx, [{ ...changeOf(relation, 'add'), after: summaryOf(relation) }]);
  await touchCluster(writing, source);
  return relation;
}

/** Changes a relation of a cluster that the viewer may change; target and type stay where the body leaves them out. */
export async function editRelation(writing: ClusterWriting, id: number | null, body: JsonObject): Promise<RelationRow> {
  const { tx, viewer } = writing;
  const before = await requireRelation(writing, id);
  const source = await requireEditableCluster(tx, viewer, before.galaxy_cluster_id, 'edited');
  const input = readRelationInput({
    referenced_galaxy_cluster_uuid: before.referenced_galaxy_cluster_uuid,
    referenced_galaxy_cluster_type: before.referenced_galaxy_cluster_type,
    ...body,
  });
  await updateRelation(tx, before, await prepareRelation(writing, source, input, before));
  const after = await requireRelation(writing, id);
  await recordChanges(tx, [{ ...changeOf(after, 'edit'), before: summaryOf(before), after: summaryOf(after) }]);
  await touchCluster(writing, source);
  return after;
}

/** Deletes a relation of a cluster that the viewer may change. */
export async function deleteRelation(writing: ClusterWriting, id: number | null): Promise<RelationRow> {
  const { tx, viewer } = writing;
  const relation = await requireRelation(writing, id);
  const source = await requireEditableCluster(tx, viewer, relation.galaxy_cluster_id, 'edited');
  await deleteRelationRow(tx, relation);
  await recordChanges(tx, [{ ...changeOf(relation, 'delete'), before: summaryOf(relation) }]);
  await touchCluster(writing, source);
  return relation;
}

/** The visible relation; throws `NotFound`. */
export async function requireRelation({ tx }: Pick<ClusterWriting, 'tx'>, id: number | null): Promise<RelationRow> {
  const relation = id === null ? null : await selectRelation(tx, id);
  if (relation === null) throw new NotFound('Invalid galaxy cluster relation');
  return relation;
}

/** What is not named stays as it is in `before`, or takes the instance's default. */
async function prepareRelation(
  writing: ClusterWriting,
  source: ClusterRow,
  input: RelationInput,
  before: RelationRow | undefined,
): Promise<StoredRelation> {
  const { magpie, tx, viewer } = writing;
  const fallback = before?.distribution ?? Number(magpie.settings.get('MISP.default_event_distribution'));
  const reach = await checkReach(writing, source.org_id, {
    distribution: input.distribution ?? fallback,
    sharingGroupId: input.sharingGroupId ?? before?.sharing_group_id ?? null,
  });
  const captured = await captureTags(
    tx,
    viewer,
    (input.tags ?? []).map((name) => ({ name })),
  );
  return {
    target: input.target,
    type: input.type,
    distribution: reach.distribution,
    sharing_group_id: reach.sharingGroupId,
    tags: input.tags === undefined ? (before?.tags ?? []) : [...captured.values()].map((tag) => tag.name),
    audience_id: reach.audienceId,
  };
}

function changeOf(relation: RelationRow, action: string) {
  return {
    model: 'GalaxyClusterRelation',
    action,
    modelId: relation.id,
    title: `${relation.referenced_galaxy_cluster_type} ${relation.referenced_galaxy_cluster_uuid}`,
  };
}

function summaryOf(relation: RelationRow): Record<string, unknown> {
  return {
    galaxy_cluster_uuid: relation.galaxy_cluster_uuid,
    referenced_galaxy_cluster_uuid: relation.referenced_galaxy_cluster_uuid,
    referenced_galaxy_cluster_type: relation.referenced_galaxy_cluster_type,
    distribution: relation.distribution,
    tags: relation.tags,
  };
}
