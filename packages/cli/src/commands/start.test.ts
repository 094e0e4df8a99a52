import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEY, makeProgramFixture, type ProgramFixture } from '../testing/program.ts';

/** The tests share one data folder, which each leaves fit for the next. */
let fixture: ProgramFixture;
let run: ProgramFixture['run'];

beforeAll(async () => {
  fixture = await makeProgramFixture();
  run = fixture.run;
});
afterEach(() => fixture.killAll());
afterAll(() => fixture.remove());

async function statusOf(url: string): Promise<number> {
  const response = await fetch(`${url}/users/view/me.json`, { headers: { Authorization: KEY } });
  await response.body?.cancel();
  return response.status;
}

describe('magpie start', { timeout: 60_000 }, () => {
  it('shows the password of a new administrator once, and stops cleanly on Ctrl-C', async () => {
    const first = run(['start']);
    await first.ready();
    expect(first.output()).toMatch(/with the password \w{20} /);
    first.child.kill('SIGINT');
    expect(await first.ended()).toBe(0);
    const second = run(['start']);
    await second.ready();
    expect(second.output()).not.toContain('password');
  });

  it('refuses a second start on the same data folder, naming process and URL', async () => {
    const first = run(['start']);
    const url = await first.ready();
    const second = run(['start']);
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(
      `Magpie already runs on the data folder ${fixture.dataDir} (process ${first.child.pid} at ${url})`,
    );
    expect(await statusOf(url)).not.toBe(500);
  });

  it('starts again after a kill', async () => {
    const first = run(['start']);
    await first.ready();
    first.child.kill('SIGKILL');
    await first.ended();
    const url = await run(['start']).ready();
    expect(await statusOf(url)).not.toBe(500);
  });

  it('names every faulty setting and does not start', async () => {
    const faulty = run(['start'], { MAGPIE_PORT: 'x', MAGPIE_LOG_LEVEL: 'loud' });
    expect(await faulty.ended()).toBe(1);
    expect(faulty.output()).toMatch(/MAGPIE_PORT: "x" cannot be used.*\n.*MAGPIE_LOG_LEVEL: "loud" cannot be used/);
  });

  it('says that a port is taken before it makes anything', async () => {
    const first = run(['start']);
    const { port } = new URL(await first.ready());
    const elsewhere = await mkdtemp(join(tmpdir(), 'magpie-start-'));
    const second = run(['start'], { MAGPIE_DATA_DIR: elsewhere, MAGPIE_PORT: port });
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(`port ${port} of 127.0.0.1 is in use by another program`);
    await rm(elsewhere, { recursive: true });
  });
});

describe('magpie migrate and doctor', { timeout: 60_000 }, () => {
  it('work beside a running instance', async () => {
    await run(['start']).ready();
    const migrate = run(['migrate']);
    expect(await migrate.ended()).toBe(0);
    expect(migrate.output()).toContain('the database is up to date');
    const doctor = run(['doctor'], { MAGPIE_PORT: '1' });
    await doctor.ended();
    expect(doctor.output()).toMatch(/ok {5}database: PostgreSQL 18/);
  });

  it('work without one', async () => {
    const doctor = run(['doctor'], { MAGPIE_PORT: '1' });
    expect(await doctor.ended()).toBe(0);
    expect(doctor.output()).toContain('ok     server: not running');
  });
});

describe('magpie', () => {
  it('lists its commands and settings', async () => {
    const help = run(['--help']);
    expect(await help.ended()).toBe(0);
    expect(help.output()).toMatch(/start .*\n.*migrate/);
    expect(help.output()).toContain('MAGPIE_DATABASE_URL');
  });

  it('refuses what it does not know', async () => {
    const runs = [run(['fly']), run(['start', '--fast'])];
    expect(await Promise.all(runs.map(({ ended }) => ended()))).toEqual([2, 2]);
  });
});
