import { randomUUID } from 'node:crypto';
import { type Accounts, isShut } from '../access/accounts.ts';
import { viewerOf } from '../access/authenticate.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/database.ts';
import { Forbidden, MagpieError } from '../errors.ts';
import type { JobHandler, JobOptions, Queue } from './job.ts';
import {
  type Beat,
  beat,
  CHANNEL,
  type ClaimedRow,
  claimJob,
  type Outcome,
  releaseSilent,
  settleJob,
  startDue,
} from './queries.ts';

/** A registered kind. */
export interface Kind {
  handler: JobHandler;
  options: JobOptions;
}

/** Times of the runner; tests shorten them. */
export interface RunnerTimes {
  /** How often running jobs say that they are alive and write their progress. */
  beatMs: number;
  /** How often due schedules, jobs whose pause is over and jobs of dead processes are looked for. */
  pollMs: number;
  /** A process silent for so long is dead. */
  silentSeconds: number;
  /** How long a stop waits for handlers that have been told to end. */
  stopMs: number;
}

/** The times of a running instance; tests take shorter ones. */
export const DEFAULT_TIMES: RunnerTimes = { beatMs: 1_000, pollMs: 5_000, silentSeconds: 30, stopMs: 10_000 };

/** Short work has a lane of its own, so that it never waits for a long pull or rebuild. */
const LANES: readonly { queues: readonly Queue[]; size: number }[] = [
  { queues: ['default', 'cache', 'update'], size: 2 },
  { queues: ['prio', 'email'], size: 1 },
];

const MAX_ERROR_LENGTH = 4_000;

/** Why a job's signal aborted. */
type AbortReason = 'cancelled' | 'stopping' | 'lost';

interface Active {
  row: ClaimedRow;
  lane: number;
  abort: AbortController;
  told: Omit<Beat, 'id'>;
  message: string;
  ended: Promise<void>;
}

/** The process's worker of jobs. */
export interface Runner {
  /** Looks for work now. */
  wake(): void;
  /** Tells the handlers to end, waits for them a while, and gives what they left back to the queue. */
  stop(): Promise<void>;
}

