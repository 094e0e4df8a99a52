import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuickReads, type QuickReads } from './quick-reads.ts';

let test: TestDatabase;
let reads: QuickReads;

beforeAll(async () => {
  test = await createTestDatabase();
  reads = createQuickReads({ connectionString: test.url });
});
afterAll(async () => {
  await reads.close();
  await test.drop();
});

const begin = (who: string) => `begin; set local magpie.viewer = '${who}'`;
const who = { name: 'who', text: `select current_setting('magpie.viewer') as who, $1::integer as n` };
const divide = { name: 'divide', text: 'select 1 / $1::integer as n' };

describe('quick reads', () => {
  it('bind every statement to its own viewer, however many are asked at once', async () => {
    const asked = Array.from({ length: 100 }, (_, n) => ({ name: `viewer ${n % 7}`, n }));
    const answers = await Promise.all(
      asked.map(({ name, n }) => reads.run<{ who: string; n: number }>(begin(name), who, [n])),
    );
    expect(answers.map(([row]) => row)).toEqual(asked.map(({ name, n }) => ({ who: name, n })));
  });

  it('keep the failure of one statement from those that went with it', async () => {
    const outcomes = await Promise.allSettled(
      [1, 0, 2, 0, 1].map((n) => reads.run<{ n: number }>(begin('x'), divide, [n])),
    );
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value[0]?.n : outcome.status))).toEqual([
      1,
      'rejected',
      0,
      'rejected',
      1,
    ]);
  });

  it('leave nothing behind: what a transaction sets ends with it', async () => {
    await reads.run(begin('x'), who, [1]);
    const rows = await reads.run<{ who: string }>(
      'begin',
      { name: 'left', text: `select current_setting('magpie.viewer', true) as who` },
      [],
    );
    expect(rows[0]?.who ?? '').toBe('');
  });

  it('reject, and go on, when the connection breaks', async () => {
    const kill = { name: 'kill', text: 'select pg_terminate_backend(pg_backend_pid())' };
    await expect(reads.run('begin', kill, [])).rejects.toThrow();
    expect(await reads.run<{ n: number }>(begin('x'), divide, [1])).toEqual([{ n: 1 }]);
  });
});
