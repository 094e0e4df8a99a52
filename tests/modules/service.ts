import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';

/** A running misp-modules. */
export interface ModuleService {
  readonly port: number;
  stop(): Promise<void>;
  /** Starts it again where it was, after a stop. */
  restart(): Promise<void>;
}

const START_MS = 40_000;
const LAST_WORDS = 4000;

/** Starts misp-modules on a free port of this machine and waits until it answers. Throws with its last words. */
export async function startModuleService(python: string): Promise<ModuleService> {
  const port = await freePort();
  let child = await launch(python, port);
  return {
    port,
    stop: () => stop(child),
    restart: async () => {
      await stop(child);
      child = await launch(python, port);
    },
  };
}

async function launch(python: string, port: number): Promise<ChildProcess> {
  const program = join(dirname(python), process.platform === 'win32' ? 'misp-modules.exe' : 'misp-modules');
  const args = ['-l', '127.0.0.1', '-p', String(port)];
  const child = existsSync(program)
    ? spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(python, ['-m', 'misp_modules', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-LAST_WORDS);
    });
  }
  const until = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop(child);
      throw new Error(`misp-modules did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return child;
}

/** Takes connections and never answers: where a module waits in vain. */
export async function startSilence(): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.add(socket);
  });
  await listen(server);
  return {
    port: portOf(server),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthcheck`, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill();
  const insist = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(insist);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await listen(probe);
  const port = portOf(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
