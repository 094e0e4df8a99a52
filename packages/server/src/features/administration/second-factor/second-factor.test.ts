import { makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { hotp } from './codes.ts';

let sink: MailSink;
let magpie: TestMagpie;
let alphaId: string;
const PASSWORD = 'A-Long-Passw0rd-Indeed';

beforeAll(async () => {
  sink = await startMailSink();
  magpie = await startTestMagpie({
    environment: { MAGPIE_SMTP_URL: sink.url, MAGPIE_TRUSTED_PROXIES: '127.0.0.1/32' },
  });
  alphaId = (await makeOrganisation(magpie.admin)).id;
  await setting('SecureAuth.amount', 50);
});

beforeEach(() => sink.clear());

afterAll(async () => {
  await magpie.stop();
  await sink.stop();
});

const setting = (name: string, value: boolean | number | string) =>
  magpie.admin.post(`/servers/serverSettingsEdit/${name}`, { value });

const newUser = () => makeUser(magpie.admin, { org_id: alphaId, role_id: '3', password: PASSWORD, change_pw: false });

const step = (around = 0) => Math.floor(Date.now() / 30_000) + around;

async function withTotp() {
  const user = await newUser();
  const client = magpie.client(user.key);
  const secret = String(member((await client.get('/users/totp_new')).body, 'secret'));
  // The code of the step before: those of now and the next are still to be used.
  const { status } = await client.post('/users/totp_new', { secret, otp: hotp(secret, step(-1)) });
  expect(status).toBe(200);
  return { user, client, secret };
}

/** A plain form of a browser. */
async function form(path: string, fields: Record<string, string>, cookie = '') {
  const answer = await fetch(magpie.url + path, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
    headers: { accept: 'text/html', cookie },
  });
  const made = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { status: answer.status, location: answer.headers.get('location'), cookie: made, text: await answer.text() };
}

const signIn = (email: string) => form('/users/login?redirect=%2Fevents%2Findex', { email, password: PASSWORD });

async function isIn(cookie: string): Promise<boolean> {
  const answer = await fetch(`${magpie.url}/users/view/me`, { headers: { accept: 'application/json', cookie } });
  return answer.status === 200;
}

describe('signing in with an authenticator', () => {
  it('needs its code after the password, and then a new cookie', async () => {
    const { user, secret } = await withTotp();
    const first = await signIn(user.email);
    expect(first.location).toBe('/users/otp?redirect=%2Fevents%2Findex');
    expect(await isIn(first.cookie)).toBe(false);
    const wrong = await form(
      '/users/otp',
      { otp: '000000' === hotp(secret, step()) ? '000001' : '000000' },
      first.cookie,
    );
    expect([wrong.status, wrong.text.includes('Invalid OTP code')]).toEqual([200, true]);
    const done = await form('/users/otp?redirect=%2Fevents%2Findex', { otp: hotp(secret, step()) }, first.cookie);
    expect([done.status, done.location]).toEqual([302, '/events/index']);
    expect(done.cookie).not.toBe(first.cookie);
    expect([await isIn(done.cookie), await isIn(first.cookie)]).toEqual([true, false]);
  });

  it('takes no code twice, not even for another sign-in', async () => {
    const { user, secret } = await withTotp();
    const [first, second] = [await signIn(user.email), await signIn(user.email)];
    const otp = hotp(secret, step());
    // As the field is called in MISP's own form.
    expect((await form('/users/otp', { 'data[User][otp]': otp }, first.cookie)).status).toBe(302);
    expect((await form('/users/otp', { otp }, second.cookie)).status).toBe(200);
  });

  it('takes the codes on paper, each once, and shows the next', async () => {
    const { user, client } = await withTotp();
    const codes = (await client.get('/users/hotp')).body;
    const third = String(member(codes, '3'));
    const first = await signIn(user.email);
    expect((await form('/users/otp', { otp: third }, first.cookie)).status).toBe(302);
    const again = await signIn(user.email);
    expect((await form('/users/otp', { otp: third }, again.cookie)).status).toBe(200);
    expect(Object.keys((await client.get('/users/hotp')).body ?? {})[0]).toBe('4');
  });

  it('gives the codes on paper to no key for reading', async () => {
    const { client } = await withTotp();
    const { body } = await client.post('/auth_keys/add/me', { read_only: 1 });
    const reader = magpie.client(String(member(body, 'AuthKey', 'authkey_raw')));
    expect((await reader.get('/users/hotp')).status).toBe(403);
  });

  it('counts wrong codes as failures to sign in', async () => {
    const { user, secret } = await withTotp();
    await setting('SecureAuth.amount', 3);
    const { cookie } = await signIn(user.email);
    for (let n = 0; n < 3; n += 1) await form('/users/otp', { otp: 'wrong' }, cookie);
    const blocked = await form('/users/otp', { otp: hotp(secret, step()) }, cookie);
    await setting('SecureAuth.amount', 50);
    expect(blocked.status).toBe(403);
  });

  it('counts wrong codes of an account from whatever addresses they come', async () => {
    const { user, secret } = await withTotp();
    const { cookie } = await signIn(user.email);
    await setting('SecureAuth.amount', 3);
    const tryFrom = (address: string, otp: string) =>
      fetch(`${magpie.url}/users/otp`, {
        method: 'POST',
        redirect: 'manual',
        headers: { accept: 'text/html', cookie, 'x-forwarded-for': address },
        body: new URLSearchParams({ otp }),
      });
    for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::3']) {
      expect((await tryFrom(address, '000000')).status).toBe(200);
    }
    const blocked = await tryFrom('192.0.2.4', hotp(secret, step()));
    await setting('SecureAuth.amount', 50);
    expect(blocked.status).toBe(403);
  });

  it('needs no code while second factors are switched off', async () => {
    const { user, client } = await withTotp();
    await setting('Security.otp_disabled', true);
    expect((await signIn(user.email)).location).toBe('/events/index');
    expect((await client.get('/users/hotp')).status).toBe(403);
    await setting('Security.otp_disabled', false);
  });
});

