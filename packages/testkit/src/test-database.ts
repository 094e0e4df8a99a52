import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { testCluster } from './cluster.ts';
import { migrate, openDatabase, readMigrations } from './server-parts.ts';

/** A migrated database of its own. `drop` closes every connection to it and removes it. */
export interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** What databases are cloned from. Templates of one kind with another hash are out of date and are dropped. */
export interface Template {
  /** Letters only. */
  readonly kind: string;
  /** Changes whenever what `fill` makes would change. */
  readonly hash: string;
  readonly fill: (url: string) => Promise<void>;
}

const templateLock = 7_246_875;

/**
 * Makes a database, cloned from a template: the migrated one unless another is given. The template is made once; a
 * lock keeps test files that start together from making it twice.
 */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const cluster = await testCluster();
  const recipe = template ?? (await migratedTemplate());
  const name = `magpie_test_${randomBytes(6).toString('hex')}`;
  await withConnection(cluster, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    const source = await ensureTemplate(client, cluster, recipe);
    // Copying files is many times faster than logging every block; nothing here needs to survive a crash.
    await client.query(`create database ${name} template ${source} strategy file_copy`);
  });
  return {
    url: databaseUrl(cluster, name),
    drop: () =>
      withConnection(cluster, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

/** The template that has the schema and nothing else. */
export async function migratedTemplate(): Promise<Template> {
  const hash = createHash('sha256');
  for (const migration of await readMigrations()) hash.update(`${migration.name} ${migration.checksum}\n`);
  return { kind: 'migrated', hash: hash.digest('hex').slice(0, 16), fill: migrateDatabase };
}

async function migrateDatabase(url: string): Promise<void> {
  const database = openDatabase(url, { maxConnections: 2 });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

/** The caller holds the lock. Made under another name first: a template that is there is complete. */
async function ensureTemplate(client: pg.Client, cluster: string, template: Template): Promise<string> {
  const prefix = `magpie_template_${template.kind}_`;
  const name = prefix + template.hash;
  const known = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [prefix],
  );
  if (known.rows.some(({ datname }) => datname === name)) return name;
  for (const { datname } of known.rows) await client.query(`drop database ${datname} with (force)`);
  const draft = `${name}_draft`;
  await client.query(`create database ${draft} template template0`);
  await template.fill(databaseUrl(cluster, draft));
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
    [draft],
  );
  await client.query(`alter database ${draft} rename to ${name}`);
  return name;
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
