import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../database/database.ts';
import { settingFacts } from './facts.ts';
import { settingDefaults } from './registry.ts';
import { loadSettings } from './settings.ts';

let testDatabase: TestDatabase;
let database: Database;
let other: Database;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url);
  other = openDatabase(testDatabase.url);
});
afterEach(async () => {
  await Promise.all([database.close(), other.close()]);
  await testDatabase.drop();
});

describe('settings', () => {
  it('hold what was written at once, however many writes came before', async () => {
    const settings = await loadSettings(database);
    for (let i = 1; i <= 60; i += 1) {
      await settings.set(null, 'SecureAuth.amount', i);
      expect(settings.get('SecureAuth.amount')).toBe(i);
      await new Promise((resolve) => setImmediate(resolve));
      expect(settings.get('SecureAuth.amount')).toBe(i);
    }
  });

  it('reach other processes', async () => {
    const [here, there] = [await loadSettings(database), await loadSettings(other)];
    // The other's listener is ready once it has heard something.
    await expect
      .poll(async () => {
        await here.set(null, 'MISP.org', 'Nest');
        return there.get('MISP.org');
      })
      .toBe('Nest');
  });

  it('that steer the program can all be read and set by the API, with the same defaults', () => {
    const named = Object.entries(settingDefaults).map(([name, initial]) => ({ name, initial }));
    const known = named.map(({ name }) => ({ name, initial: settingFacts[name]?.initial }));
    expect(known).toEqual(named);
  });

  it('have their defaults until they are set', async () => {
    const settings = await loadSettings(database);
    expect(settings.get('SecureAuth.expire')).toBe(300);
    expect(settings.stored('SecureAuth.expire')).toBeUndefined();
  });
});
