import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEY, makeProgramFixture, type ProgramFixture } from '../testing/program.ts';

/** The PostgreSQL of the test run stands for one that an administrator brings along. */
const superuserUrl = String(process.env.MAGPIE_TEST_DATABASE_URL);
const name = `magpie_own_${randomBytes(4).toString('hex')}`;

let fixture: ProgramFixture;

beforeAll(async () => {
  fixture = await makeProgramFixture();
  await asSuperuser(`create role ${name} login createrole password 'ours'`, `create database ${name} owner ${name}`);
});
afterEach(() => fixture.killAll());
afterAll(async () => {
  await fixture.remove({ hasPostgres: false });
  await asSuperuser(`drop database ${name} with (force)`, `drop owned by ${name}`, `drop role ${name}`);
});

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client(superuserUrl);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function ownUrl(changes: { user?: string; database?: string } = {}): string {
  const url = new URL(superuserUrl);
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
