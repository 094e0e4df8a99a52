import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import {
  type ClusterFolder,
  clusterFolderIn,
  EMBEDDED_USER,
  ensureCluster,
  makePrivateFolder,
} from './cluster-folder.ts';
import type { DatabaseConnection } from './database-connection.ts';
import { acquireFileLock } from './file-lock.ts';
import { preparePostgresBinaries } from './platform-binaries.ts';
import { type PostgresSettings, prewarmSettings, productSettings } from './postgres-settings.ts';
import { readPostmaster, stopCluster } from './postmaster.ts';
import { choosePostgresAccount, type ProcessAccount } from './process-account.ts';
import { launchServer, superviseServer } from './server-process.ts';

/** A running PostgreSQL of our own. */
export type EmbeddedPostgres = Readonly<{
  connection: DatabaseConnection;
  /** Process id of the server; another one after a restart. */
  pid(): number;
  /** Settles, with a description, when the server is gone and could not be started again. */
  lost: Promise<string>;
  /** Stops the server with a last checkpoint, so that the next start needs no recovery. */
  stop(): Promise<void>;
}>;

/** How the program's own PostgreSQL is started. */
export type EmbeddedPostgresOptions = Readonly<{
  /** Magpie's data folder; everything of PostgreSQL lives in `postgres/` below it. */
  dataDir: string;
  /** Added to the product's settings, or replacing them. */
  settings?: PostgresSettings;
  /** Told when the server ended by itself and is started again. */
  onRestart?: (reason: string) => void;
}>;

const DATABASE = 'magpie';
const SOCKET_PORT = 5432;
const SOCKET_PREFIX = 'magpie-socket-';
/** The kernel allows 107 bytes (macOS 103) for the whole path, of which `/.s.PGSQL.5432` takes 14. */
const MAX_SOCKET_FOLDER_BYTES = 88;

/**
 * Starts PostgreSQL on a data folder, making the cluster when it is new.
 *
 * A server left over from a process that was killed is stopped first; PostgreSQL then
 * recovers what was committed. Throws when another live process uses the folder, when the
 * account cannot run PostgreSQL, or with the server's own last words when it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const account = choosePostgresAccount(dataDir);
  const folder = clusterFolderIn(dataDir);
  await makePrivateFolder(folder.root, account);
  const lock = acquireFileLock(folder.lockFile);
  if (lock === null) throw new Error(`another process uses the embedded PostgreSQL in ${folder.root}`);
  try {
    const binaries = await preparePostgresBinaries(folder.binaries, account);
    const password = await ensureCluster(folder, binaries, account);
    await clearLeftovers(folder, binaries.pgCtl);
    const address = await chooseAddress(folder, account);
    const settings = { ...productSettings(), ...prewarmSettings(binaries.postgres), ...options.settings };
    const server = await superviseServer({
      launch: () => launchServer(folder, binaries.postgres, account, [...address.args, ...asArguments(settings)]),
      clear: () => stopCluster(folder.cluster, binaries.pgCtl),
      onRestart: options.onRestart ?? (() => undefined),
    });
    const connection = { host: address.host, port: address.port, user: EMBEDDED_USER, password, database: DATABASE };
    await ensureDatabase(connection);
    let stopped: Promise<void> | null = null;
    const stop = async () => {
      await server.stop();
      await address.cleanUp();
      lock.release();
    };
    return { connection, pid: server.pid, lost: server.lost, stop: () => (stopped ??= stop()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A server whose starter was killed, and the socket folder it had been given if that has a random name. */
async function clearLeftovers(folder: ClusterFolder, pgCtl: string): Promise<void> {
  const socketFolder = readPostmaster(folder.cluster)?.socketFolder;
  await stopCluster(folder.cluster, pgCtl);
  if (socketFolder?.startsWith(join(tmpdir(), SOCKET_PREFIX))) await rm(socketFolder, { recursive: true, force: true });
}

type Address = { host: string; port: number; args: string[]; cleanUp(): Promise<void> };

/** A unix socket only our account can reach; Windows gets a free port on the loopback address. */
async function chooseAddress(folder: ClusterFolder, account: ProcessAccount | null): Promise<Address> {
  if (process.platform === 'win32') {
    const port = await findFreePort();
    const args = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`];
    return { host: '127.0.0.1', port, args, cleanUp: async () => undefined };
  }
  const isShort = Buffer.byteLength(folder.socketFolder) <= MAX_SOCKET_FOLDER_BYTES;
  const host = isShort ? folder.socketFolder : await mkdtemp(join(tmpdir(), SOCKET_PREFIX));
  await makePrivateFolder(host, account);
  const args = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${host}`, '-c', `port=${SOCKET_PORT}`];
  return { host, port: SOCKET_PORT, args, cleanUp: () => rm(host, { recursive: true, force: true }) };
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on the loopback address');
  return address.port;
}

function asArguments(settings: PostgresSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function ensureDatabase(connection: DatabaseConnection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
