import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, redirect } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';

/** MISP's list of background work. All work is done while its request waits, so there is none to list. */
export function jobOperations(_magpie: Magpie): Operation[] {
  return [
    {
      name: 'jobs.index',
      summary: 'Background work: none, since requests wait for theirs',
      path: '/jobs/index/{queue?}',
      aliases: ['/jobs'],
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: ({ named }) => {
        if ((readId(named.page) ?? 1) > 1) throw new NotFound('Not Found');
        return json([]);
      },
    },
    {
      name: 'jobs.getProgress',
      summary: 'Progress of a job; an unknown one has made none',
      path: '/jobs/getProgress/{job?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => json({ progress: '0%' }),
    },
    {
      name: 'jobs.getGenerateCorrelationProgress',
      summary: 'Progress of jobs by their ids; unknown ones are left out',
      path: '/jobs/getGenerateCorrelationProgress/{jobs?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => json([]),
    },
    {
      name: 'jobs.getError',
      summary: 'Why a job failed',
      path: '/jobs/getError/{job}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: () => {
        throw new NotFound('Job status not found.');
      },
    },
    {
      name: 'jobs.clearJobs',
      summary: 'Forget finished work; there is none',
      path: '/jobs/clearJobs/{which?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: () => redirect('/jobs'),
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
