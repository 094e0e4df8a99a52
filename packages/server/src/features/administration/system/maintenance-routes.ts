import type { Magpie } from '../../../context.ts';
import { readMigrations } from '../../../database/migrate.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { QUEUES } from '../../../jobs/jobs.ts';
import { runContentUpdate } from '../../knowledge/content/run-update.ts';

const LIBRARIES = ['galaxies', 'taxonomies', 'warninglists', 'noticelists', 'objects'] as const;

/** The buttons of MISP's maintenance pages. What there is nothing to do for says so. */
export function maintenanceOperations(magpie: Magpie): Operation[] {
  const button = { methods: ['POST'], permission: 'perm_site_admin', effect: 'write', model: 'Server' } as const;
  const page = { methods: ['GET'], permission: 'perm_site_admin', effect: 'read' } as const;
  return [
    {
      ...button,
      name: 'servers.startWorker',
      summary: 'Background work is part of this program and runs already',
      path: '/servers/startWorker/{queue?}',
      handle: ({ args }: Call) => {
        if (!QUEUES.some((queue) => queue === args.queue)) throw new NotFound('Invalid queue.');
        return success('Worker start signal sent');
      },
    },
    ...(['restartWorkers', 'restartDeadWorkers'] as const).map(
      (name): Operation => ({
        ...button,
        name: `servers.${name}`,
        summary: 'Begins with waiting background work at once',
        path: `/servers/${name}`,
        handle: () => success('Restarting workers.'),
      }),
    ),
    {
      ...button,
      name: 'servers.killAllWorkers',
      summary: 'There are no workers of their own to kill: background work goes on',
      path: '/servers/killAllWorkers/{force?}',
      handle: () => success('Killing workers.'),
    },
    {
      ...button,
      name: 'servers.stopWorker',
      summary: 'There are no workers of their own to stop',
      path: '/servers/stopWorker/{pid?}',
      handle: ({ args }: Call) => {
        throw new NotFound(`Worker with pid=${args.pid ?? ''} not found.`);
      },
    },
    {
      ...button,
      name: 'servers.updateJSON',
      summary: 'Read new galaxies, taxonomies, warninglists, noticelists and object templates',
      path: '/servers/updateJSON',
      handle: async ({ viewer }: Call) => {
        const results: Record<string, boolean> = {};
        for (const library of LIBRARIES) {
          await runContentUpdate(magpie, viewer, library, false);
          results[library === 'objects' ? 'objectTemplates' : library] = true;
        }
        return json(results);
      },
    },
    {
      ...button,
      name: 'servers.purgeSessions',
      summary: 'Forget sessions of browsers that have ended',
      path: '/servers/purgeSessions',
      handle: async () => {
        const longest = Math.max(1, magpie.settings.get('Session.cookieTimeout')) * 60;
        const idle = Math.max(1, magpie.settings.get('Session.timeout')) * 60;
        const now = magpie.now();
        const count = await magpie.database.asSystem('ended sessions', (tx) =>
          tx.execute('delete from sessions where last_seen < $1 or created < $2', [now - idle, now - longest]),
        );
        return success(`${count} ended session(s) forgotten.`);
      },
    },
    ...(['cleanModelCaches', 'releaseUpdateLock', 'ondemandAction', 'removeOrphanedCorrelations'] as const).map(
      (name): Operation => ({
        ...button,
        name: `servers.${name}`,
        summary: 'Nothing to do: there are no such caches, locks, actions and stored correlations',
        path: `/servers/${name}`,
        handle: () => success('There is nothing to do.'),
      }),
    ),
    {
      ...page,
      name: 'servers.dbConfiguration',
      summary: 'Settings of the database that should be others: none, since the program makes them',
      path: '/servers/dbConfiguration',
      handle: () => json([]),
    },
    {
      ...page,
      name: 'servers.updateProgress',
      summary: 'How far the update of the database is: done, since the program begins with it',
      path: '/servers/updateProgress/{short?}',
      handle: async () => json(updateWire((await readMigrations()).length)),
    },
  ];
}

function updateWire(version: number): Record<string, unknown> {
  return {
    commands: [],
    results: [],
    time: { started: [], elapsed: [] },
    current: '',
    total: '',
    failed_num: [],
    db_version: String(version),
    complete_update_remaining: 0,
    update_locked: false,
    lock_remaining_time: 0,
    update_fail_number_reached: false,
    process_list: [],
  };
}
