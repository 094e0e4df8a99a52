import type { Transaction } from '../database/transaction.ts';
import type { NewJob, Queue, Schedule } from './job.ts';

/** A claimed job. */
export interface ClaimedRow {
  id: number;
  kind: string;
  input: unknown;
  retries: number;
  user_id: number;
  auth_key_id: number | null;
  ip: string | null;
  request_id: string | null;
}

/** How a job ended, or that it waits again. */
export interface Outcome {
  state: 'waiting' | 'failed' | 'done' | 'cancelled';
  message: string;
  error: string | null;
  progress: number | null;
  countsAsRetry: boolean;
  delaySeconds: number;
}

/** Channel on which waiting and cancelled jobs are announced. */
export const CHANNEL = 'magpie_jobs';

/** Stores a job and wakes the workers once the transaction commits; returns its id. */
export async function insertJob(tx: Transaction, job: NewJob): Promise<number> {
  const { viewer } = tx;
  const rows = await tx.query<{ id: number }>(
    `with made as (
       insert into visible_jobs (kind, queue, job_type, title, input, message, user_id, org_id, auth_key_id, ip,
         request_id, not_before)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + make_interval(secs => $12))
       returning id)
     select id, pg_notify('${CHANNEL}', '') from made`,
    [
      job.kind,
      job.queue,
      job.jobType ?? job.kind,
      job.title,
      JSON.stringify(job.input),
      job.message ?? '',
      job.userId ?? viewer?.userId ?? 0,
      job.organisationId ?? viewer?.organisationId ?? 0,
      viewer?.authKeyId ?? null,
      viewer?.ip ?? null,
      viewer?.requestId ?? null,
      job.delaySeconds ?? 0,
    ],
  );
  const [made] = rows;
  if (!made) throw new Error('a job was not stored');
  return made.id;
}

/** Takes the oldest waiting job of these kinds and queues for this worker; null when there is none. */
export function claimJob(
  tx: Transaction,
  worker: string,
  kinds: readonly string[],
  queues: readonly Queue[],
): Promise<ClaimedRow | null> {
  return tx.first<ClaimedRow>(
    `update jobs set state = 'running', worker = $1, heartbeat = clock_timestamp(), modified = clock_timestamp()
     where id = (select id from jobs where state = 'waiting' and not_before <= clock_timestamp()
       and kind = any ($2) and queue = any ($3) order by not_before, id limit 1 for update skip locked)
     returning id, kind, input, retries, user_id, auth_key_id, ip, request_id`,
    [worker, kinds, queues],
  );
}

/** A job that was begun so often and never ended may be what kills the process. */
const MAX_DEATHS = 5;

/** Gives jobs of workers that have been silent for `seconds` back; returns how many. */
export function releaseSilent(tx: Transaction, worker: string, seconds: number): Promise<number> {
  return tx.execute(
    `update jobs set state = case when cancel_requested then 'cancelled' when retries >= ${MAX_DEATHS} then 'failed'
         else 'waiting' end,
       message = case when retries >= ${MAX_DEATHS} then 'The process ended again and again.' else message end,
       worker = null, heartbeat = null, retries = retries + 1, modified = clock_timestamp()
     where state = 'running' and worker <> $1 and heartbeat < clock_timestamp() - make_interval(secs => $2)`,
    [worker, seconds],
  );
}

/** What a job of this worker has told of itself since the last beat; without progress it has told nothing. */
export interface Beat {
  id: number;
  progress: number | null;
  message: string | null;
}

/** Says that these jobs are alive. Returns those that are still this worker's, and whether they shall end. */
export function beat(
  tx: Transaction,
  worker: string,
  beats: readonly Beat[],
): Promise<{ id: number; cancel_requested: boolean }[]> {
  return tx.query(
    `update jobs j set heartbeat = clock_timestamp(), progress = coalesce(b.progress, j.progress),
       message = coalesce(b.message, j.message),
       modified = case when b.progress is null and b.message is null then j.modified else clock_timestamp() end
     from unnest($2::bigint[], $3::int[], $4::text[]) as b (id, progress, message)
     where j.id = b.id and j.worker = $1 and j.state = 'running'
     returning j.id, j.cancel_requested`,
    [worker, beats.map(({ id }) => id), beats.map(({ progress }) => progress), beats.map(({ message }) => message)],
  );
}

