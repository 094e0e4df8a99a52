import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRunningInstance } from '../../packages/server/src/config/data-folder-lock.ts';
import type { Connection } from '../../packages/server/src/database/database.ts';

/** A Magpie of its own process, as a user would run it, with a fresh data folder. */
export interface BenchInstance {
  url: string;
  key: string;
  dataDir: string;
  /** The database behind it, for baselines and seeds. */
  connection: Connection;
  /** Resident memory of the server process in bytes: now, and the highest since the start. */
  memory(): Promise<{ now: number; peak: number }>;
  /** Process ids: of Node and of PostgreSQL's postmaster. */
  pid: number;
  stop(): Promise<void>;
}

const KEY = 'benchbenchbenchbenchbenchbenchbenchbench';
const program = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** Starts an instance with durable settings (fsync on) and waits until it is ready. */
export async function startInstance(dataDir?: string): Promise<BenchInstance> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'magpie-bench-')));
  const port = await freePort();
  const child = spawn(process.execPath, [program, 'start'], {
    env: {
      ...process.env,
      MAGPIE_DATA_DIR: folder,
      MAGPIE_PORT: String(port),
      MAGPIE_ADMIN_EMAIL: 'bench@bench.test',
      MAGPIE_ADMIN_PASSWORD: 'Bench-password-1',
      MAGPIE_ADMIN_KEY: KEY,
      MAGPIE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, url);
  const pid = child.pid ?? 0;
  return {
    url,
    key: KEY,
    dataDir: folder,
    connection: await readConnection(folder),
    pid,
    memory: () => readMemory(pid),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  child.stdout?.resume();
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Magpie ended with code ${child.exitCode}`);
    const ready = await fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function readConnection(dataDir: string): Promise<Connection> {
  const instance = await readRunningInstance(dataDir);
  if (!instance?.database) throw new Error(`${dataDir} names no database`);
  return instance.database;
}

async function readMemory(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  return { now: kilobytes('VmRSS'), peak: kilobytes('VmHWM') };
}
