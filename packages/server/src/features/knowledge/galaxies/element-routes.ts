import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { isObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { type ElementInput, readElements } from './cluster-input.ts';
import { requireCluster, requireEditableCluster } from './cluster-rights.ts';
import { insertElements } from './cluster-writes.ts';
import { type ClusterWriting, touchCluster } from './cluster-writing.ts';
import { selectElements } from './queries.ts';
import type { ClusterRow } from './rows.ts';
import { elementWire } from './wire.ts';

/** Keys and values of clusters one by one, and from any JSON. */
export function clusterElementOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'galaxy_elements.index',
      summary: 'Keys and values of a cluster',
      path: '/galaxy_elements/index/{cluster?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const cluster = await requireCluster(tx, call.args.cluster);
          return json((await selectElements(tx, [cluster.id])).map((row) => ({ GalaxyElement: elementWire(row) })));
        }),
    },
    {
      name: 'galaxy_elements.flattenJson',
      summary: 'Add every leaf of a JSON document to a cluster of your own, its path as key',
      path: '/galaxy_elements/flattenJson/{cluster?}',
      methods: ['POST'],
      permission: 'perm_galaxy_editor',
      effect: 'write',
      model: 'GalaxyElement',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'GalaxyElement');
          const elements = readElements(flatten(readDocument(body.jsonData ?? body)));
          const cluster = await requireEditableCluster(tx, call.viewer, call.args.cluster, 'edited');
          await insertElements(tx, cluster.id, elements);
          await noteElements({ magpie, tx, viewer: call.viewer }, cluster, 'add', elements);
          return success('Galaxy Elements saved', { id: String(cluster.id) });
        }),
    },
    {
      name: 'galaxy_elements.delete',
      summary: 'Delete a key and value of a cluster of your own',
      path: '/galaxy_elements/delete/{element?}',
      methods: ['POST'],
      permission: 'perm_galaxy_editor',
      effect: 'write',
      model: 'GalaxyElement',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const id = readId(call.args.element);
          const element =
            id === null
              ? null
              : await tx.first<ElementInput & { galaxy_cluster_id: number }>(
                  'select galaxy_cluster_id, key, value from visible_galaxy_elements where id = $1',
                  [id],
                );
          if (element === null) throw new NotFound('Invalid element');
          const cluster = await requireEditableCluster(tx, call.viewer, element.galaxy_cluster_id, 'edited');
          await tx.execute('delete from visible_galaxy_elements where galaxy_cluster_id = $1 and id = $2', [
            cluster.id,
            id,
          ]);
          await noteElements({ magpie, tx, viewer: call.viewer }, cluster, 'delete', [element]);
          return success('Galaxy element deleted', { id: String(id) });
        }),
    },
  ];
}

async function noteElements(
  writing: ClusterWriting,
  cluster: ClusterRow,
  action: 'add' | 'delete',
  elements: readonly ElementInput[],
): Promise<void> {
  const values = { elements: elements.map(({ key, value }) => ({ key, value })) };
  const change = { model: 'GalaxyElement', action, modelId: cluster.id, title: cluster.value };
  await recordChanges(writing.tx, [{ ...change, [action === 'add' ? 'after' : 'before']: values }]);
  await touchCluster(writing, cluster);
}

function readDocument(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    throw new Invalid('', { jsonData: ['Expected a JSON document.'] });
  }
}

/** The leaves with the path that leads to each; members of a list share the path of the list. */
function flatten(root: unknown): { key: string; value: unknown }[] {
  const leaves: { key: string; value: unknown }[] = [];
  const pending: { path: string; value: unknown }[] = [{ path: '', value: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, value } = next;
    if (Array.isArray(value)) {
      for (const item of value.toReversed()) pending.push({ path, value: item });
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value).reverse()) {
        pending.push({ path: path === '' ? key : `${path}.${key}`, value: item });
      }
    } else if (value !== null) leaves.push({ key: path, value });
  }
  return leaves;
}
