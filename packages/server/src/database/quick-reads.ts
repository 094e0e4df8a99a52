import pg from 'pg';
import type { SqlValue } from './transaction.ts';

/** A statement to prepare, and how its rows are wanted where not as objects. */
export type QuickStatement = Pick<pg.QueryConfig, 'types'> & { name: string; text: string; rowMode?: string };

/** For a statement that takes long: what is asked beside it does not wait for it. */
export interface QuickOptions {
  readonly alone?: boolean;
}

/** Single statements as a viewer, at the price of a part of one message to PostgreSQL. */
export interface QuickReads {
  /**
   * Runs the statement, prepared under `name`, in a transaction that `begin` opens; returns its rows. `alone`: in a
   * message of its own, on the connection that has least to do.
   */
  run<Row>(
    begin: string,
    statement: QuickStatement,
    values: readonly SqlValue[],
    options?: QuickOptions,
  ): Promise<Row[]>;
  close(): Promise<void>;
}

/** More than one, so that a slow statement does not hold up all others behind it. */
const CONNECTIONS = 4;
/** Statements that share a connection's next message before another connection is used beside it. */
const TOGETHER = 8;

interface Job {
  readonly begin: string;
  readonly query: pg.QueryConfig;
  readonly settle: (outcome: PromiseSettledResult<pg.QueryResult>) => void;
}

interface Lane {
  client: Promise<pg.Client> | null;
  /** Jobs that wait for the next message. */
  waiting: Job[];
  /** Jobs sent and not yet answered. */
  sent: number;
}

/**
 * Opens a few pipelined connections when they are first needed. What is asked in one turn of the event loop goes out
 * in one message a connection, and what is asked as the same viewer in one transaction: on small statements writing
 * to the socket and opening transactions cost more than all the rest. Every statement has a snapshot of its own.
 *
 * When a statement fails, those that shared its transaction are run again, each by itself.
 */
export function createQuickReads(settings: pg.ClientConfig): QuickReads {
  const lanes: Lane[] = Array.from({ length: CONNECTIONS }, () => ({ client: null, waiting: [], sent: 0 }));

  function connect(lane: Lane): Promise<pg.Client> {
    // Its statements are few and probe indexes: planning them for their values, compiling them or starting workers
    // for them would cost more than running them.
    const options = '-c plan_cache_mode=force_generic_plan -c jit=off -c max_parallel_workers_per_gather=0';
    const client = new pg.Client({ ...settings, options, application_name: 'magpie: quick reads', pipeline: true });
    const opened = client.connect().then(() => client);
    const forget = () => {
      if (lane.client === opened) lane.client = null;
    };
    // A connection that breaks is replaced when the next statement comes; those under way are rejected by pg.
    client.on('error', forget);
    client.on('end', forget);
    opened.catch(forget);
    lane.client = opened;
    return opened;
  }

  /** The lane that is about to send anyway, unless it is much busier than another or the statement goes alone. */
  function choose(isAlone: boolean): Lane {
    const load = (lane: Lane) => lane.sent + lane.waiting.length;
    const idle = lanes.reduce((best, lane) => (load(lane) < load(best) ? lane : best));
    if (isAlone) return idle;
    const open = lanes.find((lane) => lane.waiting.length > 0);
    return open !== undefined && load(open) < load(idle) + TOGETHER ? open : idle;
  }

  async function send(lane: Lane): Promise<void> {
    const jobs = lane.waiting;
    lane.waiting = [];
    lane.sent += jobs.length;
    try {
      const client = await (lane.client ?? connect(lane));
      const { stream } = client.connection;
      stream.cork();
      const done = [...byBegin(jobs)].map(([begin, together]) => runTogether(client, begin, together));
      stream.uncork();
      await Promise.all(done);
    } catch (error) {
      for (const job of jobs) job.settle({ status: 'rejected', reason: error });
    } finally {
      lane.sent -= jobs.length;
    }
  }

  function add(job: Job, isAlone: boolean): void {
    const lane = choose(isAlone);
    lane.waiting.push(job);
    if (lane.waiting.length === 1) setImmediate(() => void send(lane));
  }

  return {
    run: <Row>(begin: string, statement: QuickStatement, values: readonly SqlValue[], options: QuickOptions = {}) =>
      new Promise<Row[]>((resolve, reject) => {
        const settle: Job['settle'] = (outcome) =>
          outcome.status === 'fulfilled' ? resolve(outcome.value.rows) : reject(outcome.reason);
        add({ begin, query: { ...statement, values: [...values] }, settle }, options.alone ?? false);
      }),
    async close() {
      const open = lanes.flatMap((lane) => lane.client ?? []);
      await Promise.all(open.map(async (opened) => (await opened).end()));
    },
  };
}

function byBegin(jobs: readonly Job[]): Map<string, Job[]> {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const group = groups.get(job.begin);
    if (group) group.push(job);
    else groups.set(job.begin, [job]);
  }
  return groups;
}

/** Sends begin, the statements and commit at once; everything is written before the first answer is awaited. */
async function runTogether(client: pg.Client, begin: string, jobs: readonly Job[]): Promise<void> {
  const began = client.query(begin);
  const results = jobs.map((job) => client.query(job.query));
  const ended = client.query('commit');
  const [opening, closing, ...outcomes] = await Promise.allSettled([began, ended, ...results]);
  if (opening?.status === 'rejected') throw opening.reason;
  const failed: Job[] = [];
  for (const [index, job] of jobs.entries()) {
    const outcome = closing?.status === 'rejected' ? closing : outcomes[index];
    if (outcome === undefined) continue;
    if (outcome.status === 'fulfilled' || jobs.length === 1) job.settle(outcome);
    else failed.push(job);
  }
  for (const job of failed) await runTogether(client, begin, [job]);
}
