import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { type Answer, json } from '../../../http/answer.ts';
import { readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { readSearchParameters, searchParametersOf } from '../../search/rest-search/parameters.ts';
import { resolveNames } from '../../search/rest-search/resolve.ts';
import { searchCriteria } from '../../search/rest-search/search-criteria.ts';
import { deletedOnlyOf } from '../../search/rest-search/search-events.ts';
import { bindParameters } from '../../search/rest-search/sql-text.ts';
import { eventWhere } from '../../search/rest-search/where.ts';
import { readElements } from './cluster-input.ts';
import { requireCluster, requireGalaxy } from './cluster-rights.ts';
import { fullClusterWires } from './cluster-wires.ts';
import { forkTree } from './fork-tree.ts';
import { compactMatrix, matrixOfEvent, matrixOfSearch } from './matrix.ts';
import { selectGalaxyOfType } from './queries.ts';
import { galaxyGraph, graphAround } from './relation-graph.ts';
import type { GalaxyRow } from './rows.ts';
import { readFork, updateFork } from './update-fork.ts';
import { clusterWire } from './wire.ts';

/** The galaxy of matrices when none is named. */
const USUAL_MATRIX = 'mitre-attack-pattern';
const anything = Type.Record(Type.String(), Type.Unknown());

/** Trees, graphs and matrices of galaxies. */
export function galaxyGraphOperations(magpie: Magpie): Operation[] {
  return [
    read(
      magpie,
      {
        name: 'galaxies.forkTree',
        summary: 'Clusters of a galaxy by what they were made from',
        parameters: '{galaxy?}',
      },
      async (tx, call) => json(await forkTree(tx, await requireGalaxy(tx, call.args.galaxy))),
    ),
    read(
      magpie,
      {
        name: 'galaxies.relationsGraph',
        summary: 'Clusters of a galaxy and what they are related to; with inbound:1 also what is related to them',
        parameters: '{galaxy?}',
      },
      async (tx, call) => {
        const inbound = readBoolean(call.named.inbound ?? call.named.includeInbound) ?? false;
        return json(await galaxyGraph(tx, await requireGalaxy(tx, call.args.galaxy), inbound));
      },
    ),
    read(
      magpie,
      {
        name: 'galaxy_clusters.viewRelations',
        summary: 'A cluster and what it is related to',
        parameters: '{cluster?}',
      },
      async (tx, call) => json(await graphAround(tx, [await requireCluster(tx, call.args.cluster)], true)),
    ),
    ...forkOperations(magpie),
    ...matrixOperations(magpie),
  ];
}

function read(
  magpie: Magpie,
  { name, summary, parameters }: { name: string; summary: string; parameters: string },
  answer: (tx: Transaction, call: Call) => Promise<Answer>,
): Operation {
  return {
    name,
    summary,
    path: `/${name.replace('.', '/')}/${parameters}`,
    methods: ['GET', 'POST'],
    permission: 'any',
    effect: 'read',
    response: Type.Unknown(),
    handle: (call) => magpie.database.as(call.viewer, (tx) => answer(tx, call)),
  };
}

function forkOperations(magpie: Magpie): Operation[] {
  const shared = { path: '/galaxy_clusters/updateCluster/{cluster?}', permission: 'perm_galaxy_editor' } as const;
  return [
    {
      ...shared,
      name: 'galaxy_clusters.updateCluster_form',
      summary: 'What a fork of your own lacks that the cluster it was made from has',
      methods: ['GET'],
      effect: 'read',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const { cluster, parent, missing } = await readFork({ magpie, tx, viewer: call.viewer }, call.args.cluster);
          return json({
            GalaxyCluster: clusterWire(cluster),
            ExtendedCluster: clusterWire(parent),
            NewElement: missing,
          });
        }),
    },
    {
      ...shared,
      name: 'galaxy_clusters.updateCluster',
      summary: 'Take new elements over from the cluster that a fork was made from: all, or those that are named',
      methods: ['POST'],
      effect: 'write',
      model: 'GalaxyCluster',
      body: Type.Object({
        GalaxyElement: Type.Optional(Type.Unknown({ description: 'A list of {key, value}: those that are wanted' })),
      }),
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'GalaxyCluster');
          const given = body.GalaxyElement ?? body.elements;
          const wanted = given === undefined || given === null ? null : readElements(given);
          const cluster = await updateFork({ magpie, tx, viewer: call.viewer }, call.args.cluster, wanted);
          const [wire] = await fullClusterWires(tx, [cluster]);
          return json({ GalaxyCluster: wire });
        }),
    },
  ];
}

function matrixOperations(magpie: Magpie): Operation[] {
  return [
    read(
      magpie,
      {
        name: 'events.viewGalaxyMatrix',
        summary: 'The techniques of an event on the matrix of a galaxy',
        parameters: '{event?}/{galaxy?}/{scope?}',
      },
      async (tx, call) => {
        const event = await findEvent(tx, call.args.event);
        if (event === null) throw new NotFound('Invalid event');
        const scored = await matrixOfEvent(tx, await matrixGalaxy(tx, call.args.galaxy), event.id);
        return json(readBoolean(call.named.compact) ? compactMatrix(scored) : scored);
      },
    ),
    {
      name: 'ui.galaxy_matrix',
      summary: 'The techniques of the events that a search finds (parameters of events/restSearch) on a matrix',
      path: '/ui/galaxy_matrix/{galaxy?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: anything,
      response: anything,
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const isEmpty = call.method !== 'POST' && Object.keys(call.named).length === 0;
          const parameters = isEmpty ? searchParametersOf('events', {}) : readSearchParameters(call, 'events');
          const criteria = searchCriteria(magpie, parameters);
          const { bind, values } = bindParameters();
          const names = await resolveNames(tx, criteria);
          const where = eventWhere({ criteria, names, bind, deletedOnlyOf: deletedOnlyOf(call.viewer) });
          const galaxy = await matrixGalaxy(tx, call.args.galaxy ?? parameters.get('attackGalaxy'));
          const scored = await matrixOfSearch(tx, galaxy, { where, values });
          const isCompact = readBoolean(call.named.compact ?? unwrap(call.body).compact);
          return json(isCompact ? compactMatrix(scored) : scored);
        }),
    },
  ];
}

/** By id, uuid or type. */
async function matrixGalaxy(tx: Transaction, key: unknown): Promise<GalaxyRow> {
  const type = key === undefined || key === '' ? USUAL_MATRIX : key;
  const named = typeof type === 'string' ? await selectGalaxyOfType(tx, type) : null;
  return named ?? requireGalaxy(tx, key);
}
