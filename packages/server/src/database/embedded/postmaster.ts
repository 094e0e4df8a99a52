import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSystemError } from '../../errors.ts';

/** What a running server writes about itself into `postmaster.pid`. */
export type Postmaster = Readonly<{ pid: number; socketFolder: string; isReady: boolean }>;

const POLL_MS = 20;
const FAST_STOP_MS = 60_000;
const IMMEDIATE_STOP_MS = 10_000;

/**
 * Reads `postmaster.pid` of a cluster; null when there is none. Lines: pid, folder, start, port, socket, address, key,
 * status.
 */
export function readPostmaster(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, socketFolder: lines[4]?.trim() ?? '', isReady: lines[7]?.trim() === 'ready' };
}

/**
 * Whether process `pid` is a PostgreSQL process of this cluster.
 *
 * Process ids are reused, above all in containers, so the number alone proves nothing;
 * every process of a cluster has the cluster as its working folder.
 */
export function isClusterProcess(pid: number, cluster: string): boolean {
  if (process.platform === 'linux') return workingFolder(pid) === realpathSync(cluster);
  try {
    process.kill(pid, 0);
    if (process.platform === 'win32') return true;
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).includes(cluster);
  } catch {
    // No such process, or one of another user, which cannot be the server of our folder.
    return false;
  }
}

/**
 * Stops whatever still runs on the cluster and clears what a killed server left behind.
 *
 * Asks politely first (a checkpoint is written), then harder; PostgreSQL recovers from either at its next start.
 */
export async function stopCluster(cluster: string, pgCtl: string): Promise<void> {
  const postmaster = readPostmaster(cluster);
  if (postmaster && isClusterProcess(postmaster.pid, cluster)) await stopPostmaster(postmaster.pid, cluster, pgCtl);
  await endLeftoverProcesses(cluster);
  // A file naming a reused process id would keep the next server from starting.
  await rm(join(cluster, 'postmaster.pid'), { force: true });
  if (postmaster?.socketFolder) await removeSockets(postmaster.socketFolder);
}

async function stopPostmaster(pid: number, cluster: string, pgCtl: string): Promise<void> {
  // Windows has no signals: pg_ctl speaks to the server through a pipe instead.
  if (process.platform === 'win32') {
    execFileSync(pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  const ended = () => !isClusterProcess(pid, cluster);
  signal(pid, 'SIGINT');
  if (await waitUntil(ended, FAST_STOP_MS)) return;
  signal(pid, 'SIGQUIT');
  if (await waitUntil(ended, IMMEDIATE_STOP_MS)) return;
  signal(pid, 'SIGKILL');
  if (!(await waitUntil(ended, IMMEDIATE_STOP_MS))) throw new Error(`the PostgreSQL process ${pid} does not end`);
}

/** Back ends notice the death of their postmaster within moments; one deep in a query may take longer and is ended. */
async function endLeftoverProcesses(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const none = () => clusterProcesses(cluster).length === 0;
  if (await waitUntil(none, 3_000)) return;
  for (const pid of clusterProcesses(cluster)) signal(pid, 'SIGKILL');
  if (!(await waitUntil(none, IMMEDIATE_STOP_MS))) throw new Error(`PostgreSQL processes still use ${cluster}`);
}

function clusterProcesses(cluster: string): number[] {
  const folder = realpathSync(cluster);
  return (
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      // A person's shell may stand in the folder too; only PostgreSQL's own processes count.
      .filter((pid) => workingFolder(pid) === folder && programName(pid) === 'postgres')
  );
}

function workingFolder(pid: number): string | null {
  return readProc(() => readlinkSync(`/proc/${pid}/cwd`));
}

function programName(pid: number): string | null {
  return readProc(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
}

/** Processes end while they are looked at, and those of others are closed to us: neither is ours. */
function readProc(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

async function removeSockets(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith('.s.PGSQL.'))) await rm(join(folder, name));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Polls `condition`; false when it has not come true within `limitMs`. */
export async function waitUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
