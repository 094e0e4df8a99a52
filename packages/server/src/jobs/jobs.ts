import type { Accounts } from '../access/accounts.ts';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import type { JobHandler, JobOptions, NewJob, Schedule } from './job.ts';
import { anyUnsettled, deleteSchedule, forgetFinished, insertJob, requestCancel, storeSchedule } from './queries.ts';
import { DEFAULT_TIMES, type Kind, type Runner, type RunnerTimes, startRunner } from './runner.ts';

export type { JobHandler, JobOptions, Json, NewJob, Queue, RunningJob, Schedule } from './job.ts';
export { QUEUES, viewerOfJob } from './job.ts';

/** Background work, stored in PostgreSQL so that nothing is lost when a process dies. */
export interface Jobs {
  /** Says who does jobs of this kind; at composition. Throws when the kind is taken. */
  register(kind: string, handler: JobHandler, options?: JobOptions): void;
  /** Stores a job in the caller's transaction: it is begun once that commits, or never. Returns its id. */
  enqueue(tx: Transaction, job: NewJob): Promise<number>;
  /** Ends a waiting job and asks a running one to end; false when it has ended already. Needs full rights. */
  cancel(tx: Transaction, id: number): Promise<boolean>;
  /** Work of the program itself that comes back; at composition. Takes effect at `start`. */
  every(schedule: Schedule): void;
  /** Stores a schedule that somebody set up; one of the same name is replaced. Needs full rights. */
  schedule(tx: Transaction, schedule: Schedule): Promise<void>;
  /** Ends a schedule. Needs full rights. */
  unschedule(tx: Transaction, name: string): Promise<void>;
  /** Begins to work off jobs in this process. */
  start(report: (error: unknown, what: string) => void, times?: Partial<RunnerTimes>): Promise<void>;
  /** Tells running handlers to end and gives what they leave back to the queue. */
  stop(): Promise<void>;
  /** True while this process works off jobs. */
  readonly running: boolean;
  /** Resolves when nothing is waiting for now or running; for tests and for commands that wait. */
  settled(): Promise<void>;
}

const KEPT_DAYS = 7;
const SETTLED_CHECK_MS = 20;

/** Creates the queue; nothing is worked off before `start`. */
export function createJobs(parts: { database: Database; accounts: Accounts }): Jobs {
  const kinds = new Map<string, Kind>();
  const schedules: Schedule[] = [];
  let runner: Runner | null = null;
  let starting: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function begin(report: (error: unknown, what: string) => void, times: RunnerTimes): Promise<void> {
    await parts.database.asSystem('schedules of the program', async (tx) => {
      for (const schedule of schedules) await storeSchedule(tx, schedule);
    });
    if (!isStopped) runner = startRunner(parts, kinds, report, times);
  }

  const jobs: Jobs = {
    register(kind, handler, options = {}) {
      if (kinds.has(kind)) throw new Error(`jobs of kind ${kind} have a handler already`);
      kinds.set(kind, { handler, options });
    },
    enqueue: insertJob,
    cancel: requestCancel,
    every(schedule) {
      schedules.push(schedule);
    },
    schedule: storeSchedule,
    unschedule: deleteSchedule,
    start(report, times = {}) {
      if (runner !== null) throw new Error('jobs are being worked off already');
      isStopped = false;
      const begun = begin(report, { ...DEFAULT_TIMES, ...times });
      starting = begun.catch(() => {});
      return begun;
    },
    async stop() {
      isStopped = true;
      // A stop that comes right after the start must not leave what has just begun without its database.
      await starting;
      const stopping = runner;
      runner = null;
      await stopping?.stop();
    },
    get running() {
      return runner !== null;
    },
    async settled() {
      const names = [...kinds.keys()];
      while (await parts.database.aside('unsettled jobs', (tx) => anyUnsettled(tx, names))) {
        runner?.wake();
        await new Promise((resolve) => setTimeout(resolve, SETTLED_CHECK_MS));
      }
    },
  };
  jobs.register('forget_jobs', async () => {
    const forgotten = await parts.database.asSystem('old jobs', (tx) => forgetFinished(tx, KEPT_DAYS));
    return `${forgotten} old jobs forgotten.`;
  });
  jobs.every({
    name: 'forget_jobs',
    kind: 'forget_jobs',
    queue: 'default',
    title: '',
    input: null,
    everySeconds: 3600,
  });
  return jobs;
}
