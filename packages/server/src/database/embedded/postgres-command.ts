import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { canEnter, type ProcessAccount } from './process-account.ts';

/** Linux capability numbers (linux/capability.h) that let a process enter folders closed to its user. */
const CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
] as const;

/**
 * Starts a PostgreSQL program as `account` (null: as ourselves) in `folder`.
 *
 * A folder below one that only root may enter (root's home, a `mktemp -d`) is closed
 * to the account even where the folder itself belongs to it. On Linux the program then
 * keeps the one capability to pass such folders; elsewhere this throws.
 */
export function spawnPostgresProgram(
  program: string,
  args: readonly string[],
  where: { folder: string; account: ProcessAccount | null },
  options: Pick<SpawnOptions, 'stdio' | 'detached'>,
): ChildProcess {
  const { folder, account } = where;
  const common: SpawnOptions = { ...options, cwd: folder, env: programEnvironment(), windowsHide: true };
  if (account === null) return spawn(program, args, common);
  if (canEnter(folder, account)) return spawn(program, args, { ...common, uid: account.uid, gid: account.gid });
  const capability = `+${passingCapability(folder, account)}`;
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const capabilities = [`--inh-caps=${capability}`, `--ambient-caps=${capability}`];
  return spawn('setpriv', [...identity, ...capabilities, '--', program, ...args], common);
}

function passingCapability(folder: string, account: ProcessAccount): string {
  if (process.platform === 'linux') {
    const held = /^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const found = CAPABILITIES.find(({ bit }) => ((BigInt(`0x${held}`) >> bit) & 1n) === 1n);
    if (found) return found.name;
  }
  throw new Error(
    `the embedded PostgreSQL runs as ${account.name}, which may not enter ${folder}: ` +
      'set MAGPIE_DATA_DIR to a folder below one that everybody may enter, such as /var/lib/magpie',
  );
}

/** Nothing of ours is handed on: secrets stay out of /proc/PID/environ and PG* variables have no effect. */
function programEnvironment(): NodeJS.ProcessEnv {
  const keep = ['PATH', 'SystemRoot', 'TEMP', 'TMP'];
  const kept = keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
