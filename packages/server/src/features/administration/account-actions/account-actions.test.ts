import { type MadeUser, makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';

const PASSWORD = 'A-Long-Passw0rd-Indeed';
let sink: MailSink;
let m: TestMagpie;
let orgId: string;
let head: MadeUser;
let users: [MadeUser, MadeUser];
let foreign: MadeUser;

beforeAll(async () => {
  sink = await startMailSink();
  m = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url } });
  orgId = (await makeOrganisation(m.admin)).id;
  head = await makeUser(m.admin, { org_id: orgId, role_id: '2', email: 'head@acme.test' });
  const made = () => makeUser(m.admin, { org_id: orgId, password: PASSWORD, change_pw: false });
  users = [await made(), await made()];
  foreign = await makeUser(m.admin, { org_id: (await makeOrganisation(m.admin)).id });
});
afterAll(async () => {
  await m?.stop();
  await sink?.stop();
});

async function signIn(user: MadeUser): Promise<string> {
  const answer = await fetch(`${m.url}/users/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html' },
    body: new URLSearchParams({ email: user.email, password: PASSWORD }),
  });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const isSignedIn = async (cookie: string) =>
  (await fetch(`${m.url}/ui/session`, { headers: { cookie, accept: 'application/json' } })).status === 200;
const isDisabled = async ({ id }: MadeUser) =>
  member((await m.admin.get(`/admin/users/view/${id}`)).body, 'User', 'disabled');

describe('massToggleField', () => {
  const toggle = (client: MadeUser, ids: readonly string[], path = 'disabled/1') =>
    m.client(client.key).post(`/admin/users/massToggleField/${path}`, { User: { user_ids: JSON.stringify(ids) } });

  it('disables and enables users of the own organisation, and ends their sessions', async () => {
    const cookie = await signIn(users[0]);
    const ids = users.map(({ id }) => id);
    expect((await toggle(head, ids)).status).toBe(200);
    expect(await Promise.all(users.map(isDisabled))).toEqual([true, true]);
    expect(await isSignedIn(cookie)).toBe(false);
    expect((await toggle(head, ids, 'disabled/0')).status).toBe(200);
    expect(await Promise.all(users.map(isDisabled))).toEqual([false, false]);
  });

  it('changes nobody when one of them is of another organisation, and refuses others and other fields', async () => {
    expect((await toggle(head, [users[0].id, foreign.id])).status).toBe(404);
    expect(await isDisabled(users[0])).toBe(false);
    expect((await toggle(users[0], [users[1].id])).status).toBe(403);
    expect((await toggle(head, [users[0].id], 'role_id/1')).status).toBe(404);
    expect((await toggle(head, [head.id])).status).toBe(403);
    expect((await toggle(head, [])).status).toBe(403);
  });
});

describe('destroy', () => {
  it('ends the sessions of one user, of those with a mail, or of all, and no keys', async () => {
    const cookies = [await signIn(users[0]), await signIn(users[1])] as const;
    expect((await m.client(head.key).post('/admin/users/destroy')).status).toBe(403);
    expect((await m.admin.post('/admin/users/destroy/987654')).status).toBe(404);
    expect((await m.admin.post(`/admin/users/destroy/${users[0].id}`)).status).toBe(200);
    expect([await isSignedIn(cookies[0]), await isSignedIn(cookies[1])]).toEqual([false, true]);
    await m.admin.post('/admin/users/destroy', { email: `${users[1].email.slice(0, 5)}%` });
    expect(await isSignedIn(cookies[1])).toBe(false);
    const later = await signIn(users[0]);
    await m.admin.post('/admin/users/destroy');
    expect(await isSignedIn(later)).toBe(false);
    expect((await m.client(users[0].key).get('/users/view/me')).status).toBe(200);
  });
});

describe('keys', () => {
  it('are asked for by mail', async () => {
    sink.clear();
    expect((await m.client(users[0].key).post('/users/request_API')).body).toEqual({
      saved: true,
      success: 'API access requested.',
    });
    await expect.poll(() => sink.mails.map(({ to }) => to)).toEqual([['head@acme.test']]);
    expect(sink.mails[0]?.text).toContain(users[0].email);
  });

  it('of all sync users and administrators are replaced, and mailed to them alone', async () => {
    const sync = await makeUser(m.admin, { org_id: orgId, role_id: '5' });
    sink.clear();
    expect((await m.client(head.key).post('/users/resetAllSyncAuthKeys')).status).toBe(403);
    expect((await m.admin.post('/users/resetAllSyncAuthKeys')).status).toBe(200);
    await expect
      .poll(() => sink.mails.flatMap(({ to }) => to).sort(), { timeout: 10_000 })
      .toEqual(['head@acme.test', sync.email].sort());
    const key = /^[a-zA-Z0-9]{40}$/m.exec(sink.mails.find(({ to }) => to.includes(sync.email))?.text ?? '')?.[0] ?? '';
    await expect.poll(async () => (await m.client(key).get('/users/view/me')).status).toBe(200);
    await expect.poll(async () => (await m.client(sync.key).get('/users/view/me')).status).toBe(403);
    expect((await m.client(users[0].key).get('/users/view/me')).status).toBe(200);
    const log = JSON.stringify((await m.admin.post('/admin/audit_logs/index', { model: 'AuthKey' })).body);
    expect(log).not.toContain(key);
  });
});

describe('routeafterlogin', () => {
  it('leads to the page that the user begins with, on this instance alone', async () => {
    const own = m.client(users[0].key);
    expect((await own.get('/users/routeafterlogin')).headers.get('location')).toBe('/');
    await own.post('/user_settings/setHomePage', { path: '/events/index' });
    expect((await own.get('/users/routeafterlogin')).headers.get('location')).toBe('/events/index');
    await own.post('/user_settings/setHomePage', { path: '//evil.test/' });
    expect((await own.get('/users/routeafterlogin')).headers.get('location')).toBe('/');
  });
});

describe('maintenance', () => {
  it('answers the buttons of MISP’s pages, to site administrators alone', async () => {
    for (const path of [
      'startWorker/default',
      'restartWorkers',
      'killAllWorkers',
      'purgeSessions',
      'cleanModelCaches',
    ]) {
      expect((await m.admin.post(`/servers/${path}`)).status).toBe(200);
      expect((await m.client(head.key).post(`/servers/${path}`)).status).toBe(403);
    }
    expect((await m.admin.post('/servers/stopWorker/1')).body).toMatchObject({
      message: 'Worker with pid=1 not found.',
    });
    expect((await m.admin.get('/servers/dbConfiguration')).body).toEqual([]);
    expect((await m.admin.get('/servers/updateProgress')).body).toMatchObject({ update_locked: false });
  });
});