/** Starts working off jobs of the registered kinds. `report` gets errors of the runner itself. */
export function startRunner(
  { database, accounts }: { database: Database; accounts: Accounts },
  kinds: ReadonlyMap<string, Kind>,
  report: (error: unknown, what: string) => void,
  times: RunnerTimes,
): Runner {
  const worker = randomUUID();
  const active = new Map<number, Active>();
  let stopping = false;
  let looking: Promise<void> = Promise.resolve();
  let isLookAsked = false;

  async function lookForWork(): Promise<void> {
    const names = [...kinds.keys()];
    for (const [lane, { queues, size }] of LANES.entries()) {
      while (!stopping && [...active.values()].filter((job) => job.lane === lane).length < size) {
        const row = await database.aside('claim a job', (tx) => claimJob(tx, worker, names, queues));
        if (row === null) break;
        begin(row, lane);
      }
    }
  }

  /** Only one look at a time; whoever asks during one gets another after it. */
  function wake(): void {
    if (isLookAsked || stopping) return;
    isLookAsked = true;
    looking = looking.then(async () => {
      isLookAsked = false;
      await lookForWork().catch((error: unknown) => report(error, 'background jobs could not be looked for'));
    });
  }

  function begin(row: ClaimedRow, lane: number): void {
    const job: Active = {
      row,
      lane,
      abort: new AbortController(),
      told: { progress: null, message: null },
      message: '',
      ended: Promise.resolve(),
    };
    active.set(row.id, job);
    job.ended = run(job)
      .catch((error: unknown) => report(error, `background job ${row.id} could not be settled`))
      .finally(() => {
        active.delete(row.id);
        wake();
      });
  }

  async function run(job: Active): Promise<void> {
    const { row, abort } = job;
    const kind = kinds.get(row.kind);
    let outcome: Outcome;
    try {
      if (!kind) throw new Error(`no handler for ${row.kind}`);
      const viewer = await viewerOfRow(row);
      const message = await kind.handler({
        id: row.id,
        input: row.input,
        viewer,
        retries: row.retries,
        signal: abort.signal,
        progress(percent, text) {
          const progress = Math.max(0, Math.min(100, Math.floor(percent)));
          job.told = { progress, message: text ?? job.told.message };
          job.message = text ?? job.message;
        },
      });
      outcome = { ...ENDED, state: 'done', message: message ?? 'Job done.', progress: 100 };
    } catch (error) {
      outcome = outcomeOf(error, job, kind?.options ?? {});
    }
    if (abort.signal.reason === 'lost') return;
    await database.aside('settle a job', (tx) => settleJob(tx, worker, row.id, outcome));
  }

  async function viewerOfRow(row: ClaimedRow): Promise<Viewer | null> {
    if (row.user_id === 0) return null;
    const account = await accounts.byUserId(row.user_id);
    if (account === null || isShut(account, Date.now() / 1000))
      throw new Forbidden('The user who asked for this may not act any more.');
    const origin = { ip: row.ip ?? '', requestId: row.request_id ?? '' };
    return { ...viewerOf(account, origin), authKeyId: row.auth_key_id, ip: row.ip, requestId: row.request_id };
  }

  async function sayAlive(): Promise<void> {
    const jobs = [...active.values()];
    if (jobs.length === 0) return;
    const beats = jobs.map((job) => ({ id: job.row.id, ...job.told }));
    for (const job of jobs) job.told = { progress: null, message: null };
    const mine = await database.aside('jobs are alive', (tx) => beat(tx, worker, beats));
    const known = new Map(mine.map((row) => [row.id, row.cancel_requested]));
    for (const job of jobs) {
      const cancel = known.get(job.row.id);
      if (cancel === undefined && active.has(job.row.id)) abortJob(job, 'lost');
      else if (cancel) abortJob(job, 'cancelled');
    }
  }

  async function poll(): Promise<void> {
    await database.aside('due jobs', async (tx) => {
      await releaseSilent(tx, worker, times.silentSeconds);
      await startDue(tx, [...kinds.keys()]);
    });
    wake();
  }

  const beats = repeat(times.beatMs, sayAlive, (error) =>
    report(error, 'background jobs could not say they are alive'),
  );
  const polls = repeat(times.pollMs, poll, (error) => report(error, 'due background jobs could not be looked for'));
  database.listen(CHANNEL, () => {
    wake();
    beats.now();
  });
  polls.now();

  return {
    wake,
    async stop() {
      stopping = true;
      await Promise.all([polls.stop(), looking]);
      for (const job of active.values()) abortJob(job, 'stopping');
      const ended = Promise.all([...active.values()].map((job) => job.ended));
      await Promise.race([ended, pause(times.stopMs)]);
      await beats.stop();
    },
  };
}

function abortJob(job: Active, reason: AbortReason): void {
  if (!job.abort.signal.aborted) job.abort.abort(reason);
}

const ENDED = { error: null, progress: null, countsAsRetry: false, delaySeconds: 0 } as const;

/** What becomes of a job whose handler threw. */
function outcomeOf(error: unknown, job: Active, options: JobOptions): Outcome {
  const { reason } = job.abort.signal;
  if (reason === 'cancelled') return { ...ENDED, state: 'cancelled', message: 'Cancelled.' };
  if (reason === 'stopping') return { ...ENDED, state: 'waiting', message: job.message };
  const text = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, MAX_ERROR_LENGTH);
  if (error instanceof MagpieError) return { ...ENDED, state: 'failed', message: error.message, error: text };
  if (job.row.retries < (options.maxRetries ?? 0)) {
    const delaySeconds = (options.retryDelaySeconds ?? 10) * 2 ** Math.min(job.row.retries, 12);
    return { state: 'waiting', message: job.message, error: text, progress: 0, countsAsRetry: true, delaySeconds };
  }
  return { ...ENDED, state: 'failed', message: 'Job failed.', error: text };
}

/** Runs `work` every `ms`, never two at a time, and at once when asked. */
function repeat(ms: number, work: () => Promise<void>, failed: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let stopped = false;
  function now(): void {
    if (stopped || running !== null) return;
    clearTimeout(timer);
    running = work()
      .catch(failed)
      .finally(() => {
        running = null;
        if (!stopped) timer = setTimeout(now, ms).unref();
      });
  }
  timer = setTimeout(now, ms).unref();
  return {
    now,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
