import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAccounts } from '../access/accounts.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { NotFound } from '../errors.ts';
import { createJobs, type Jobs, type NewJob } from './jobs.ts';

let testDatabase: TestDatabase;
const opened: { jobs: Jobs; database: Database }[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});

afterEach(async () => {
  for (const { jobs, database } of opened.splice(0)) {
    await jobs.stop();
    await database.asSystem('test', (tx) => tx.execute('delete from jobs'));
    await database.close();
  }
});

afterAll(() => testDatabase.drop());

/** One process: its own connections and its own worker. */
function openProcess() {
  const database = openDatabase(testDatabase.url, { maxConnections: 4 });
  const process = { jobs: createJobs({ database, accounts: createAccounts(database) }), database };
  opened.push(process);
  return process;
}

const fail = (error: unknown) => {
  throw error;
};
const QUICK = { beatMs: 20, pollMs: 20, silentSeconds: 0.2, stopMs: 200 };
const job = (kind: string, more: Partial<NewJob> = {}): NewJob => ({
  kind,
  queue: 'default',
  title: '',
  input: null,
  ...more,
});

async function rowOf(database: Database, id: number) {
  const row = await database.asSystem('test', (tx) =>
    tx.first<{ state: string; message: string; error: string | null; progress: number; retries: number }>(
      'select state, message, error, progress, retries from jobs where id = $1',
      [id],
    ),
  );
  if (row === null) throw new Error(`no job ${id}`);
  return row;
}

