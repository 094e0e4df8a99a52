import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuickReads, type QuickReads } from './quick-reads.ts';
import { createSharedReads, type SharedReads } from './shared-reads.ts';

let test: TestDatabase;
let quick: QuickReads;
let shared: SharedReads;
let statements = 0;

beforeAll(async () => {
  test = await createTestDatabase();
  quick = createQuickReads({ connectionString: test.url });
  shared = createSharedReads({
    run: (...asked) => {
      statements += 1;
      return quick.run(...asked);
    },
    close: () => quick.close(),
  });
});
afterAll(async () => {
  await quick.close();
  await test.drop();
});

const begin = (who: string) => `begin; set local magpie.viewer = '${who}'`;
/** As many rows as asked for, each with the viewer and the text. */
const repeat = {
  name: 'repeat',
  text: `select wanted.place, found.* from unnest($1::integer[], $2::text[]) with ordinality as wanted (n, word, place),
    lateral (select current_setting('magpie.viewer') as who, wanted.word, 10 / (3 - wanted.n) as quotient
      from generate_series(1, wanted.n)) found`,
};

describe('shared reads', () => {
  it('give everybody his own rows, as his own viewer, however many ask at once', async () => {
    const asked = Array.from({ length: 200 }, (_, n) => ({ who: `viewer ${n % 5}`, n: n % 3, word: `w"\\,{${n}` }));
    const answers = await Promise.all(asked.map(({ who, n, word }) => shared.run(begin(who), repeat, [n, word])));
    expect(answers).toEqual(
      asked.map(({ who, n, word }) => Array.from({ length: n }, () => [who, word, n === 1 ? '5' : '10'])),
    );
  });

  it('take one statement for those who ask at the same time', async () => {
    statements = 0;
    await Promise.all(Array.from({ length: 10 }, () => shared.run(begin('x'), repeat, [1, 'a'])));
    expect(statements).toBe(1);
  });

  it('keep the failure of one from those who shared its statement', async () => {
    const outcomes = await Promise.allSettled([1, 3, 2].map((n) => shared.run(begin('x'), repeat, [n, 'a'])));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
