import Type from 'typebox';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../content/run-update.ts';
import { clusterAttachOperations } from './attach-routes.ts';
import { clusterEditOperations } from './cluster-edit-routes.ts';
import { requireCluster, requireGalaxy } from './cluster-rights.ts';
import { fullClusterWires } from './cluster-wires.ts';
import { clusterElementOperations } from './element-routes.ts';
import { galaxyAdminOperations } from './galaxy-admin-routes.ts';
import { galaxyGraphOperations } from './graph-routes.ts';
import { ownGalaxyOperations } from './own-galaxy-routes.ts';
import { type ClusterFilter, selectClusters, selectGalaxies } from './queries.ts';
import { clusterRelationOperations } from './relation-routes.ts';
import { clusterSearchOperations } from './search-routes.ts';
import { clustersWithElements } from './service.ts';
import { galaxyTransferOperations } from './transfer-routes.ts';
import { clusterWire, galaxyWire } from './wire.ts';

const CONTEXTS: readonly ClusterFilter['context'][] = ['all', 'default', 'custom', 'org', 'orgc', 'deleted'];

/** Galaxies and their clusters: reading, switching on and off, updating. */
export function galaxyOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'galaxies.index',
      summary: 'Galaxies, all or those in which a text occurs',
      path: '/galaxies/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ value: Type.Optional(Type.String()), enabled: Type.Optional(Type.Unknown()) }),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const read = filterReader(call);
          const part = textOf(read('value')) ?? textOf(read('searchall'));
          const galaxies = await selectGalaxies(tx, { part, enabled: readBoolean(read('enabled')) ?? null });
          return json(galaxies.map((galaxy) => ({ Galaxy: galaxyWire(galaxy) })));
        }),
    },
    {
      name: 'galaxies.view',
      summary: 'A galaxy with all its clusters',
      path: '/galaxies/view/{galaxy?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const galaxy = await requireGalaxy(tx, call.args.galaxy);
          const clusters = await selectClusters(tx, galaxy.id, allClusters(call));
          return json({ Galaxy: galaxyWire(galaxy), GalaxyCluster: await clustersWithElements(tx, clusters) });
        }),
    },
    {
      name: 'galaxies.update',
      summary: 'Read new galaxies and clusters from the configured source',
      path: '/galaxies/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Galaxy',
      async handle(call) {
        await runContentUpdate(magpie, call.viewer, 'galaxies', readBoolean(call.named.force) ?? false);
        return success('Galaxies updated.');
      },
    },
    ...clusterAttachOperations(magpie),
    ...clusterEditOperations(magpie),
    ...clusterElementOperations(magpie),
    ...clusterRelationOperations(magpie),
    ...clusterSearchOperations(magpie),
    ...galaxyGraphOperations(magpie),
    ...galaxyAdminOperations(magpie),
    ...ownGalaxyOperations(magpie),
    ...galaxyTransferOperations(magpie),
    switchOperation(magpie, true),
    switchOperation(magpie, false),
    {
      name: 'galaxy_clusters.index',
      summary: 'Clusters of a galaxy',
      path: '/galaxy_clusters/index/{galaxy?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ context: Type.Optional(Type.String()), searchall: Type.Optional(Type.String()) }),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const galaxy = await requireGalaxy(tx, call.args.galaxy);
          const read = filterReader(call);
          const context = CONTEXTS.find((known) => known === read('context')) ?? 'all';
          const part = textOf(read('searchall'));
          const clusters = await selectClusters(tx, galaxy.id, { ...allClusters(call), context, part });
          return json(clusters.map((cluster) => ({ GalaxyCluster: clusterWire(cluster) })));
        }),
    },
    {
      name: 'galaxy_clusters.view',
      summary: 'A cluster with its elements, relations and owners',
      path: '/galaxy_clusters/view/{cluster?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const [wire] = await fullClusterWires(tx, [await requireCluster(tx, call.args.cluster)]);
          return json({ GalaxyCluster: { ...wire, RelationshipInbound: [] } });
        }),
    },
  ];
}

function switchOperation(magpie: Magpie, enabled: boolean): Operation {
  const action = enabled ? 'enable' : 'disable';
  return {
    name: `galaxies.${action}`,
    summary: `${enabled ? 'Show' : 'Hide'} a galaxy`,
    path: `/galaxies/${action}/{galaxy?}`,
    methods: ['POST'],
    permission: 'perm_site_admin',
    effect: 'write',
    model: 'Galaxy',
    async handle(call) {
      await magpie.database.asSystem(`${action} galaxy`, async (tx) => {
        const galaxy = await requireGalaxy(tx, call.args.galaxy);
        if (galaxy.enabled === enabled) return;
        await tx.execute('update galaxies set enabled = $2 where id = $1', [galaxy.id, enabled]);
        const change = {
          model: 'Galaxy',
          action: 'edit',
          modelId: galaxy.id,
          modelUuid: galaxy.uuid,
          title: galaxy.name,
        };
        await recordChanges(tx, [{ ...change, before: { enabled: !enabled }, after: { enabled } }], call.viewer);
      });
      // MISP names the action that both share.
      return success(`Galaxy ${action}d`, { url: '/galaxies/toggle' });
    },
  };
}

function allClusters(call: Call): ClusterFilter {
  return { context: 'all', part: null, organisationId: call.viewer.organisationId };
}

function filterReader(call: Call): (name: string) => unknown {
  const body = unwrap(call.body, 'Galaxy', 'GalaxyCluster');
  return (name) => body[name] ?? call.named[name] ?? call.query.get(name);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().replaceAll('\0', '') : null;
}