/** Waits until the job is in this state; the test's own time limit ends it. */
async function reach(database: Database, id: number, state: string) {
  for (;;) {
    const row = await rowOf(database, id);
    if (row.state === state) return row;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('background jobs', () => {
  it('does a job once its transaction has committed, and never when it rolls back', async () => {
    const { jobs, database } = openProcess();
    const seen: unknown[] = [];
    jobs.register('note', async ({ input }) => {
      seen.push(input);
      return 'Noted.';
    });
    await jobs.start(fail, QUICK);
    const lost = database.asSystem('test', async (tx) => {
      await jobs.enqueue(tx, job('note', { input: 'lost' }));
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    const id = await database.asSystem('test', (tx) => jobs.enqueue(tx, job('note', { input: { kept: 1 } })));
    await jobs.settled();
    expect(seen).toEqual([{ kept: 1 }]);
    expect(await rowOf(database, id)).toMatchObject({ state: 'done', message: 'Noted.', progress: 100, retries: 0 });
  });

  it('tries again after an unexpected error, as often as the kind allows, and not after an expected one', async () => {
    const { jobs, database } = openProcess();
    let tries = 0;
    jobs.register(
      'flaky',
      async () => {
        tries += 1;
        throw new Error(`try ${tries}`);
      },
      { maxRetries: 2, retryDelaySeconds: 0 },
    );
    jobs.register('gone', () => Promise.reject(new NotFound('Invalid event.')), { maxRetries: 2 });
    await jobs.start(fail, QUICK);
    const [flaky, gone] = await database.asSystem('test', (tx) =>
      Promise.all([jobs.enqueue(tx, job('flaky')), jobs.enqueue(tx, job('gone'))]),
    );
    expect(await reach(database, flaky, 'failed')).toMatchObject({ retries: 2, message: 'Job failed.' });
    expect((await rowOf(database, flaky)).error).toContain('try 3');
    expect(await reach(database, gone, 'failed')).toMatchObject({ retries: 0, message: 'Invalid event.' });
  });

  it('takes up the job of a process that was killed', async () => {
    const killed = openProcess();
    killed.jobs.register('work', () => Promise.resolve('should not be asked'));
    const id = await killed.database.asSystem('test', (tx) => killed.jobs.enqueue(tx, job('work')));
    // What a killed process leaves behind: a running job whose heartbeat has ended.
    await killed.database.asSystem('test', (tx) =>
      tx.execute(
        `update jobs set state = 'running', worker = gen_random_uuid(),
        heartbeat = clock_timestamp() - interval '1 minute' where id = $1`,
        [id],
      ),
    );
    const next = openProcess();
    next.jobs.register('work', ({ retries }) => Promise.resolve(`done at try ${retries + 1}`));
    await next.jobs.start(fail, QUICK);
    expect(await reach(next.database, id, 'done')).toMatchObject({ retries: 1, message: 'done at try 2' });
  });

  it('leaves a job alone whose process says that it is alive', async () => {
    const [one, two] = [openProcess(), openProcess()];
    let release = () => {};
    const begun: string[] = [];
    one.jobs.register('long', () => {
      begun.push('one');
      return new Promise((resolve) => {
        release = () => resolve('');
      });
    });
    two.jobs.register('long', async () => {
      begun.push('two');
      return '';
    });
    await one.jobs.start(fail, { ...QUICK, silentSeconds: 5 });
    const id = await one.database.asSystem('test', (tx) => one.jobs.enqueue(tx, job('long')));
    await reach(one.database, id, 'running');
    await two.jobs.start(fail, { ...QUICK, silentSeconds: 5 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    release();
    await reach(one.database, id, 'done');
    expect(begun).toEqual(['one']);
  });

  it('lets a job go that another process has taken over', async () => {
    const { jobs, database } = openProcess();
    const reasons: unknown[] = [];
    jobs.register('long', ({ signal }) => untilAborted(signal, reasons));
    await jobs.start(fail, QUICK);
    const id = await database.asSystem('test', (tx) => jobs.enqueue(tx, job('long')));
    await reach(database, id, 'running');
    await database.asSystem('test', (tx) =>
      tx.execute(
        `update jobs set worker = gen_random_uuid(), heartbeat = clock_timestamp() + interval '1 hour'
        where id = $1`,
        [id],
      ),
    );
    await expect.poll(() => reasons).toEqual(['lost']);
    expect((await rowOf(database, id)).state).toBe('running');
  });

  it('cancels a waiting job at once and tells a running one to end', async () => {
    const { jobs, database } = openProcess();
    const reasons: unknown[] = [];
    jobs.register('long', ({ signal }) => untilAborted(signal, reasons));
    await jobs.start(fail, QUICK);
    const [running, waiting] = await database.asSystem('test', async (tx) => [
      await jobs.enqueue(tx, job('long')),
      await jobs.enqueue(tx, job('long', { delaySeconds: 3600 })),
    ]);
    if (running === undefined || waiting === undefined) throw new Error('two jobs were made');
    await reach(database, running, 'running');
    const cancel = (id: number) => database.asSystem('test', (tx) => jobs.cancel(tx, id));
    expect(await cancel(waiting)).toBe(true);
    expect((await rowOf(database, waiting)).state).toBe('cancelled');
    expect(await cancel(running)).toBe(true);
    expect(await reach(database, running, 'cancelled')).toMatchObject({ message: 'Cancelled.' });
    expect(reasons).toEqual(['cancelled']);
    expect(await cancel(running)).toBe(false);
  });

  it('gives a running job back to the queue when the process stops', async () => {
    const { jobs, database } = openProcess();
    const reasons: unknown[] = [];
    jobs.register('long', ({ signal, progress }) => {
      progress(40, 'Fetching.');
      return untilAborted(signal, reasons);
    });
    await jobs.start(fail, QUICK);
    const id = await database.asSystem('test', (tx) => jobs.enqueue(tx, job('long')));
    await expect.poll(async () => (await rowOf(database, id)).progress).toBe(40);
    await jobs.stop();
    expect(await rowOf(database, id)).toMatchObject({ state: 'waiting', retries: 0, message: 'Fetching.' });
    expect(reasons).toEqual(['stopping']);
  });

  it('leaves nothing running when it is stopped while it starts', async () => {
    const { jobs } = openProcess();
    const starting = jobs.start(fail, QUICK);
    await jobs.stop();
    await starting;
    expect(jobs.running).toBe(false);
  });

  it('works off two long jobs at a time, and short ones beside them', async () => {
    const { jobs, database } = openProcess();
    const releases: (() => void)[] = [];
    jobs.register('long', () => new Promise((resolve) => releases.push(() => resolve(''))));
    jobs.register('short', async () => 'Mail sent.');
    await jobs.start(fail, QUICK);
    const ids = await database.asSystem('test', async (tx) => {
      for (let n = 0; n < 3; n += 1) await jobs.enqueue(tx, job('long'));
      return { mail: await jobs.enqueue(tx, job('short', { queue: 'email' })) };
    });
    await reach(database, ids.mail, 'done');
    expect(releases).toHaveLength(2);
    releases.shift()?.();
    await expect.poll(() => releases.length).toBe(2);
    for (const release of releases) release();
    await jobs.settled();
  });

  it('does not begin a job twice when several processes look for work', async () => {
    const processes = [openProcess(), openProcess(), openProcess()];
    const done = new Map<number, number>();
    for (const { jobs } of processes) {
      jobs.register('count', async ({ id }) => {
        done.set(id, (done.get(id) ?? 0) + 1);
        return '';
      });
      await jobs.start(fail, { ...QUICK, silentSeconds: 30 });
    }
    const [first] = processes;
    await first?.database.asSystem('test', async (tx) => {
      for (let n = 0; n < 30; n += 1) await first.jobs.enqueue(tx, job('count'));
    });
    await first?.jobs.settled();
    expect([...done.values()]).toEqual(Array.from({ length: 30 }, () => 1));
  });

  it('refuses work in the name of a user who is gone', async () => {
    const { jobs, database } = openProcess();
    jobs.register('work', async () => 'done');
    await jobs.start(fail, QUICK);
    const id = await database.asSystem('test', (tx) => jobs.enqueue(tx, job('work', { userId: 999_999 })));
    expect(await reach(database, id, 'failed')).toMatchObject({
      message: 'The user who asked for this may not act any more.',
    });
  });

  it('starts what is scheduled again and again, never beside its own unfinished run', async () => {
    const { jobs, database } = openProcess();
    const releases: (() => void)[] = [];
    jobs.register('pull', () => new Promise((resolve) => releases.push(() => resolve(''))));
    await database.asSystem('test', (tx) => jobs.schedule(tx, { ...job('pull'), name: 'pull 1', everySeconds: 3600 }));
    const due = () =>
      database.asSystem('test', (tx) => tx.execute(`update schedules set next_run = now() where name = 'pull 1'`));
    await jobs.start(fail, QUICK);
    await due();
    await expect.poll(() => releases.length).toBe(1);
    await due();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(releases).toHaveLength(1);
    releases.shift()?.();
    await jobs.settled();
    await due();
    await expect.poll(() => releases.length).toBe(1);
    releases.shift()?.();
    await database.asSystem('test', (tx) => jobs.unschedule(tx, 'pull 1'));
  });
});

function untilAborted(signal: AbortSignal, reasons: unknown[]): Promise<string> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reasons.push(signal.reason);
      reject(new Error('aborted'));
    });
  });
}
