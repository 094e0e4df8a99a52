import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { selectTagsByName } from '../tags/queries.ts';
import { tagWire } from '../tags/wire.ts';
import { readRelationInput } from './cluster-input.ts';
import type { ClusterWriting } from './cluster-writing.ts';
import { selectClustersByUuid } from './queries.ts';
import { selectRelationPage } from './relation-queries.ts';
import { addRelation, deleteRelation, editRelation, requireRelation } from './relations.ts';
import type { RelationRow } from './rows.ts';
import { clusterWire, relationWire } from './wire.ts';

type Wire = Record<string, unknown>;
const PAGE = 60;
const MAX_PAGE = 10_000;
/** What `context` asks for; all relations otherwise. */
const IS_DEFAULT: ReadonlyMap<unknown, boolean> = new Map([
  ['default', true],
  ['custom', false],
]);

const relationBody = Type.Object({
  galaxy_cluster_uuid: Type.Optional(Type.Unknown({ description: 'Where the relation starts: a cluster of your own' })),
  referenced_galaxy_cluster_uuid: Type.Optional(Type.Unknown()),
  referenced_galaxy_cluster_type: Type.Optional(Type.Unknown({ description: 'For example similar, is-used-by' })),
  distribution: Type.Optional(Type.Unknown()),
  sharing_group_id: Type.Optional(Type.Unknown()),
  tags: Type.Optional(Type.Unknown({ description: 'Names of tags, with commas or as a list' })),
});

/** Relations between clusters. */
export function clusterRelationOperations(magpie: Magpie): Operation[] {
  const writing = (call: Call, tx: Transaction): ClusterWriting => ({ magpie, tx, viewer: call.viewer });
  const shared = {
    permission: 'perm_galaxy_editor',
    effect: 'write',
    model: 'GalaxyClusterRelation',
  } as const;
  return [
    {
      name: 'galaxy_cluster_relations.index',
      summary: 'Relations between clusters, 60 a page',
      path: '/galaxy_cluster_relations/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'GalaxyClusterRelation');
          const read = (name: string) => body[name] ?? call.named[name] ?? call.query.get(name);
          const isDefault = IS_DEFAULT.get(read('context')) ?? null;
          const limit = Math.min(readId(read('limit')) ?? PAGE, MAX_PAGE);
          const offset = ((readId(read('page')) ?? 1) - 1) * limit;
          const relations = await selectRelationPage(tx, { isDefault, limit, offset });
          return json(await indexWires(tx, relations));
        }),
    },
    {
      name: 'galaxy_cluster_relations.view',
      summary: 'A relation with both of its clusters, as far as they can be seen',
      path: '/galaxy_cluster_relations/view/{relation?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const relation = await requireRelation({ tx }, readId(call.args.relation));
          return json(await viewWire(tx, relation));
        }),
    },
    {
      ...shared,
      name: 'galaxy_cluster_relations.add',
      summary: 'Relate a cluster of your own to another',
      path: '/galaxy_cluster_relations/add',
      methods: ['POST'],
      body: relationBody,
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'GalaxyClusterRelation');
          const source = body.galaxy_cluster_uuid ?? body.galaxy_cluster_id;
          const relation = await addRelation(writing(call, tx), source, readRelationInput(body));
          const id = String(relation.id);
          return success('GalaxyClusterRelation added', { id, data: await viewWire(tx, relation) });
        }),
    },
    {
      ...shared,
      name: 'galaxy_cluster_relations.edit',
      summary: 'Change a relation',
      path: '/galaxy_cluster_relations/edit/{relation?}',
      methods: ['POST', 'PUT'],
      body: relationBody,
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'GalaxyClusterRelation');
          const relation = await editRelation(writing(call, tx), readId(call.args.relation), body);
          const id = String(relation.id);
          return success('GalaxyClusterRelation edited', { id, data: await viewWire(tx, relation) });
        }),
    },
    {
      ...shared,
      name: 'galaxy_cluster_relations.delete',
      summary: 'Delete a relation',
      path: '/galaxy_cluster_relations/delete/{relation?}',
      methods: ['POST'],
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const relation = await deleteRelation(writing(call, tx), readId(call.args.relation));
          return success('GalaxyClusterRelation deleted', { id: String(relation.id) });
        }),
    },
  ];
}

async function viewWire(tx: Transaction, relation: RelationRow): Promise<Wire> {
  const [wire] = await relationWires(tx, [relation]);
  return { ...wire?.parts, Tag: wire?.tags ?? [] };
}

async function indexWires(tx: Transaction, relations: readonly RelationRow[]): Promise<Wire[]> {
  return (await relationWires(tx, relations)).map(({ parts, tags, id }) => ({
    ...parts,
    // MISP gives each link between relation and tag an id of its own, which nothing asks for.
    GalaxyClusterRelationTag: tags.map((tag) => ({
      id: `${id}`,
      galaxy_cluster_relation_id: id,
      tag_id: tag.id,
      Tag: tag,
    })),
  }));
}

async function relationWires(
  tx: Transaction,
  relations: readonly RelationRow[],
): Promise<{ id: string; parts: Wire; tags: Wire[] }[]> {
  const uuids = relations.flatMap((row) => [row.galaxy_cluster_uuid, row.referenced_galaxy_cluster_uuid]);
  const clusters = await selectClustersByUuid(tx, [...new Set(uuids)]);
  const names = [...new Set(relations.flatMap((row) => row.tags))];
  const known = new Map<string, Wire>(
    (names.length === 0 ? [] : await selectTagsByName(tx, names)).map((tag) => [tag.name.toLowerCase(), tagWire(tag)]),
  );
  return relations.map((row) => {
    const source = clusters.find((cluster) => cluster.id === row.galaxy_cluster_id);
    const target = clusters.find((cluster) => cluster.uuid === row.referenced_galaxy_cluster_uuid);
    return {
      id: String(row.id),
      parts: {
        GalaxyClusterRelation: relationWire(row, new Map()),
        ...(source ? { SourceCluster: clusterWire(source) } : {}),
        ...(target ? { TargetCluster: clusterWire(target) } : {}),
      },
      tags: row.tags.flatMap((name): Wire[] => {
        const tag = known.get(name.toLowerCase());
        return tag ? [tag] : [];
      }),
    };
  });
}
