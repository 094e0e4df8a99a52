import { makeUser, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { verifyPassword } from '../users/passwords.ts';
import { findPasswordHash } from '../users/queries.ts';

let sink: MailSink;
let magpie: TestMagpie;

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
});

beforeEach(() => sink.clear());

afterAll(async () => {
  await magpie.stop();
  await sink.stop();
});

const nobody = () => magpie.client(null);

async function hasPassword(id: string, password: string): Promise<boolean> {
  const { database } = magpie.magpie;
  return verifyPassword(await database.asSystem('test', (tx) => findPasswordHash(tx, Number(id))), password);
}

async function linkFor(email: string): Promise<string> {
  expect((await nobody().post('/users/forgot', { email })).status).toBe(200);
  await magpie.magpie.jobs.settled();
  return /\/users\/password_reset\/[a-zA-Z0-9]{40}/.exec(sink.mails[0]?.text ?? '')?.[0] ?? '';
}

describe('a forgotten password', () => {
  it('is nothing to ask about while the instance does not allow it', async () => {
    expect((await nobody().post('/users/forgot', { email: 'a@b.test' })).status).toBe(403);
    expect((await magpie.admin.post('/users/forgot', { email: 'a@b.test' })).status).toBe(405);
    await magpie.admin.post('/servers/serverSettingsEdit/Security.allow_password_forgotten', { value: true });
  });

  it('is set anew by a mailed link, once', async () => {
    const user = await makeUser(magpie.admin, { password: 'Correct-Horse-1' });
    const link = await linkFor(user.email.toUpperCase());
    expect(sink.mails[0]?.to).toEqual([user.email]);
    expect((await nobody().get(link)).status).toBe(200);
    expect((await nobody().post(link, { password: 'short' })).status).toBe(403);
    const twice = { password: 'Correct-Horse-2', confirm_password: 'Correct-Horse-3' };
    expect((await nobody().post(link, twice)).status).toBe(403);
    expect((await nobody().post(link, { password: 'Correct-Horse-2' })).status).toBe(200);
    expect(await hasPassword(user.id, 'Correct-Horse-2')).toBe(true);
    expect((await nobody().post(link, { password: 'Correct-Horse-4' })).status).toBe(404);
    expect((await magpie.admin.get('/jobs/index/email')).body).toMatchObject([{ Job: { message: 'Mails sent.' } }]);
  });

  it('has a link that ends when the account gets another password or address', async () => {
    for (const change of [{ password: 'Correct-Horse-8' }, { email: `moved-${Date.now()}@example.test` }]) {
      const user = await makeUser(magpie.admin, { password: 'Correct-Horse-1' });
      sink.clear();
      const link = await linkFor(user.email);
      expect((await nobody().get(link)).status).toBe(200);
      expect((await magpie.admin.post(`/admin/users/edit/${user.id}`, change)).status).toBe(200);
      expect((await nobody().get(link)).status).toBe(404);
    }
  });

  it('has links that end after ten minutes and when another is sent', async () => {
    const user = await makeUser(magpie.admin, { password: 'Correct-Horse-1' });
    const first = await linkFor(user.email);
    sink.clear();
    const second = await linkFor(user.email);
    expect((await nobody().get(first)).status).toBe(404);
    await magpie.magpie.database.asSystem('test', (tx) => tx.execute('update password_resets set valid_until = 1'));
    expect((await nobody().post(second, { password: 'Correct-Horse-2' })).status).toBe(404);
    expect(await hasPassword(user.id, 'Correct-Horse-1')).toBe(true);
  });

  it('tells nobody which mails are known, and mails no disabled user', async () => {
    const user = await makeUser(magpie.admin, { disabled: true });
    const answers = [
      await nobody().post('/users/forgot', { email: user.email }),
      await nobody().post('/users/forgot', { email: 'unknown@example.test' }),
    ];
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    await magpie.magpie.jobs.settled();
    expect(sink.mails).toEqual([]);
  });

  it('cannot be asked for in any number', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await nobody().post('/users/forgot', { email: 'x@y.test' })).status);
    expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(statuses[6]).toBe(429);
  });
});
