import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

const made: TestDatabase[] = [];

async function make(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  made.push(database);
  return database;
}

async function query(database: TestDatabase, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

afterAll(() => Promise.all(made.map((database) => database.drop())));

describe('createTestDatabase', () => {
  it('makes migrated databases that know nothing of each other', async () => {
    const [one, two] = await Promise.all([make(), make()]);
    await query(one, `insert into settings (name, value) values ('a', '1')`);
    expect((await query(one, 'select * from settings')).rowCount).toBe(1);
    expect((await query(two, 'select * from settings')).rowCount).toBe(0);
    expect((await query(two, 'select * from schema_migrations')).rowCount).toBeGreaterThan(0);
  });

  it('drops a database that is still connected to', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client(database.url);
    client.on('error', () => {});
    await client.connect();
    await database.drop();
    await expect(client.query('select 1')).rejects.toThrow();
    await client.end().catch(() => {});
  });
});
