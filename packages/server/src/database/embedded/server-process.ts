import type { SpawnOptions } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import type { ClusterFolder } from './cluster-folder.ts';
import { spawnPostgresProgram } from './postgres-command.ts';
import { readPostmaster, waitUntil } from './postmaster.ts';
import type { ProcessAccount } from './process-account.ts';

/** One run of the server process. */
export type ServerProcess = Readonly<{ pid: number; exited: Promise<string> }>;

/** The server as long as Magpie runs, over restarts. */
export type SupervisedServer = Readonly<{ pid(): number; lost: Promise<string>; stop(): Promise<void> }>;

const MAX_LOG_BYTES = 10_000_000;
/** Recovery after a crash replays up to `max_wal_size` of log. */
const START_LIMIT_MS = 300_000;
const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 600_000;

/**
 * Starts the server process and waits until it accepts connections.
 *
 * Throws with the end of the server's log when it does not come up.
 */
export async function launchServer(
  folder: ClusterFolder,
  postgres: string,
  account: ProcessAccount | null,
  args: readonly string[],
): Promise<ServerProcess> {
  const log = openLog(folder.logFile);
  // A session of its own keeps the terminal's Ctrl-C away: Magpie stops the server when it has finished.
  const options: SpawnOptions = { stdio: ['ignore', log.fd, log.fd], detached: true };
  const where = { folder: folder.root, account };
  const child = spawnPostgresProgram(postgres, ['-D', folder.cluster, ...args], where, options);
  closeSync(log.fd);
  let failure: string | null = null;
  const exited = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(`PostgreSQL ended (${signal ?? `exit code ${code}`})`));
  });
  void exited.then((text) => {
    failure = text;
  });
  const isSettled = () => {
    const postmaster = readPostmaster(folder.cluster);
    return failure !== null || (postmaster?.isReady === true && postmaster.pid === child.pid);
  };
  const inTime = await waitUntil(isSettled, START_LIMIT_MS);
  if (failure !== null || !inTime || child.pid === undefined) {
    child.kill('SIGQUIT');
    const reason = failure ?? 'PostgreSQL did not become ready';
    throw new Error(`${reason}; its last words:\n${tailOf(folder.logFile, log.size)}`);
  }
  return { pid: child.pid, exited };
}

/**
 * Keeps the server running: started again when it ends by itself (the kernel's out-of-memory killer does that),
 * but given up after {@link MAX_RESTARTS} within ten minutes.
 */
export async function superviseServer(actions: {
  launch: () => Promise<ServerProcess>;
  clear: () => Promise<void>;
  onRestart: (reason: string) => void;
}): Promise<SupervisedServer> {
  let server = await actions.launch();
  let isStopping = false;
  const restarts: number[] = [];

  async function supervise(): Promise<string> {
    for (;;) {
      const reason = await server.exited;
      if (isStopping) return reason;
      const now = Date.now();
      restarts.push(now);
      if (restarts.filter((at) => now - at < RESTART_WINDOW_MS).length > MAX_RESTARTS) return reason;
      actions.onRestart(reason);
      try {
        await actions.clear();
        server = await actions.launch();
        // The stop may have come too early to find this process.
        if (isStopping) await actions.clear();
      } catch (error) {
        return `${reason}, and did not start again: ${error instanceof Error ? error.message : error}`;
      }
    }
  }

  const ended = supervise();
  return {
    pid: () => server.pid,
    lost: new Promise((settle) => {
      void ended.then((reason) => {
        if (!isStopping) settle(reason);
      });
    }),
    async stop() {
      isStopping = true;
      await actions.clear();
      await ended;
    },
  };
}

function openLog(path: string): { fd: number; size: number } {
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size <= MAX_LOG_BYTES) return { fd: openSync(path, 'a', 0o600), size };
  renameSync(path, `${path}.old`);
  return { fd: openSync(path, 'a', 0o600), size: 0 };
}

function tailOf(path: string, from: number): string {
  return readFileSync(path).subarray(from).toString().trim().split('\n').slice(-20).join('\n');
}
