import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { fc, storableText } from '@magpie/testkit/property';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrayLiteral } from './array-literal.ts';

let test: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  test = await createTestDatabase();
  client = new pg.Client(test.url);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.drop();
});

const text = fc.oneof(
  storableText(),
  fc.constantFrom('NULL', 'null', '', ' ', '{}', '"', '\\', 'a,b', '\n', "'", 'é', '{"a":1}', '\t x '),
);

describe('an array literal', () => {
  it('is read by PostgreSQL as the values it was made from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text, { nil: null })), async (values) => {
        const { rows } = await client.query('select to_json($1::text[]) as list', [arrayLiteral(values)]);
        expect(rows[0].list).toEqual(values.every((value) => value === null) ? [] : values);
      }),
      { numRuns: 200 },
    );
  });

  it('holds numbers and flags', async () => {
    const { rows } = await client.query('select to_json($1::bigint[]) as n, to_json($2::boolean[]) as b', [
      arrayLiteral([1, -2, null]),
      arrayLiteral([true, false]),
    ]);
    expect(rows).toEqual([{ n: [1, -2, null], b: [true, false] }]);
  });
});
