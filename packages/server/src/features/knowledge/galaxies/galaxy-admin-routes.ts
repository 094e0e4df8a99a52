import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden } from '../../../errors.ts';
import { success } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { forgetContent } from '../content/update.ts';
import { requireGalaxy } from './cluster-rights.ts';
import { ownsGalaxy } from './own-galaxy-routes.ts';
import type { GalaxyRow } from './rows.ts';

/** What site administrators do with whole galaxies. */
export function galaxyAdminOperations(magpie: Magpie): Operation[] {
  const shared = { methods: ['POST'], permission: 'perm_site_admin', effect: 'write', model: 'Galaxy' } as const;
  return [
    {
      ...shared,
      name: 'galaxies.toggle',
      summary: 'Show a galaxy if it is hidden, else hide it',
      path: '/galaxies/toggle/{galaxy?}',
      handle: (call: Call) =>
        magpie.database.asSystem('toggle galaxy', async (tx) => {
          const galaxy = await requireGalaxy(tx, call.args.galaxy);
          const enabled = !galaxy.enabled;
          await tx.execute('update galaxies set enabled = $2 where id = $1', [galaxy.id, enabled]);
          const change = { ...changeOf(galaxy, 'edit'), before: { enabled: !enabled }, after: { enabled } };
          await recordChanges(tx, [change], call.viewer);
          return success(`Galaxy ${enabled ? 'enabled' : 'disabled'}`, { url: '/galaxies/toggle' });
        }),
    },
    {
      ...shared,
      permission: 'perm_galaxy_editor',
      name: 'galaxies.delete',
      summary:
        'Delete a galaxy with all its clusters: one’s own, or as site administrator also one of a library, which the next update brings back',
      path: '/galaxies/delete/{galaxy?}',
      handle: (call: Call) =>
        magpie.database.asSystem('delete galaxy', async (tx) => {
          const galaxy = await requireGalaxy(tx, call.args.galaxy);
          await requireDeletable(tx, call.viewer, galaxy);
          await deleteClustersWhere(tx, 'galaxy_id = $1', [galaxy.id]);
          await tx.execute('delete from galaxies where id = $1', [galaxy.id]);
          await forgetContent(tx, 'galaxies', galaxy.type);
          const change = { ...changeOf(galaxy, 'delete'), before: { name: galaxy.name, version: galaxy.version } };
          await recordChanges(tx, [change], call.viewer);
          return success('Galaxy deleted', { id: call.args.galaxy ?? '' });
        }),
    },
    {
      ...shared,
      name: 'galaxies.wipe_default',
      summary: 'Delete the clusters of all libraries; the next update brings them back',
      path: '/galaxies/wipe_default',
      aliases: ['/galaxies/wipeDefault'],
      handle: (call: Call) =>
        magpie.database.asSystem('wipe default clusters', async (tx) => {
          const count = await deleteClustersWhere(tx, 'is_default', []);
          await tx.execute(`delete from content_files where library = 'galaxies'`);
          const change = { model: 'Galaxy', action: 'wipe_default', title: `${count} clusters` };
          await recordChanges(tx, [change], call.viewer);
          return success('Default galaxy clusters dropped.');
        }),
    },
  ];
}

/** Clusters of other organisations go with a galaxy only by the site's administrator. */
async function requireDeletable(tx: Transaction, viewer: Viewer, galaxy: GalaxyRow): Promise<void> {
  if (isSiteAdmin(viewer)) return;
  const foreign = await tx.first('select 1 from galaxy_clusters where galaxy_id = $1 and orgc_id <> $2 limit 1', [
    galaxy.id,
    viewer.organisationId,
  ]);
  if (!ownsGalaxy(viewer, galaxy) || foreign !== null) throw new Forbidden('You do not have permission to do that.');
}

async function deleteClustersWhere(tx: Transaction, where: string, values: readonly number[]): Promise<number> {
  const ids = `select id from galaxy_clusters where ${where}`;
  await tx.execute(`delete from galaxy_elements where galaxy_cluster_id in (${ids})`, values);
  await tx.execute(`delete from galaxy_cluster_relations where galaxy_cluster_id in (${ids})`, values);
  return tx.execute(`delete from galaxy_clusters where ${where}`, values);
}

function changeOf(galaxy: GalaxyRow, action: string) {
  return { model: 'Galaxy', action, modelId: galaxy.id, modelUuid: galaxy.uuid, title: galaxy.name };
}
