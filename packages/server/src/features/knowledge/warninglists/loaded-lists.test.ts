import { startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../database/database.ts';
import { createWarninglists } from './loaded-lists.ts';

let m: TestMagpie;
/** What another process on the same database has. */
let other: Database;
beforeAll(async () => {
  m = await startTestMagpie();
  other = openDatabase(m.databaseUrl, { maxConnections: 2 });
  await add({ name: 'First', entries: ['one.example'] });
  await add({ name: 'Second', entries: ['two.example', 'one.example'] });
});
afterAll(async () => {
  await other.close();
  await m.stop();
});

async function add(fields: Record<string, unknown>): Promise<string> {
  const body = { type: 'hostname', description: '', category: 'known', enabled: true, ...fields };
  const { body: added } = await m.admin.post('/warninglists/add', body);
  return String(Object(added).Warninglist.id);
}

/** Counts the pages of entries that are read. */
function counting(database: Database): { database: Database; pages: () => number } {
  let pages = 0;
  const aside: Database['aside'] = (reason, work) => {
    if (reason === 'warninglist entries') pages += 1;
    return database.aside(reason, work);
  };
  return { database: { ...database, aside }, pages: () => pages };
}

describe('enabled lists', () => {
  it('are those of now in every process, and only changed ones are read again', async () => {
    const counted = counting(other);
    const lists = createWarninglists(counted.database);
    const hits = (value: string) =>
      other.asSystem('test', async (tx) =>
        (await lists.active(tx)).hits(value, null).map(({ list, entry }) => `${list.name}: ${entry.value}`),
      );
    expect(counted.pages()).toBe(0);
    expect(await hits('www.one.example')).toEqual(['First: one.example', 'Second: one.example']);
    expect(counted.pages()).toBe(2);

    await m.admin.post('/warninglists/toggleEnable', { name: ['First'], enabled: 0 });
    expect(await hits('one.example')).toEqual(['Second: one.example']);
    const third = await add({ name: 'Third', entries: ['example'], matching_attributes: ['domain'] });
    expect(await hits('one.example')).toEqual(['Second: one.example', 'Third: example']);
    expect(counted.pages()).toBe(3);

    await m.admin.post(`/warninglists/edit/${third}`, { entries: ['none.example'] });
    expect(await hits('one.example')).toEqual(['Second: one.example']);
    expect(counted.pages()).toBe(4);
    await m.admin.post(`/warninglists/delete/${third}`);
    expect(await hits('none.example')).toEqual([]);
    expect(counted.pages()).toBe(4);
  });

  it('are followed by a process before anybody asks it', async () => {
    const counted = counting(other);
    const lists = createWarninglists(counted.database);
    await other.asSystem('test', (tx) => lists.active(tx));
    const before = counted.pages();
    await add({ name: 'Followed', entries: ['followed.example'] });
    await expect.poll(counted.pages).toBe(before + 1);
  });

  it('are loaded once for many who ask at the same time', async () => {
    const counted = counting(m.magpie.database);
    const lists = createWarninglists(counted.database);
    const ask = () => m.magpie.database.asSystem('test', async (tx) => (await lists.active(tx)).lists.length);
    const counts = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(counts).size).toBe(1);
    expect(counted.pages()).toBe(counts[0]);
  });
});
