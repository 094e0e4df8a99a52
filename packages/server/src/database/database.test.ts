import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from './database.ts';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

describe('the database', () => {
  it('rejects the work, and lives on, when the server ends its connection', async () => {
    const killed = database.asSystem('ends itself', (tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(killed).rejects.toThrow();
    const idle = database.asSystem('ended by another', async (tx) => {
      const [me] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await database.aside('ends another', (side) => side.query('select pg_terminate_backend($1)', [me?.pid ?? 0]));
      await tx.query('select 1');
    });
    await expect(idle).rejects.toThrow();
    const rows = await database.asSystem('afterwards', (tx) => tx.query('select 1 as one'));
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('rolls everything back when the work throws', async () => {
    const refused = new Error('refused');
    const work = database.asSystem('half a write', async (tx) => {
      await tx.execute(`insert into settings (name, value) values ('half', '1')`);
      throw refused;
    });
    await expect(work).rejects.toBe(refused);
    const rows = await database.asSystem('look', (tx) => tx.query(`select from settings where name = 'half'`));
    expect(rows).toEqual([]);
  });

  it('calls back after the commit only', async () => {
    const calls: string[] = [];
    await database.asSystem('call back', async (tx) => {
      tx.onCommit(() => calls.push('committed'));
      calls.push('working');
    });
    const failing = database.asSystem('call back', async (tx) => {
      tx.onCommit(() => calls.push('never'));
      await tx.execute('select 1 / 0');
    });
    await expect(failing).rejects.toThrow('division');
    expect(calls).toEqual(['working', 'committed']);
  });

  it('tells listeners that they may have missed something once it listens again', async () => {
    const heard: string[] = [];
    database.listen('magpie_test', (payload) => heard.push(payload));
    await vi.waitFor(() => expect(heard).toEqual(['']));
    const send = (payload: string) =>
      database.asSystem('tell', (tx) => tx.execute('select pg_notify($1, $2)', ['magpie_test', payload]));
    await send('first');
    await vi.waitFor(() => expect(heard).toEqual(['', 'first']));
    await database.asSystem('end who listens', (tx) =>
      tx.execute(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'magpie: listen' and datname = current_database()`,
      ),
    );
    await send('lost');
    await vi.waitFor(() => expect(heard).toEqual(['', 'first', '']), 5000);
    await send('second');
    await vi.waitFor(() => expect(heard).toEqual(['', 'first', '', 'second']));
  });
});
