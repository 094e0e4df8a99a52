import type { Viewer } from '../access/viewer.ts';

/** MISP's queues. `prio` and `email` are worked off beside the others, so that long work does not hold up short. */
export const QUEUES = ['default', 'email', 'cache', 'prio', 'update'] as const;

/** The queues of MISP, by its names. */
export type Queue = (typeof QUEUES)[number];

/** Input of a job as it is stored. Never a secret: it is shown to site administrators and kept for days. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A job to be done. */
export interface NewJob {
  /** Names the registered handler. */
  kind: string;
  queue: Queue;
  /** Short text for people: MISP's `job_input` ("Event: 5"). */
  title: string;
  input: Json;
  /** MISP's `job_type`; by default the kind. */
  jobType?: string;
  /** Shown until the job tells more of itself. */
  message?: string;
  /** Whose rights the job has: by default those of the transaction's viewer; 0 or no viewer: the system's. */
  userId?: number;
  /** Which organisation MISP shows: by default the viewer's; 0 for work of site administrators. */
  organisationId?: number;
  /** Not to be started earlier. */
  delaySeconds?: number;
}

/** A job while it runs. */
export interface RunningJob {
  readonly id: number;
  readonly input: unknown;
  /** Who asked for it, with the rights of now; null for the system's own work. */
  readonly viewer: Viewer | null;
  /** How often it was begun before, after a failure or a killed process. */
  readonly retries: number;
  /** Tells how far it is, 0 to 100. Cheap: written about once a second. */
  progress(percent: number, message?: string): void;
  /** Aborts when the job is cancelled, when Magpie stops, and when another process has taken the job over. */
  readonly signal: AbortSignal;
}

/**
 * Does the work; may be begun anew at any time, so it must bear being run twice. What it returns is the job's last
 * message ("Job done." by default). A thrown `MagpieError` is final and its message is shown; any other error is tried
 * again as often as the kind allows.
 */
export type JobHandler = (job: RunningJob) => Promise<string | undefined>;

/** How a kind is treated. */
export interface JobOptions {
  /** How often it is tried again after an unexpected error; 0 by default. A killed process does not count. */
  maxRetries?: number;
  /** Pause before the first new try, doubled for each further one; 10 by default. */
  retryDelaySeconds?: number;
}

/** Work that comes back. */
export interface Schedule {
  /** Tells schedules of one kind apart. */
  name: string;
  kind: string;
  queue: Queue;
  title: string;
  input: Json;
  everySeconds: number;
}

/** The viewer of a job that a user must have asked for. Throws when the system did. */
export function viewerOfJob(job: RunningJob): Viewer {
  if (job.viewer === null) throw new TypeError('this work needs a user in whose name it is done');
  return job.viewer;
}
