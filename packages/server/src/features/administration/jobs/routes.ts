import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { type Answer, json, redirect, success } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { deleteEnded, findError, findJob, findJobs, findNewestOfType, selectJobs } from './queries.ts';
import { jobWire, progressWire } from './wire.ts';

const PAGE = 20;
const MAX_PAGE = 1000;
const MAX_IDS = 1000;

/** MISP's list of background work, and a user's own. */
export function jobOperations(magpie: Magpie): Operation[] {
  return [...listingOperations(magpie), ...progressOperations(magpie), ...changingOperations(magpie)];
}

function listingOperations(magpie: Magpie): Operation[] {
  async function list(call: Call, userId: number | null): Promise<Answer> {
    const limit = Math.min(readId(call.named.limit) ?? PAGE, MAX_PAGE);
    const offset = ((readId(call.named.page) ?? 1) - 1) * limit;
    const filter = { queue: call.args.queue, userId, limit, offset };
    const rows = await magpie.database.as(call.viewer, (tx) => selectJobs(tx, filter));
    if (rows.length === 0 && offset > 0) throw new NotFound('Not Found');
    return json(rows.map((row) => jobWire(row, magpie.jobs.running)));
  }

  return [
    {
      name: 'jobs.index',
      summary: 'Background work of everybody, newest first',
      path: '/jobs/index/{queue?}',
      aliases: ['/jobs'],
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: (call) => list(call, null),
    },
    {
      name: 'jobs.mine',
      summary: 'One’s own background work, newest first',
      path: '/jobs/mine/{queue?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) => list(call, call.viewer.userId),
    },
    {
      name: 'jobs.view',
      summary: 'One job, as the list shows it: one’s own, or anybody’s for site administrators',
      path: '/jobs/view/{job}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const row = await magpie.database.as(viewer, (tx) => findJob(tx, readId(args.job) ?? 0));
        if (row === null) throw new NotFound('Invalid job.');
        return json(jobWire(row, magpie.jobs.running));
      },
    },
    {
      name: 'jobs.cache',
      summary:
        'Prepares an export beforehand: refused, as with MISP.disable_cached_exports, since every export is made when asked for',
      path: '/jobs/cache/{export?}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'Job',
      handle: () => {
        throw new Refused('Exports are not cached on this instance: each is made when it is asked for.');
      },
    },
  ];
}

function progressOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'jobs.getProgress',
      summary: 'Progress of a job by id, or of the newest of a type; an unknown one has made none',
      path: '/jobs/getProgress/{job?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const id = readId(args.job);
        const row = await magpie.database.as(viewer, (tx) =>
          id === null ? findNewestOfType(tx, args.job ?? '') : findJob(tx, id),
        );
        return json({ progress: `${row?.progress ?? 0}%` });
      },
    },
    {
      name: 'jobs.getGenerateCorrelationProgress',
      summary: 'State and progress of jobs by their ids, separated by commas; unknown ones are left out',
      path: '/jobs/getGenerateCorrelationProgress/{jobs?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const ids = (args.jobs ?? '').split(',', MAX_IDS).flatMap((text) => readId(text.trim()) ?? []);
        return json(progressWire(await magpie.database.as(viewer, (tx) => findJobs(tx, ids))));
      },
    },
    {
      name: 'jobs.getError',
      summary: 'Why a job failed',
      path: '/jobs/getError/{job}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const error = await magpie.database.as(viewer, (tx) => findError(tx, readId(args.job) ?? 0));
        if (error === null) throw new NotFound('Job status not found.');
        return json({ error });
      },
    },
  ];
}

function changingOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'jobs.cancel',
      summary: 'Ends a job that waits, and asks one that runs to end: one’s own, or anybody’s for site administrators',
      path: '/jobs/cancel/{job}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      handle: async ({ viewer, args }) => {
        const id = readId(args.job) ?? 0;
        await magpie.database.as(viewer, async (tx) => {
          const row = await findJob(tx, id);
          if (row === null) throw new NotFound('Invalid job.');
          const isCancelled = await tx.elevated('the job was seen', () => magpie.jobs.cancel(tx, id));
          if (!isCancelled) throw new Refused('This job has ended already.');
          await recordChanges(tx, [{ model: 'Job', action: 'cancel', modelId: id, title: row.job_type }]);
        });
        return success('Job cancelled.', { id });
      },
    },
    {
      name: 'jobs.clearJobs',
      summary: 'Forgets jobs that are done; with `all`, every job that has ended',
      path: '/jobs/clearJobs/{which?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: async ({ viewer, args }) => {
        const which = args.which === 'all' ? 'all' : 'done';
        await magpie.database.asSystem('ended jobs', async (tx) => {
          await deleteEnded(tx, which);
          await recordChanges(tx, [{ model: 'Job', action: 'clear', title: which }], viewer);
        });
        return redirect('/jobs');
      },
    },
    {
      name: 'tasks.index',
      summary: 'Scheduled work of old versions of MISP: none',
      path: '/tasks/index',
      aliases: ['/tasks'],
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: () => json([]),
    },
  ];
}