describe('setting a second factor up', () => {
  it('needs a code of the secret, and happens once', async () => {
    const user = await newUser();
    const client = magpie.client(user.key);
    const { body } = await client.get('/users/totp_new');
    const secret = String(member(body, 'secret'));
    expect(member(body, 'otpauth')).toContain(`secret=${secret}`);
    expect((await client.post('/users/totp_new', { secret, otp: '12345' })).status).toBe(403);
    expect((await client.post('/users/totp_new', { secret: 'A', otp: '123456' })).status).toBe(403);
    expect((await client.get('/users/view/me')).body).toMatchObject({ User: { totp_is_set: '0' } });
    expect((await client.post('/users/totp_new', { secret, otp: hotp(secret, step()) })).status).toBe(200);
    expect((await client.get('/users/view/me')).body).toMatchObject({ User: { totp_is_set: '1', totp: '*****' } });
    expect((await client.get('/users/totp_new')).status).toBe(405);
    const stored = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.first<{ totp_secret: string }>('select totp_secret from users where email = $1', [user.email]),
    );
    expect(stored?.totp_secret).not.toContain(secret);
  });

  it('is undone by administrators of the user alone', async () => {
    const { user, client } = await withTotp();
    const beta = await makeOrganisation(magpie.admin);
    const foreign = await magpie.user(beta, '2');
    expect((await client.post(`/users/totp_delete/${user.id}`)).status).toBe(403);
    expect((await foreign.post(`/users/totp_delete/${user.id}`)).status).toBe(404);
    expect((await foreign.post('/users/totp_delete/1')).status).toBe(404);
    const own = magpie.client((await makeUser(magpie.admin, { org_id: alphaId, role_id: '2' })).key);
    expect((await own.post(`/users/totp_delete/${user.id}`)).body).toEqual({
      saved: true,
      success: true,
      name: 'User TOTP deleted.',
      message: 'User TOTP deleted.',
      url: `/users/totp_delete/${user.id}`,
      id: user.id,
    });
    expect((await signIn(user.email)).location).toBe('/events/index');
  });

  it('is demanded of browsers where the instance says so', async () => {
    await setting('Security.otp_required', true);
    const user = await newUser();
    const { cookie } = await signIn(user.email);
    expect(await isIn(cookie)).toBe(true);
    const page = await fetch(`${magpie.url}/events/index`, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie },
    });
    expect(page.headers.get('location')).toBe('/users/totp_new');
    const data = await fetch(`${magpie.url}/events/index`, { headers: { accept: 'application/json', cookie } });
    expect(data.status).toBe(403);
    const setup = await fetch(`${magpie.url}/users/totp_new`, { headers: { accept: 'text/html', cookie } });
    const html = await setup.text();
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? '';
    const secret = field('secret');
    const done = await form(
      '/users/totp_new',
      { csrf_token: field('csrf_token'), secret, otp: hotp(secret, step()) },
      cookie,
    );
    expect([done.status, done.location]).toEqual([302, '/']);
    const after = await fetch(`${magpie.url}/events/index`, { headers: { accept: 'application/json', cookie } });
    expect(after.status).toBe(200);
    expect((await magpie.client(user.key).get('/events/index')).status).toBe(200);
    await setting('Security.otp_required', false);
  });
});

describe('signing in with a mailed code', () => {
  const codeIn = (text: string) => /code is (\d+)/.exec(text)?.[1] ?? '';

  it('needs the code of this very sign-in', async () => {
    await setting('Security.email_otp_enabled', true);
    const user = await newUser();
    const first = await signIn(user.email);
    const second = await signIn(user.email);
    expect(first.location).toBe('/users/otp?redirect=%2Fevents%2Findex');
    await magpie.magpie.jobs.settled();
    const codes = sink.mails.map(({ text }) => codeIn(text));
    expect(codes).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)]);
    const [one = '', two = ''] = codes;
    if (one !== two) expect((await form('/users/otp', { otp: two }, first.cookie)).status).toBe(200);
    const done = await form('/users/otp', { otp: one }, first.cookie);
    expect([done.status, await isIn(done.cookie)]).toEqual([302, true]);
    expect((await form('/users/otp', { otp: two }, second.cookie)).status).toBe(302);
    const { body } = await magpie.admin.get('/jobs/index/email');
    expect(JSON.stringify(body)).not.toContain(one);
  });

  it('takes no code after its time, and asks nobody who is excepted', async () => {
    const user = await newUser();
    const { cookie } = await signIn(user.email);
    await magpie.magpie.jobs.settled();
    await magpie.magpie.database.asSystem('test', (tx) => tx.execute('update sessions set mailed_code_until = 1'));
    expect((await form('/users/otp', { otp: codeIn(sink.mails[0]?.text ?? '') }, cookie)).status).toBe(200);
    await setting('Security.email_otp_exceptions', `someone@else.test, ${user.email.toUpperCase()}`);
    expect((await signIn(user.email)).location).toBe('/events/index');
    await setting('Security.email_otp_enabled', false);
  });
});
