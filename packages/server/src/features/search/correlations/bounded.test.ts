import { createTestDatabase } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Viewer } from '../../../access/viewer.ts';
import { type Database, openDatabase } from '../../../database/database.ts';
import { bounded } from './bounded.ts';

let database: Database;
let drop: () => Promise<void>;
const viewer: Viewer = {
  ...{ userId: 1, email: 'a@b.test', organisationId: 1, organisationUuid: '', organisationName: '' },
  ...{ roleId: 3, roleName: 'User', flags: new Set<string>(), authKeyId: null, readOnly: false },
  ...{ ip: null, requestId: null },
};

const asked = { viewer, gone: () => new AbortController().signal };

beforeAll(async () => {
  const test = await createTestDatabase();
  drop = test.drop;
  database = openDatabase(test.url);
});
afterAll(async () => {
  await database.close();
  await drop();
});

describe('a bounded look-up', () => {
  it('gives what it finds, and is given up with its reason when it takes too long', async () => {
    expect(await bounded(database, asked, (tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
    const slow = bounded(database, asked, (tx) => tx.query('select pg_sleep(60)'), 50);
    await expect(slow).rejects.toMatchObject({ status: 503, message: expect.stringContaining('too long') });
  });

  it('leaves other failures as they are', async () => {
    await expect(bounded(database, asked, (tx) => tx.query('select from attributes'))).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('is stopped in PostgreSQL when its reader goes away, and nothing follows it', async () => {
    const controller = new AbortController();
    let hasFollowed = false;
    const slow = bounded(database, { viewer, gone: () => controller.signal }, async (tx) => {
      await tx.query(`select pg_sleep(60), 'for nobody'`).catch(() => {});
      await tx.query('select 1');
      hasFollowed = true;
    });
    const running = async () =>
      database.asSystem('look', (tx) =>
        tx.query(`select from pg_stat_activity where state = 'active' and query like 'select pg_sleep(60)%nobody%'`),
      );
    await vi.waitFor(async () => expect(await running()).toHaveLength(1));
    controller.abort();
    await expect(slow).rejects.toMatchObject({ status: 503 });
    expect(hasFollowed).toBe(false);
    expect(await running()).toEqual([]);
  });
});
