import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConnection } from '../database/embedded/database-connection.ts';
import { acquireFileLock, type FileLock } from '../database/embedded/file-lock.ts';
import { isSystemError } from '../errors.ts';

/** What the process that holds a data folder tells others about itself. */
export type RunningInstance = Readonly<{
  pid: number;
  /** Null until it answers requests, and for programs that answer none. */
  url: string | null;
  /** How to reach its database: a URL, or a connection. */
  database: string | DatabaseConnection | null;
}>;

/** The right to use a data folder; the operating system takes it back when the process dies. */
export type DataFolderLock = Readonly<{
  /** Tells other processes more about us. */
  publish(instance: Omit<RunningInstance, 'pid'>): Promise<void>;
  release(): Promise<void>;
}>;

/** Another process uses the data folder. */
export class DataFolderInUse extends Error {
  readonly code = 'data-folder-in-use';
  readonly holder: RunningInstance | null;

  constructor(dataDir: string, holder: RunningInstance | null) {
    const where = holder?.url ? ` at ${holder.url}` : '';
    const who = holder ? ` (process ${holder.pid}${where})` : '';
    super(`Magpie already runs on the data folder ${dataDir}${who}`);
    this.name = 'DataFolderInUse';
    this.holder = holder;
  }
}

const RETRY_MS = 100;

/**
 * Takes a data folder for this process, making it when missing.
 *
 * Waits up to `waitMs` for one that is just being left. Throws {@link DataFolderInUse}.
 */
export async function lockDataFolder(dataDir: string, waitMs = 0): Promise<DataFolderLock> {
  // PostgreSQL, which root's instance runs under another account, has to pass through.
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const lock = await waitForLock(join(dataDir, 'magpie.lock'), waitMs);
  if (lock === null) throw new DataFolderInUse(dataDir, await readRunningInstance(dataDir));
  await writeInstance(dataDir, { pid: process.pid, url: null, database: null });
  return {
    publish: (instance) => writeInstance(dataDir, { pid: process.pid, ...instance }),
    async release() {
      await rm(instanceFile(dataDir), { force: true });
      lock.release();
    },
  };
}

/** What the holder of a data folder said last; left behind by one that was killed, so only true while the lock is held. */
export async function readRunningInstance(dataDir: string): Promise<RunningInstance | null> {
  try {
    return JSON.parse(await readFile(instanceFile(dataDir), 'utf8'));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

async function waitForLock(path: string, waitMs: number): Promise<FileLock | null> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = acquireFileLock(path);
    if (lock !== null || Date.now() >= deadline) return lock;
    await sleep(RETRY_MS);
  }
}

/** Written aside and renamed, so that nobody reads half of it. It names the database's password: ours alone to read. */
async function writeInstance(dataDir: string, instance: RunningInstance): Promise<void> {
  const path = instanceFile(dataDir);
  await writeFile(`${path}.new`, JSON.stringify(instance), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function instanceFile(dataDir: string): string {
  return join(dataDir, 'running.json');
}
