import { createTestDatabase } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    expect(await bounded(database, viewer, (tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
    const slow = bounded(database, viewer, (tx) => tx.query('select pg_sleep(60)'), 50);
    await expect(slow).rejects.toMatchObject({ status: 503, message: expect.stringContaining('too long') });
  });

  it('leaves other failures as they are', async () => {
    await expect(bounded(database, viewer, (tx) => tx.query('select from attributes'))).rejects.toMatchObject({
      code: '42501',
    });
  });
});
