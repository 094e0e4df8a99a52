import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@magpie/server/database/embedded/index.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
/** Where the launched program keeps compiled code, too; it halves the time that a command takes to begin. */
const compileCache = fileURLToPath(new URL('../../../../node_modules/.cache/magpie-compiled', import.meta.url));
const READY = /Magpie is ready at (\S+)/;

/** API key of the site administrator that the first start makes. */
export const KEY = 'k'.repeat(40);

/** One run of the program as a process of its own. */
export interface Run {
  child: ChildProcess;
  output(): string;
  /** Resolves with the URL; rejects with the output when the program ends before it is ready. */
  ready(): Promise<string>;
  /** Resolves with the exit code. */
  ended(): Promise<number | null>;
}

/** A data folder of a test file, and the programs that run on it. */
export interface ProgramFixture {
  dataDir: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Run;
  /** Kills what still runs. */
  killAll(): Promise<void>;
  /** Kills what still runs, a server left behind too, and removes the folder. */
  remove(options?: { hasPostgres: boolean }): Promise<void>;
}

/** Makes the folder. */
export async function makeProgramFixture(): Promise<ProgramFixture> {
  const dataDir = await mkdtemp(join(tmpdir(), 'magpie-cli-'));
  let runs: Run[] = [];
  const killAll = async () => {
    for (const { child, ended } of runs) {
      child.kill('SIGKILL');
      await ended();
    }
    runs = [];
  };
  return {
    dataDir,
    run(args, env = {}) {
      const settings = { MAGPIE_DATA_DIR: dataDir, MAGPIE_PORT: '0', MAGPIE_ADMIN_KEY: KEY };
      const started = runProgram(args, {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: compileCache,
        ...settings,
        ...env,
      });
      runs.push(started);
      return started;
    },
    killAll,
    async remove(options = { hasPostgres: true }) {
      await killAll();
      // Starting once more stops a server that a killed process left behind.
      if (options.hasPostgres) await (await startEmbeddedPostgres({ dataDir })).stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

function runProgram(args: readonly string[], env: NodeJS.ProcessEnv): Run {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let text = '';
  const ready = Promise.withResolvers<string>();
  // Not every run is one that becomes ready.
  ready.promise.catch(() => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = READY.exec(text)?.[1];
      if (url) ready.resolve(url);
    });
  }
  void closed.then(() => ready.reject(new Error(text)));
  return {
    child,
    output: () => text,
    ready: () => ready.promise,
    ended: async () => {
      await closed;
      return child.exitCode;
    },
  };
}
