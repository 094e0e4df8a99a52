import { makeOrganisation, makeUser, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
beforeAll(async () => {
  m = await startTestMagpie();
});
afterAll(() => m?.stop());

describe('days of the log', () => {
  it('are counted by what one may read, without sign-ins, as far as a month goes back', async () => {
    const organisation = await makeOrganisation(m.admin);
    const user = await makeUser(m.admin, { org_id: organisation.id });
    const client = m.client(user.key);
    expect((await client.get('/logs/returnDates')).body).toEqual({});
    const today = String(Math.floor(m.magpie.now() / 86_400) * 86_400);
    const long = String(Number(today) - 20 * 86_400);
    await m.magpie.database.asSystem('a log of some days', async (tx) => {
      await tx.execute(`delete from changes`);
      const at = (day: string) => `to_timestamp(${day}) + interval '1 hour'`;
      const add = (day: string, action: string, userId: string) =>
        tx.execute(
          `insert into changes (at, user_id, org_id, model, model_id, action, title)
           values (${at(day)}, $1, $2, 'Event', 1, $3, 'x')`,
          [Number(userId), Number(organisation.id), action],
        );
      await add(String(Number(today) - 100 * 86_400), 'add', user.id);
      await add(long, 'add', user.id);
      await add(long, 'login', user.id);
      await add(long, 'email', user.id);
      await add(today, 'edit', user.id);
      await add(today, 'edit', '1');
    });
    expect((await client.get('/logs/returnDates')).body).toEqual({ [long]: 2, [today]: 1 });
    expect((await client.get('/audit_logs/returnDates')).body).toEqual({ [long]: 1, [today]: 1 });
    expect((await m.admin.get(`/logs/returnDates/${organisation.id}`)).body).toEqual({ [long]: 2, [today]: 2 });
    expect((await m.admin.get('/logs/returnDates/all')).body).toMatchObject({ [today]: 2 });
  });
});
