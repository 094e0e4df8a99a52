import { once } from 'node:events';
import { createServer } from 'node:net';
import { buildApp } from './app.ts';
import { type Config, urlOf } from './config/config.ts';
import { lockDataFolder } from './config/data-folder-lock.ts';
import { openDatabase } from './database/database.ts';
import { openDatabaseServer } from './database/database-server.ts';
import { migrate } from './database/migrate.ts';
import { prepareFirstStart } from './features/administration/first-start/first-start.ts';

/** A running Magpie. */
export type RunningMagpie = Readonly<{
  /** Where it listens; clients from elsewhere use the configured base URL. */
  url: string;
  /** Address of the site administrator, on the very first start only. */
  adminEmail?: string;
  /** Only on the very first start, and only when the password was made at random. */
  adminPassword?: string;
  /** Settles, with a description, when the embedded PostgreSQL is gone for good and Magpie has to stop. */
  lost: Promise<string>;
  /** Answers what has been asked, then stops everything; may be called more than once. */
  stop(): Promise<void>;
}>;

/** Long enough for a process that was told to stop a moment ago to leave the data folder. */
const LOCK_WAIT_MS = 3_000;

/**
 * Starts everything: takes the data folder, starts or reaches PostgreSQL, migrates, makes the first
 * organisation and administrator on an empty database, and listens.
 *
 * What was started is stopped again when a later step throws. `log` gets short lines for people.
 */
export async function startMagpie(
  config: Config,
  log: (text: string) => void = () => undefined,
): Promise<RunningMagpie> {
  const started = new AsyncDisposableStack();
  try {
    const lock = await lockDataFolder(config.dataDir, LOCK_WAIT_MS);
    started.defer(() => lock.release());
    const address = await chooseAddress(config);
    const server = await openDatabaseServer(config, log);
    started.defer(() => server.stop());
    await lock.publish({ url: null, database: server.connection });
    const database = openDatabase(server.connection);
    started.defer(() => database.close());
    for (const name of await migrate(database)) log(`database: applied ${name}`);
    const { magpie, http } = await buildApp({ ...config, ...address }, database);
    started.defer(() => http.close());
    const first = await prepareFirstStart(magpie, config.firstAdmin);
    await explainRefusal(config, () => http.listen({ host: config.host, port: address.port }));
    const url = urlOf(config.host, address.port);
    await lock.publish({ url, database: server.connection });
    return { url, ...adminOf(first), lost: server.lost, stop: () => started.disposeAsync() };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

function adminOf(first: {
  adminEmail?: string;
  adminPassword?: string;
}): Pick<RunningMagpie, 'adminEmail' | 'adminPassword'> {
  return {
    ...(first.adminEmail === undefined ? {} : { adminEmail: first.adminEmail }),
    ...(first.adminPassword === undefined ? {} : { adminPassword: first.adminPassword }),
  };
}

/**
 * The port to listen on and the base URL that belongs to it; port 0 asks for any free one.
 *
 * Tried out before anything is made: a first start that failed later would have shown its password to nobody.
 */
async function chooseAddress(config: Config): Promise<{ port: number; baseUrl: string }> {
  const probe = createServer();
  await explainRefusal(config, async () => once(probe.listen(config.port, config.host), 'listening'));
  const address = probe.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  probe.close();
  await once(probe, 'close');
  return { port, baseUrl: config.baseUrl === urlOf(config.host, 0) ? urlOf(config.host, port) : config.baseUrl };
}

async function explainRefusal(config: Config, bind: () => Promise<unknown>): Promise<void> {
  try {
    await bind();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    const where = `port ${config.port} of ${config.host}`;
    if (code === 'EADDRINUSE') {
      throw new Error(`${where} is in use by another program: set MAGPIE_PORT to a free one`, { cause });
    }
    throw new Error(`cannot listen on ${where} (${code}): check MAGPIE_HOST and MAGPIE_PORT`, { cause });
  }
}
