import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { isObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { isWaitedFor } from '../../../http/waited-for.ts';
import { readClusterInput } from './cluster-input.ts';
import { requireCluster, requireGalaxy } from './cluster-rights.ts';
import { fullClusterWires } from './cluster-wires.ts';
import type { ClusterWriting } from './cluster-writing.ts';
import { addCluster, editCluster, removeCluster, setDeleted, setPublished } from './manage-clusters.ts';
import type { ClusterRow } from './rows.ts';

const clusterBody = Type.Object({
  value: Type.Optional(Type.Unknown({ description: 'Name of the cluster' })),
  description: Type.Optional(Type.Unknown()),
  uuid: Type.Optional(Type.Unknown()),
  source: Type.Optional(Type.Unknown()),
  authors: Type.Optional(Type.Unknown()),
  distribution: Type.Optional(Type.Unknown({ description: '0 to 4' })),
  sharing_group_id: Type.Optional(Type.Unknown()),
  extends_uuid: Type.Optional(Type.Unknown({ description: 'The cluster that this one is a fork of' })),
  extends_version: Type.Optional(Type.Unknown()),
  GalaxyElement: Type.Optional(Type.Unknown({ description: 'A list of {key, value}; replaces what was there' })),
  GalaxyClusterRelation: Type.Optional(Type.Unknown()),
});

/** Clusters of one's own: adding, changing, publishing, deleting. */
export function clusterEditOperations(magpie: Magpie): Operation[] {
  const write = (
    name: string,
    summary: string,
    path: string,
    work: (writing: ClusterWriting, call: Call) => Promise<Answer>,
  ): Operation => ({
    name: `galaxy_clusters.${name}`,
    summary,
    path,
    methods: name === 'edit' ? ['POST', 'PUT'] : ['POST'],
    permission: 'perm_galaxy_editor',
    effect: 'write',
    model: 'GalaxyCluster',
    ...(name === 'add' || name === 'edit' ? { body: clusterBody } : {}),
    handle: (call) => magpie.database.as(call.viewer, (tx) => work({ magpie, tx, viewer: call.viewer }, call)),
  });
  return [
    write('add', 'Add a cluster of your own to a galaxy', '/galaxy_clusters/add/{galaxy?}', async (writing, call) => {
      const galaxy = await requireGalaxy(writing.tx, call.args.galaxy);
      const source = call.named.forkUuid ?? call.named.forkUUID;
      const fork = source === undefined ? null : await requireCluster(writing.tx, source);
      const input = readClusterInput(unwrap(call.body, 'GalaxyCluster'));
      // PyMISP before 2.5.2 sends the cluster that it forks as it is.
      const isItself = fork !== null && input.uuid === fork.uuid;
      const { uuid: _uuid, extendsUuid: _extends, extendsVersion: _version, ...rest } = input;
      const cluster = await addCluster(writing, galaxy, isItself ? rest : input, fork);
      return answerCluster(writing.tx, cluster);
    }),
    write('edit', 'Change a cluster of your own', '/galaxy_clusters/edit/{cluster?}', async (writing, call) => {
      const input = readClusterInput(unwrap(call.body, 'GalaxyCluster'));
      return answerCluster(writing.tx, await editCluster(writing, call.args.cluster, input));
    }),
    write('publish', 'Publish a cluster', '/galaxy_clusters/publish/{cluster?}', async (writing, call) => {
      const cluster = await setPublished(writing, call.args.cluster, true);
      // Clients read MISP's answer of a queued job; the work is done already.
      if (!isWaitedFor(magpie.settings.get('MISP.background_jobs'), call)) {
        return json({ message: `Publish job queued. Job ID: ${randomUUID()}` });
      }
      return success('GalaxyCluster published', { id: call.args.cluster ?? String(cluster.id) });
    }),
    write(
      'unpublish',
      'Take a published cluster back',
      '/galaxy_clusters/unpublish/{cluster?}',
      async (writing, call) => {
        const cluster = await setPublished(writing, call.args.cluster, false);
        return success('GalaxyCluster unpublished', { id: call.args.cluster ?? String(cluster.id) });
      },
    ),
    write(
      'delete',
      'Delete a cluster; for good with /1 or "hard", which also keeps its uuid from coming back',
      '/galaxy_clusters/delete/{cluster?}/{hard?}',
      async (writing, call) => {
        const body = isObject(call.body) ? unwrap(call.body, 'GalaxyCluster') : {};
        const hard = readBoolean(call.args.hard ?? body.hard ?? call.named.hard) ?? false;
        if (hard) await removeCluster(writing, call.args.cluster);
        else await setDeleted(writing, call.args.cluster, true);
        // MISP's spelling.
        return success(
          hard
            ? 'Galaxy cluster successfuly hard deleted and added to the block list.'
            : 'Galaxy cluster successfuly soft deleted.',
          { id: call.args.cluster ?? '' },
        );
      },
    ),
    write('restore', 'Bring a deleted cluster back', '/galaxy_clusters/restore/{cluster?}', async (writing, call) => {
      await setDeleted(writing, call.args.cluster, false);
      return success('GalaxyCluster restored', { id: call.args.cluster ?? '' });
    }),
  ];
}

async function answerCluster(tx: Transaction, cluster: ClusterRow): Promise<Answer> {
  const [wire] = await fullClusterWires(tx, [cluster]);
  return json({ GalaxyCluster: wire });
}
