import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';

/** Background work, with how far it is. */
export interface Job {
  readonly id: string;
  readonly worker: string;
  readonly job_type: string;
  readonly job_input: string;
  readonly message: string;
  readonly progress: string;
  readonly job_status: string;
  readonly date_created: string;
  readonly date_modified: string;
  readonly failed: boolean;
}

/** A job with whose it is. */
export interface JobRow {
  readonly Job: Job;
  readonly Org?: { readonly name: string | null };
}

/** Waits or runs. */
export const isActive = (job: Job): boolean => job.job_status === 'Waiting' || job.job_status === 'Running';

/** Asks often only while something is under way; everything that starts a job loads this anew. */
const pace = (rows: readonly JobRow[] | undefined): number | false =>
  rows?.some((row) => isActive(row.Job)) === true ? 2_000 : false;

/** The own jobs, or those of the whole instance for site administrators, newest first. */
export const jobsQuery = (whose: 'mine' | 'index') =>
  queryOptions({
    queryKey: ['jobs', whose],
    queryFn: ({ signal }) => get<readonly JobRow[]>(`/jobs/${whose}/limit:${whose === 'mine' ? 20 : 200}.json`, signal),
    refetchInterval: (query) => pace(query.state.data),
  });

/** Stops a job, or takes it out of the queue. */
export const cancelJob = (id: string) => post(`/jobs/cancel/${id}`);
/** Drops the entries of jobs that are done (`completed`), or of all that do not run (`all`). */
export const clearJobs = (which: 'completed' | 'all') => post(`/jobs/clearJobs/${which}`);

/** Why a job failed. */
export const jobErrorQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobError', id],
    queryFn: ({ signal }) => get<{ readonly error: unknown }>(`/jobs/getError/${id}.json`, signal),
  });