/** Ends a job of this worker; false when another has taken it over in the meantime. */
export async function settleJob(tx: Transaction, worker: string, id: number, outcome: Outcome): Promise<boolean> {
  const touched = await tx.execute(
    `update jobs set state = $3, message = $4, error = $5, progress = coalesce($6, progress),
       retries = retries + $7, not_before = clock_timestamp() + make_interval(secs => $8), worker = null,
       heartbeat = null, modified = clock_timestamp()
     where id = $2 and worker = $1 and state = 'running'`,
    [
      worker,
      id,
      outcome.state,
      outcome.message,
      outcome.error,
      outcome.progress,
      outcome.countsAsRetry ? 1 : 0,
      outcome.delaySeconds,
    ],
  );
  return touched > 0;
}

/** Ends a waiting job at once and asks a running one to end; false when it has ended already. */
export async function requestCancel(tx: Transaction, id: number): Promise<boolean> {
  const touched = await tx.execute(
    `update jobs set cancel_requested = true, modified = clock_timestamp(),
       state = case when state = 'waiting' then 'cancelled' else state end
     where id = $1 and state in ('waiting', 'running')`,
    [id],
  );
  if (touched > 0) await tx.query(`select pg_notify('${CHANNEL}', '')`);
  return touched > 0;
}

/** True while something of these kinds is waiting for now or running. */
export async function anyUnsettled(tx: Transaction, kinds: readonly string[]): Promise<boolean> {
  const row = await tx.first(
    `select from jobs where kind = any ($1)
       and (state = 'running' or (state = 'waiting' and not_before <= clock_timestamp())) limit 1`,
    [kinds],
  );
  return row !== null;
}

/** Forgets what ended longer ago than `days`; at most 10,000 at a time. */
export function forgetFinished(tx: Transaction, days: number): Promise<number> {
  return tx.execute(
    `delete from jobs where id in (select id from jobs where state in ('failed', 'done', 'cancelled')
       and modified < clock_timestamp() - make_interval(days => $1) limit 10000)`,
    [days],
  );
}

/** Stores a schedule; one that is known keeps its next time unless it has become more frequent. */
export async function storeSchedule(tx: Transaction, schedule: Schedule): Promise<void> {
  await tx.execute(
    `insert into schedules (name, kind, queue, title, input, every_seconds, next_run)
     values ($1, $2, $3, $4, $5, $6::int, clock_timestamp() + make_interval(secs => $6::int))
     on conflict (name) do update set kind = excluded.kind, queue = excluded.queue, title = excluded.title,
       input = excluded.input, every_seconds = excluded.every_seconds,
       next_run = least(schedules.next_run, excluded.next_run)`,
    [
      schedule.name,
      schedule.kind,
      schedule.queue,
      schedule.title,
      JSON.stringify(schedule.input),
      schedule.everySeconds,
    ],
  );
}

/** Jobs that it has put in the queue stay there. */
export async function deleteSchedule(tx: Transaction, name: string): Promise<void> {
  await tx.execute('delete from schedules where name = $1', [name]);
}

/** Makes jobs of the schedules whose time has come; one whose last job is unfinished waits for its next time. */
export async function startDue(tx: Transaction, kinds: readonly string[]): Promise<number> {
  const due = await tx.query<{ name: string; busy: boolean } & Pick<NewJob, 'kind' | 'queue' | 'title' | 'input'>>(
    `select s.name, s.kind, s.queue, s.title, s.input,
       exists (select from jobs j where j.id = s.last_job_id and j.state in ('waiting', 'running')) as busy
     from schedules s where s.next_run <= clock_timestamp() and s.kind = any ($1)
     order by s.next_run limit 100 for update of s skip locked`,
    [kinds],
  );
  for (const { name, busy, ...job } of due) {
    const id = busy ? null : await insertJob(tx, job);
    await tx.execute(
      `update schedules set next_run = clock_timestamp() + make_interval(secs => every_seconds),
         last_job_id = coalesce($2, last_job_id) where name = $1`,
      [name, id],
    );
  }
  return due.length;
}
