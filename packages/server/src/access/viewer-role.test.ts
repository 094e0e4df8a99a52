import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/database.ts';
import { createAudiences } from './audiences.ts';
import type { Viewer } from './viewer.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, { maxConnections: 4 });
  await database.asSystem('three organisations', (tx) =>
    tx.execute(
      `insert into organisations (id, uuid, name) overriding system value
       select n, gen_random_uuid(), 'organisation ' || n from generate_series(101, 103) n`,
    ),
  );
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

function viewerOf(organisationId: number, ...flags: string[]): Viewer {
  return {
    userId: organisationId,
    email: `user@${organisationId}.test`,
    organisationId,
    organisationUuid: '',
    organisationName: '',
    roleId: 3,
    roleName: 'User',
    flags: new Set(flags),
    authKeyId: null,
    readOnly: false,
    ip: null,
    requestId: null,
  };
}

const owner = viewerOf(101, 'perm_add');
const stranger = viewerOf(102, 'perm_add');
const siteAdmin = viewerOf(103, 'perm_site_admin');

async function storeEvent(audienceId: number): Promise<number> {
  const row = await database.asSystem('store an event', (tx) =>
    tx.first<{ id: number }>(
      `insert into events (uuid, org_id, orgc_id, user_id, info, date, threat_level_id, analysis, distribution, timestamp,
         audience_id) values (gen_random_uuid(), 101, 101, 101, 'an event', '2024-01-01', 4, 0, 0, 1, $1) returning id`,
      [audienceId],
    ),
  );
  return row?.id ?? 0;
}

function isVisible(viewer: Viewer, eventId: number): Promise<boolean> {
  return database.as(viewer, async (tx) => {
    const row = await tx.first('select id from visible_events where id = $1', [eventId]);
    return row !== null;
  });
}

describe('the role of viewers', () => {
  it('cannot read a table that holds rows for some, or secrets', async () => {
    const readable = await database.asSystem('list privileges', (tx) =>
      tx.query<{ name: string }>(
        `select c.relname as name from pg_class c where c.relnamespace = current_schema()::regnamespace
           and c.relkind in ('r', 'p', 'm') and has_any_column_privilege('magpie_viewer', c.oid, 'select')
           and (exists (select from pg_attribute a where a.attrelid = c.oid and a.attname in
               ('audience_id', 'event_id', 'digest', 'mail_digest', 'password_hash', 'sharing_group_id'))
             or c.relname in ('audiences', 'changes', 'settings', 'sharing_groups', 'tags', 'user_settings'))`,
      ),
    );
    expect(readable).toEqual([]);
  });

  it.each(['events', 'attributes', 'users', 'auth_keys', 'sessions', 'settings', 'audiences', 'changes'])(
    'is answered "permission denied" by %s',
    async (table) => {
      await expect(database.as(owner, (tx) => tx.query(`select * from ${table}`))).rejects.toThrow(/permission denied/);
      await expect(database.as(siteAdmin, (tx) => tx.query(`select * from ${table}`))).rejects.toThrow(
        /permission denied/,
      );
    },
  );

  it('cannot become another role or run what only the system may', async () => {
    const attempt = (sql: string) => database.as(owner, (tx) => tx.query(sql));
    await expect(attempt(`copy visible_events to '/tmp/out'`)).rejects.toThrow(/permission denied|must be/);
    await expect(attempt(`select pg_read_file('/etc/passwd')`)).rejects.toThrow(/permission denied/);
    await expect(attempt('create table mine (id int)')).rejects.toThrow(/permission denied/);
    await expect(attempt('drop view visible_events')).rejects.toThrow(/must be owner/);
  });

  it('reads nothing on a connection that no viewer was bound to', async () => {
    await storeEvent(0);
    const client = new pg.Client({ connectionString: testDatabase.url });
    await client.connect();
    try {
      await client.query('set role magpie_viewer');
      await expect(client.query('select * from visible_events')).rejects.toThrow(
        /unrecognized configuration parameter/,
      );
    } finally {
      await client.end();
    }
  });

  it('reads nothing on a connection whose last viewer has gone', async () => {
    const eventId = await storeEvent(0);
    const client = new pg.Client({ connectionString: testDatabase.url });
    await client.connect();
    try {
      await client.query(await database.bitmaps.beginStatement(siteAdmin));
      expect((await client.query('select id from visible_events where id = $1', [eventId])).rowCount).toBe(1);
      await client.query('commit');
      await client.query('set role magpie_viewer');
      expect((await client.query('select id from visible_events')).rowCount).toBe(0);
    } finally {
      await client.end();
    }
  });
});

describe('writing through the views', () => {
  it('touches no row that the viewer cannot see', async () => {
    const audiences = createAudiences(database);
    const hidden = await storeEvent(await audiences.idOf({ kind: 'organisation', organisationId: 101 }));
    const change = (viewer: Viewer) =>
      database.as(viewer, (tx) => tx.execute(`update visible_events set info = 'changed' where id = $1`, [hidden]));
    const remove = (viewer: Viewer) =>
      database.as(viewer, (tx) => tx.execute('delete from visible_events where id = $1', [hidden]));
    expect(await change(stranger)).toBe(0);
    expect(await remove(stranger)).toBe(0);
    expect(await isVisible(owner, hidden)).toBe(true);
    expect(await change(owner)).toBe(1);
    expect(await remove(owner)).toBe(1);
  });

  it('never makes a local organisation', async () => {
    const attempt = database.as(siteAdmin, (tx) =>
      tx.execute(`insert into organisations (uuid, name, local) values (gen_random_uuid(), 'forged', true)`),
    );
    await expect(attempt).rejects.toThrow(/permission denied/);
  });
});

describe('changes of who may read', () => {
  it('show a new audience to its organisation and to site administrators at once', async () => {
    const audiences = createAudiences(database);
    await isVisible(owner, 0);
    await isVisible(siteAdmin, 0);
    const id = await audiences.idOf({ kind: 'groups', organisationId: 101, sharingGroupIds: [4711] });
    const event = await storeEvent(id);
    expect(await isVisible(owner, event)).toBe(true);
    expect(await isVisible(siteAdmin, event)).toBe(true);
    expect(await isVisible(stranger, event)).toBe(false);
  });

  it('reach other processes by notification', async () => {
    const other = openDatabase(testDatabase.url, { maxConnections: 2 });
    try {
      const group = await database.asSystem('a group', (tx) =>
        tx.first<{ id: number }>(
          `insert into sharing_groups (uuid, name, org_id) values (gen_random_uuid(), 'told', 101) returning id`,
        ),
      );
      const groupId = group?.id ?? 0;
      const audiences = createAudiences(database);
      const event = await storeEvent(
        await audiences.idOf({ kind: 'groups', organisationId: 101, sharingGroupIds: [groupId] }),
      );
      const seenThere = () =>
        other.as(
          stranger,
          async (tx) => (await tx.first('select id from visible_events where id = $1', [event])) !== null,
        );
      expect(await seenThere()).toBe(false);
      const change = (sql: string) =>
        database.asSystem('members', async (tx) => {
          await tx.execute(sql, [groupId]);
          await tx.execute(`select pg_notify('magpie_access', '')`);
        });
      await change('insert into sharing_group_organisations (sharing_group_id, org_id) values ($1, 102)');
      await expect.poll(seenThere).toBe(true);
      await change('delete from sharing_group_organisations where sharing_group_id = $1');
      await expect.poll(seenThere).toBe(false);
    } finally {
      await other.close();
    }
  });
});
