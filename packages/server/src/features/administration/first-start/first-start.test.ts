import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeMagpie } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import type { Magpie } from '../../../context.ts';
import { type Database, openDatabase } from '../../../database/database.ts';
import { createUser, resetKey, resetPassword } from '../users/operator.ts';
import { verifyPassword } from '../users/passwords.ts';
import { prepareFirstStart } from './first-start.ts';

const KEY = 'k'.repeat(40);
let testDatabase: TestDatabase;
let database: Database;
let magpie: Magpie;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, { maxConnections: 8 });
  magpie = await composeMagpie(readConfig({ MAGPIE_DATA_DIR: '/tmp/magpie-first-start' }), database);
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const nothing = { email: null, password: null, key: null, organisationName: null };
const hashOf = (email: string) =>
  database.asSystem(
    'test',
    async (tx) =>
      (await tx.first<{ password_hash: string }>('select password_hash from users where email = $1', [email]))
        ?.password_hash ?? null,
  );

describe('the first start', () => {
  it('makes the default roles, an organisation and an administrator whose password works', async () => {
    const first = await prepareFirstStart(magpie, { ...nothing, key: KEY });
    expect(first).toMatchObject({ created: true, adminEmail: 'admin@admin.test' });
    expect(await verifyPassword(await hashOf('admin@admin.test'), first.adminPassword ?? '')).toBe(true);
    expect(await magpie.accounts.byKey(KEY)).toMatchObject({
      userId: 1,
      organisationId: 1,
      roleId: 1,
      changePassword: true,
    });
    const roles = await database.asSystem('test', (tx) =>
      tx.query<{ id: number; name: string }>('select id, name from roles order by id'),
    );
    expect(roles.map(({ id, name }) => `${id} ${name}`)).toEqual([
      '1 admin',
      '2 Org Admin',
      '3 User',
      '4 Publisher',
      '5 Sync user',
      '6 Read Only',
    ]);
    expect(magpie.settings.get('MISP.uuid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes what is configured and then tells no password', async () => {
    const first = await prepareFirstStart(magpie, {
      email: 'root@x.test',
      password: 'Given-Passw0rd',
      key: null,
      organisationName: 'Nest',
    });
    expect(first).toEqual({ created: true, adminEmail: 'root@x.test' });
    expect(await verifyPassword(await hashOf('root@x.test'), 'Given-Passw0rd')).toBe(true);
    expect(magpie.settings.get('MISP.org')).toBe('Nest');
  });

  it('happens once, also when two processes start together', async () => {
    const both = await Promise.all([prepareFirstStart(magpie, nothing), prepareFirstStart(magpie, nothing)]);
    expect(both.filter(({ created }) => created)).toHaveLength(1);
    expect(await prepareFirstStart(magpie, nothing)).toEqual({ created: false });
  });
});

describe('the operator', () => {
  it('creates users, and resets their passwords and keys', async () => {
    await prepareFirstStart(magpie, nothing);
    const user = await createUser(magpie, { email: ' New@x.test ', role: 'publisher', organisation: 'ORGNAME' });
    expect(await magpie.accounts.byKey(user.key)).toMatchObject({
      email: 'New@x.test',
      roleName: 'Publisher',
      changePassword: true,
    });
    const password = await resetPassword(magpie, 'new@x.test', 'Chosen-Passw0rd-1');
    expect(await verifyPassword(await hashOf('New@x.test'), password)).toBe(true);
    const key = await resetKey(magpie, 'NEW@x.test');
    expect((await magpie.accounts.byKey(user.key))?.expiration).toBeGreaterThan(0);
    expect((await magpie.accounts.byKey(key))?.expiration).toBe(0);
  });

  it('is told what is wrong', async () => {
    await prepareFirstStart(magpie, nothing);
    await expect(createUser(magpie, { email: 'nobody' })).rejects.toThrow('not an e-mail address');
    await expect(createUser(magpie, { email: 'admin@ADMIN.test' })).rejects.toThrow('exists');
    await expect(createUser(magpie, { email: 'a@x.test', password: 'short' })).rejects.toThrow('length');
    await expect(createUser(magpie, { email: 'a@x.test', role: 'King' })).rejects.toThrow('no role King');
    await expect(createUser(magpie, { email: 'a@x.test', organisation: 'Elsewhere' })).rejects.toThrow(
      'no organisation',
    );
    await expect(resetKey(magpie, 'ghost@x.test')).rejects.toThrow('no user');
  });
});
