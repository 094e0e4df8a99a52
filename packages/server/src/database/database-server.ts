import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config/config.ts';
import type { DatabaseConnection } from './embedded/database-connection.ts';
import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';

/** The PostgreSQL that Magpie stores in, wherever it runs. */
export type DatabaseServer = Readonly<{
  connection: string | DatabaseConnection;
  /** Settles, with a description, when our own PostgreSQL is gone for good. Never for one that is not ours. */
  lost: Promise<string>;
  stop(): Promise<void>;
}>;

const OLDEST_VERSION = 15;
const CONNECT_LIMIT_MS = 30_000;
const RETRY_MS = 500;

/** Starts the embedded PostgreSQL, or reaches the configured one. Throws when that is missing or older than 15. */
export async function openDatabaseServer(config: Config, log: (text: string) => void): Promise<DatabaseServer> {
  if (config.databaseUrl === null) {
    const onRestart = (reason: string) => log(`${reason}; starting it again`);
    return startEmbeddedPostgres({ dataDir: config.dataDir, onRestart });
  }
  await requireVersion(config.databaseUrl);
  return { connection: config.databaseUrl, lost: new Promise(() => undefined), stop: async () => undefined };
}

async function requireVersion(url: string): Promise<void> {
  const client = await connectPatiently(url);
  try {
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
    const version = rows[0]?.version ?? '';
    if (Number.parseInt(version, 10) < OLDEST_VERSION) {
      throw new Error(`MAGPIE_DATABASE_URL: PostgreSQL ${OLDEST_VERSION} or later is needed, this is ${version}`);
    }
  } finally {
    await client.end();
  }
}

/** A database started at the same moment as we are may need a while; every other refusal is final. */
async function connectPatiently(url: string): Promise<pg.Client> {
  const deadline = Date.now() + CONNECT_LIMIT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_LIMIT_MS });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end();
      if (!isStartingUp(error) || Date.now() > deadline) {
        const reason = error instanceof Error ? error.message || error.name : String(error);
        throw new Error(`MAGPIE_DATABASE_URL: the database cannot be reached: ${reason}`, { cause: error });
      }
      await sleep(RETRY_MS);
    }
  }
}

/** 57P03: the server is starting. */
function isStartingUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ECONNREFUSED' || code === '57P03';
}
