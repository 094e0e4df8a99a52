import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './platform-binaries.ts';
import { spawnPostgresProgram } from './postgres-command.ts';
import type { ProcessAccount } from './process-account.ts';

/** Where the parts of one embedded PostgreSQL lie. */
export type ClusterFolder = Readonly<{
  root: string;
  cluster: string;
  passwordFile: string;
  logFile: string;
  socketFolder: string;
  binaries: string;
  lockFile: string;
}>;

/** The superuser of every embedded cluster. */
export const EMBEDDED_USER = 'magpie';

/** Names the parts of the embedded PostgreSQL below Magpie's data folder. */
export function clusterFolderIn(dataDir: string): ClusterFolder {
  const root = join(dataDir, 'postgres');
  return {
    root,
    cluster: join(root, 'cluster'),
    passwordFile: join(root, 'password'),
    logFile: join(root, 'server.log'),
    socketFolder: join(root, 'run'),
    binaries: join(root, 'binaries'),
    lockFile: join(root, 'lock'),
  };
}

/** Makes a folder, or corrects one, so that `account` owns it and nobody else but root may enter. */
export async function makePrivateFolder(path: string, account: ProcessAccount | null): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  if (account) await chown(path, account.uid, account.gid);
}

/**
 * Makes the cluster when there is none and returns the superuser's password.
 *
 * Works under another name until complete: a first start that was broken off leaves
 * nothing that looks like a cluster. Text sorts by code point, with Unicode case rules,
 * independent of the operating system's locales.
 */
export async function ensureCluster(
  folder: ClusterFolder,
  binaries: PostgresBinaries,
  account: ProcessAccount | null,
): Promise<string> {
  if (existsSync(folder.cluster)) {
    await requireSameMajor(folder.cluster, binaries);
    return (await readFile(folder.passwordFile, 'utf8')).trim();
  }
  const unfinished = `${folder.cluster}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await makePrivateFolder(unfinished, account);
  const password = randomBytes(24).toString('base64url');
  await writeFile(folder.passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) await chown(folder.passwordFile, account.uid, account.gid);
  await runInitdb(folder, unfinished, binaries, account);
  await rename(unfinished, folder.cluster);
  return password;
}

async function runInitdb(
  folder: ClusterFolder,
  cluster: string,
  binaries: PostgresBinaries,
  account: ProcessAccount | null,
): Promise<void> {
  const args = [
    `--pgdata=${cluster}`,
    `--username=${EMBEDDED_USER}`,
    `--pwfile=${folder.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--text-search-config=simple',
    '--no-instructions',
  ];
  const child = spawnPostgresProgram(
    binaries.initdb,
    args,
    { folder: folder.root, account },
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`PostgreSQL could not make its database folder:\n${Buffer.concat(output).toString().trim()}`);
}

async function requireSameMajor(cluster: string, binaries: PostgresBinaries): Promise<void> {
  const stored = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  const ours = binaries.version.split('.')[0];
  if (stored !== ours) {
    throw new Error(`${cluster} was written by PostgreSQL ${stored}, but PostgreSQL ${ours} is installed`);
  }
}
