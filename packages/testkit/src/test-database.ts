import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { testCluster } from './cluster.ts';
import { migrate, openDatabase, readMigrations } from './server-parts.ts';

/** A migrated database of its own. `drop` closes every connection to it and removes it. */
export interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

const templateLock = 7_246_875;

/**
 * Makes a database, cloned from a migrated template. The template is made once per state of the migrations; a lock
 * keeps test files that start together from making it twice.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = await testCluster();
  const name = `magpie_test_${randomBytes(6).toString('hex')}`;
  await withConnection(cluster, async (client) => {
    const template = await ensureTemplate(client, cluster);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: databaseUrl(cluster, name),
    drop: () =>
      withConnection(cluster, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

async function ensureTemplate(client: pg.Client, cluster: string): Promise<string> {
  const template = `magpie_template_${await migrationsHash()}`;
  await client.query('select pg_advisory_lock($1)', [templateLock]);
  try {
    const known = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (known.rowCount === 0) await makeTemplate(client, cluster, template);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [templateLock]);
  }
  return template;
}

/** Made under another name first: a template that is there is complete. */
async function makeTemplate(client: pg.Client, cluster: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`drop database if exists ${draft} with (force)`);
  await client.query(`create database ${draft} template template0`);
  const database = openDatabase(databaseUrl(cluster, draft), { maxConnections: 2 });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
    [draft],
  );
  await client.query(`alter database ${draft} rename to ${template}`);
}

async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const migration of await readMigrations()) hash.update(`${migration.name} ${migration.checksum}\n`);
  return hash.digest('hex').slice(0, 16);
}

async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'magpie test databases' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Only the path changes: a socket folder may stand in the host or in the query. */
function databaseUrl(cluster: string, name: string): string {
  const [before = '', query] = cluster.split('?');
  const renamed = `${before.replace(/\/[^/]*$/, '')}/${name}`;
  return query === undefined ? renamed : `${renamed}?${query}`;
}
