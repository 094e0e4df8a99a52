import { randomBytes } from 'node:crypto';
import { startThrowAwayCluster, type ThrowAwayCluster } from '@magpie/server/database/embedded/throw-away-cluster.ts';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEY, makeProgramFixture, type ProgramFixture } from '../testing/program.ts';

/** Stands for the PostgreSQL that an administrator brings along, with no role of ours on it yet. */
let server: ThrowAwayCluster;
const name = `magpie_own_${randomBytes(4).toString('hex')}`;

let fixture: ProgramFixture;

beforeAll(async () => {
  fixture = await makeProgramFixture();
  server = await startThrowAwayCluster();
  await asSuperuser(`create role ${name} login createrole password 'ours'`, `create database ${name} owner ${name}`);
});
afterEach(() => fixture.killAll());
afterAll(async () => {
  await fixture.remove({ hasPostgres: false });
  await server.stop();
});

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client(server.url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function ownUrl(changes: { user?: string; database?: string } = {}): string {
  const url = new URL(server.url);
  url.username = changes.user ?? name;
  url.password = 'ours';
  url.pathname = `/${changes.database ?? name}`;
  return url.href;
}

describe('MAGPIE_DATABASE_URL', { timeout: 60_000 }, () => {
  it('is used instead of the embedded PostgreSQL, by a user that may only create roles', async () => {
    const run = fixture.run(['start'], { MAGPIE_DATABASE_URL: ownUrl() });
    const url = await run.ready();
    const answer = await fetch(`${url}/users/view/me.json`, { headers: { Authorization: KEY } });
    expect(await answer.json()).toMatchObject({ User: { id: '1' } });
    run.child.kill('SIGTERM');
    expect(await run.ended()).toBe(0);
  });

  it('is named, without its password, when the database does not exist', async () => {
    const run = fixture.run(['start'], { MAGPIE_DATABASE_URL: ownUrl({ database: 'nowhere' }) });
    expect(await run.ended()).toBe(1);
    expect(run.output()).toContain('MAGPIE_DATABASE_URL: the database cannot be reached: database "nowhere" does not');
    expect(run.output()).not.toContain('ours');
  });
});
