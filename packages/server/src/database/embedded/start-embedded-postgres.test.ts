import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectionUrl } from './database-connection.ts';
import { isClusterProcess, waitUntil } from './postmaster.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';

const holder = fileURLToPath(new URL('./testing/hold-cluster.ts', import.meta.url));

/** Making a cluster takes the most time, so the tests share one; each leaves it fit for the next. */
let dataDir: string;
let running: EmbeddedPostgres[];
let children: ChildProcess[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'magpie-recovery-'));
});

afterAll(async () => {
  // Started once more, so that nothing a killed process left behind goes on running.
  await (await startEmbeddedPostgres({ dataDir })).stop();
  await rm(dataDir, { recursive: true });
});

beforeEach(() => {
  running = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) await kill(child);
  for (const postgres of running) await postgres.stop();
});

async function start(onRestart: (reason: string) => void = () => undefined): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, onRestart });
  running.push(postgres);
  return postgres;
}

async function startInOtherProcess(): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const child = spawn(process.execPath, [holder, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { child, ...JSON.parse(line) };
  throw new Error('the other process ended without a word');
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

async function keep(url: string): Promise<void> {
  await query(url, 'drop table if exists kept');
  await query(url, 'create table kept as select 42 as answer');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the embedded PostgreSQL', () => {
  it('keeps what was committed over a stop and a start', async () => {
    const first = await start();
    await keep(connectionUrl(first.connection));
    await first.stop();
    const second = await start();
    expect(await query(connectionUrl(second.connection), 'select answer from kept')).toEqual([42]);
  });

  it('recovers after a kill of the process that started it, whose server is replaced', async () => {
    const other = await startInOtherProcess();
    await keep(other.url);
    await kill(other.child);
    const postgres = await start();
    expect(postgres.pid()).not.toBe(other.pid);
    expect(isClusterProcess(other.pid, join(dataDir, 'postgres', 'cluster'))).toBe(false);
    expect(await query(connectionUrl(postgres.connection), 'select answer from kept')).toEqual([42]);
  });

  it('recovers after a kill of both processes', async () => {
    const other = await startInOtherProcess();
    await keep(other.url);
    await kill(other.child);
    process.kill(other.pid, 'SIGKILL');
    const postgres = await start();
    expect(await query(connectionUrl(postgres.connection), 'select answer from kept')).toEqual([42]);
  });

  it('comes back by itself, under the same address, when its server is killed', async () => {
    const reasons: string[] = [];
    const postgres = await start((reason) => reasons.push(reason));
    const url = connectionUrl(postgres.connection);
    await keep(url);
    const before = postgres.pid();
    process.kill(before, 'SIGKILL');
    expect(await waitUntil(() => postgres.pid() !== before, 15_000)).toBe(true);
    expect(await query(url, 'select answer from kept')).toEqual([42]);
    expect(reasons).toEqual(['PostgreSQL ended (SIGKILL)']);
  });

  it('refuses a folder that another process uses, and leaves that one alone', async () => {
    const other = await startInOtherProcess();
    await expect(start()).rejects.toThrow(/another process uses the embedded PostgreSQL/);
    expect(await query(other.url, 'select 1')).toEqual([1]);
    other.child.kill('SIGTERM');
    await once(other.child, 'exit');
  });

  it('starts although a stale file names the process id of another program', async () => {
    await (await start()).stop();
    const stale = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    await writeFile(stale, `${process.pid}\n${dataDir}\n0\n5432\n/nowhere\n\n0 0\nready\n`);
    const postgres = await start();
    expect(await query(connectionUrl(postgres.connection), 'select 1')).toEqual([1]);
  });

  it('starts although making the cluster was broken off before, and in a folder whose name is too long for a socket', async () => {
    const long = join(dataDir, 'a-very-long-name'.repeat(10));
    const unfinished = join(long, 'postgres', 'cluster.unfinished');
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, 'PG_VERSION'), '18\n');
    const postgres = await startEmbeddedPostgres({ dataDir: long });
    running.push(postgres);
    expect(Buffer.byteLength(postgres.connection.host)).toBeLessThan(90);
    expect(await query(connectionUrl(postgres.connection), 'select 1')).toEqual([1]);
  });

  it('lets nobody in without the password', async () => {
    const { password: _password, ...connection } = (await start()).connection;
    await expect(query(connectionUrl({ ...connection, password: 'guess' }), 'select 1')).rejects.toThrow(/password/);
  });

  it('says what PostgreSQL said when it does not start', async () => {
    const settings = { shared_buffers: 'plenty' };
    await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toThrow(/shared_buffers/);
  });

  it('refuses the folder of another major version', async () => {
    await (await start()).stop();
    const file = join(dataDir, 'postgres', 'cluster', 'PG_VERSION');
    const version = await readFile(file, 'utf8');
    await writeFile(file, '12\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 12/);
    await writeFile(file, version);
  });
});
