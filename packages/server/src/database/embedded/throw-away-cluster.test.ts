import pg from 'pg';
import { describe, expect, it } from 'vitest';

describe('the PostgreSQL of a test run', () => {
  it('is reachable through MAGPIE_TEST_DATABASE_URL as a superuser', async () => {
    const client = new pg.Client(process.env.MAGPIE_TEST_DATABASE_URL);
    await client.connect();
    const { rows } = await client.query('select usesuper from pg_user where usename = current_user');
    await client.end();
    expect(rows).toEqual([{ usesuper: true }]);
  });

  it('sorts by code point and knows the case of every script', async () => {
    const client = new pg.Client(process.env.MAGPIE_TEST_DATABASE_URL);
    await client.connect();
    const { rows } = await client.query(`select 'a' > 'B' as by_code_point, lower('ÄΩЖ') as lower`);
    await client.end();
    expect(rows).toEqual([{ by_code_point: true, lower: 'äωж' }]);
  });
});
