import type { Transaction } from '../../../database/transaction.ts';
import { QUEUES } from '../../../jobs/jobs.ts';

/** A job as lists show it. */
export interface JobRow {
  id: number;
  process_id: string;
  queue: string;
  job_type: string;
  title: string;
  state: 'waiting' | 'running' | 'failed' | 'done' | 'cancelled';
  retries: number;
  progress: number;
  message: string;
  org_id: number;
  created: Date;
  modified: Date;
  org_name: string | null;
  org_uuid: string | null;
}

const COLUMNS = `j.id, j.process_id, j.queue, j.job_type, j.title, j.state, j.retries, j.progress, j.message, j.org_id,
  j.created, j.modified, o.name as org_name, o.uuid as org_uuid`;
const FROM = 'from visible_jobs j left join organisations o on o.id = j.org_id';

/** Which jobs, newest first. */
export interface JobFilter {
  /** An unknown queue filters nothing, as in MISP. */
  queue: string | undefined;
  userId: number | null;
  limit: number;
  offset: number;
}

/** A page of jobs, by the index of the queue, of the user, or by the primary key. */
export function selectJobs(tx: Transaction, filter: JobFilter): Promise<JobRow[]> {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  if (filter.queue !== undefined && QUEUES.some((queue) => queue === filter.queue)) {
    conditions.push(`j.queue = $${values.push(filter.queue)}`);
  }
  if (filter.userId !== null) conditions.push(`j.user_id = $${values.push(filter.userId)}`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const limit = `limit $${values.push(filter.limit)} offset $${values.push(filter.offset)}`;
  return tx.query<JobRow>(`select ${COLUMNS} ${FROM} ${where} order by j.id desc ${limit}`, values);
}

/** A job that the viewer may see. */
export function findJob(tx: Transaction, id: number): Promise<JobRow | null> {
  return tx.first<JobRow>(`select ${COLUMNS} ${FROM} where j.id = $1`, [id]);
}

/** The newest job of a type that the viewer may see. */
export function findNewestOfType(tx: Transaction, jobType: string): Promise<JobRow | null> {
  return tx.first<JobRow>(`select ${COLUMNS} ${FROM} where j.job_type = $1 order by j.id desc limit 1`, [jobType]);
}

/** Those of these jobs that the viewer may see. */
export function findJobs(tx: Transaction, ids: readonly number[]): Promise<JobRow[]> {
  return tx.query<JobRow>(`select ${COLUMNS} ${FROM} where j.id = any ($1::bigint[]) order by j.id`, [ids]);
}

/** Why a job failed; null when it is not to be seen or has not failed. */
export async function findError(tx: Transaction, id: number): Promise<string | null> {
  const row = await tx.first<{ error: string | null; message: string }>(
    `select error, message from visible_jobs where id = $1 and (error is not null or state = 'failed')`,
    [id],
  );
  return row === null ? null : (row.error ?? row.message);
}

/** Forgets jobs that were done, or all that have ended; what waits or runs stays. */
export function deleteEnded(tx: Transaction, which: 'done' | 'all'): Promise<number> {
  return tx.execute('delete from jobs where state = any ($1)', [
    which === 'all' ? ['done', 'failed', 'cancelled'] : ['done'],
  ]);
}

const COUNTED = 10_000;

/** How many jobs wait in each queue that has any; counted up to 10,000. */
export async function countWaiting(tx: Transaction): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ queue: string; n: number }>(
    `select queue, count(*) as n from (select queue from jobs where state = 'waiting' limit ${COUNTED}) w group by queue`,
  );
  return new Map(rows.map(({ queue, n }) => [queue, n]));
}
