import { createTestDatabase, type TestDatabase } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../database/database.ts';
import { isApplicationAction, isAuditedAction } from './actions.ts';

const ROWS = 100_000;

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, { maxConnections: 2 });
  await database.asSystem('fill the change log', async (tx) => {
    await tx.execute(
      `insert into changes (user_id, org_id, model, model_id, event_id, action, title)
       select 1 + n % 50, 1 + n % 10, 'MispAttribute', n, 1 + n % 1000,
         case when n % 1000 = 0 then 'login' else 'add' end, 'x' from generate_series(1, $1) n`,
      [ROWS],
    );
    await tx.execute('analyze changes');
  });
}, 60_000);

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** How many rows of the log a statement touches. */
async function rowsRead(condition: string, direction: 'asc' | 'desc'): Promise<number> {
  return database.asSystem('explain', async (tx) => {
    const sql = `explain (analyze, format json) select * from visible_changes c where ${condition}
      order by c.id ${direction} limit 20`;
    await tx.execute(`select set_config('magpie.site_admin', 'no', true), set_config('magpie.user', '7', true),
      set_config('magpie.organisation', '3', true), set_config('magpie.organisation_admin', 'yes', true)`);
    const row = await tx.first<{ 'QUERY PLAN': unknown[] }>(sql);
    return JSON.stringify(row?.['QUERY PLAN'])
      .split('"Relation Name":"changes')
      .slice(1)
      .reduce((sum, part) => {
        const number = (name: string) => Number(new RegExp(`"${name}":([0-9.]+)`).exec(part)?.[1] ?? 0);
        return sum + (number('Actual Rows') + number('Rows Removed by Filter')) * number('Actual Loops');
      }, 0);
  });
}

describe('lists of the log', () => {
  it.each([
    ['of a user', `c.user_id = 7 and ${isAuditedAction}`, 'desc'],
    ['of an organisation', `c.org_id = 3 and ${isAuditedAction}`, 'desc'],
    ['of the application for a user', `c.user_id = 7 and ${isApplicationAction}`, 'asc'],
    ['of the application for an organisation', `c.org_id = 3 and ${isApplicationAction}`, 'asc'],
    ['of one thing', `c.org_id = 3 and c.model = 'MispAttribute' and c.model_id = 50002`, 'desc'],
  ] as const)('%s read what they show, not the log', async (_title, condition, direction) => {
    expect(await rowsRead(condition, direction)).toBeLessThan(500);
  });
});
