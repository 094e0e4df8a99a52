import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database } from './database.ts';

const folder = new URL('./migrations/', import.meta.url);

/** A numbered SQL file, forward only. */
export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** The migrations in order. Throws when a file name does not begin with four digits. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      if (!/^\d{4}-[a-z0-9-]+\.sql$/.test(name)) throw new Error(`migration ${name} is not named NNNN-words.sql`);
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Brings the schema up to date and returns the names of what was applied.
 *
 * Each migration is one transaction with its ledger row; a lock keeps two starting processes apart, so a kill
 * half-way leaves either all or nothing of a migration. Throws when an applied migration was edited afterwards,
 * or when the database is newer than this program.
 */
export async function migrate(database: Database): Promise<string[]> {
  const migrations = await readMigrations();
  await database.asSystem('migration ledger', async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(7246874)');
    await tx.execute(
      `create table if not exists schema_migrations (name text primary key, checksum text not null,
       applied_at timestamptz not null default now(), duration_ms integer not null)`,
    );
  });
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await applyOne(database, migration)) applied.push(migration.name);
  }
  await refuseNewerDatabase(database, migrations);
  return applied;
}

async function applyOne(database: Database, migration: Migration): Promise<boolean> {
  return database.asSystem(`migration ${migration.name}`, async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(7246874)');
    const known = await tx.first<{ checksum: string }>('select checksum from schema_migrations where name = $1', [
      migration.name,
    ]);
    if (known) {
      if (known.checksum !== migration.checksum) {
        throw new Error(`migration ${migration.name} was changed after it had been applied to this database`);
      }
      return false;
    }
    const started = performance.now();
    await tx.execute(migration.sql);
    await tx.execute('insert into schema_migrations (name, checksum, duration_ms) values ($1, $2, $3)', [
      migration.name,
      migration.checksum,
      Math.round(performance.now() - started),
    ]);
    return true;
  });
}

async function refuseNewerDatabase(database: Database, migrations: Migration[]): Promise<void> {
  const names = migrations.map((migration) => migration.name);
  const unknown = await database.asSystem('migration check', (tx) =>
    tx.query<{ name: string }>('select name from schema_migrations where name <> all ($1)', [names]),
  );
  if (unknown.length > 0) {
    throw new Error(`the database is newer than this program: it has ${unknown.map((row) => row.name).join(', ')}`);
  }
}
