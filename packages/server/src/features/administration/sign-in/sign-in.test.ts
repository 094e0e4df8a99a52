import { makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTryCounter } from './brute-force.ts';

let magpie: TestMagpie;
const PASSWORD = 'A-Long-Passw0rd-Indeed';
const HTML = { accept: 'text/html,application/xhtml+xml' };

beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

function form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}, method = 'POST') {
  return fetch(magpie.url + path, {
    method,
    redirect: 'manual',
    body: new URLSearchParams(fields),
    headers: { ...HTML, ...headers },
  });
}

function page(path: string, headers: Record<string, string> = {}) {
  return fetch(magpie.url + path, { redirect: 'manual', headers: { ...HTML, ...headers } });
}

async function newUser(fields: Record<string, unknown> = {}) {
  return makeUser(magpie.admin, { password: PASSWORD, change_pw: false, ...fields });
}

async function signedIn(email: string, password = PASSWORD): Promise<string> {
  const answer = await form('/users/login', { email, password });
  expect(answer.status).toBe(302);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

function call(
  cookie: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
) {
  return fetch(magpie.url + path, {
    method: options.method ?? 'GET',
    redirect: 'manual',
    headers: { accept: 'application/json', 'content-type': 'application/json', cookie, ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
}

async function csrfOf(cookie: string): Promise<string> {
  return String(member(await (await call(cookie, '/ui/session')).json(), 'csrfToken'));
}

describe('the sign-in form', () => {
  it('is where a browser without session is sent, and brings it back to the page it asked for', async () => {
    const asked = await page('/events/view/1?x=1');
    expect(asked.status).toBe(302);
    expect(asked.headers.get('location')).toBe('/users/login?redirect=%2Fevents%2Fview%2F1%3Fx%3D1');
    const { email } = await newUser();
    const done = await form('/users/login?redirect=%2Fevents%2Fview%2F1%3Fx%3D1', { email, password: PASSWORD });
    expect(done.headers.get('location')).toBe('/events/view/1?x=1');
  });

  it('takes MISP’s field names', async () => {
    const { email } = await newUser();
    const done = await form('/users/login', { 'data[User][email]': email, 'data[User][password]': PASSWORD });
    expect(done.status).toBe(302);
  });

  it('sets a cookie that scripts and other sites cannot use', async () => {
    const { email } = await newUser();
    const cookie = (await form('/users/login', { email, password: PASSWORD })).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^MISP-[0-9a-f-]{36}=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  });

  it('escapes what it shows again', async () => {
    const answer = await form('/users/login', { email: '"><svg onload=alert(1)>', password: 'x' });
    expect(await answer.text()).not.toContain('<svg');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('speaks the browser’s language', async () => {
    expect(await (await page('/users/login', { 'accept-language': 'ja' })).text()).toContain('<html lang="ja">');
  });

  it('refuses JSON sign-in forms, a form of another site and odd fields', async () => {
    const json = await fetch(`${magpie.url}/users/login`, { headers: { accept: 'application/json' } });
    expect(json.status).toBe(403);
    const { email } = await newUser();
    const fields = { email, password: PASSWORD };
    expect((await form('/users/login', fields, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await form('/users/login', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await form('/users/login', { 'email[$gt]': '', password: PASSWORD })).status).toBe(400);
    expect((await form('/users/login', { email })).status).toBe(400);
    expect((await form('/users/login', { email: 'a\0b@x.test', password: 'x' })).status).toBe(400);
    expect((await form('/users/login', { email, password: '' })).status).toBe(200);
  });

  it('lets nobody in whose account is disabled, and puts him out of a session at once', async () => {
    const user = await newUser();
    const cookie = await signedIn(user.email);
    await magpie.admin.post(`/admin/users/edit/${user.id}`, { disabled: true });
    expect((await call(cookie, '/ui/session')).status).toBe(401);
    expect((await form('/users/login', { email: user.email, password: PASSWORD })).status).toBe(200);
  });
});

describe('brute-force protection', () => {
  it('blocks the sixth try, also with the right password and another spelling of the mail', async () => {
    const { email } = await newUser();
    for (const variant of [email, email.toUpperCase(), ` ${email}`, `${email} `, email.replace('e', 'ｅ')]) {
      expect((await form('/users/login', { email: variant, password: 'wrong' })).status).toBe(200);
    }
    const sixth = await form('/users/login', { email, password: PASSWORD });
    expect(sixth.status).toBe(403);
    expect(sixth.headers.get('retry-after')).toBe('300');
    expect((await form('/users/login', { email: (await newUser()).email, password: PASSWORD })).status).toBe(302);
  });

  it('takes the addresses of an IPv6 network for one', async () => {
    const countTry = createTryCounter(magpie.magpie);
    for (const end of ['1', '2', 'ffff:1', '0:0:3', '5']) await countTry(`2001:db8:0:7::${end}`, 'a@x.test');
    await expect(countTry('2001:db8::7:1:2:3:4', 'a@x.test')).rejects.toThrow(/maximum number/);
    await countTry('2001:db8:0:8::1', 'a@x.test');
    for (let n = 0; n < 5; n += 1) await countTry(`::ffff:192.0.2.${n}`, 'a@x.test');
    await countTry('::ffff:192.0.2.77', 'a@x.test');
  });

  it('counts other verbs, which sign nobody in', async () => {
    const { email } = await newUser();
    for (const method of ['PUT', 'DELETE', 'PUT', 'DELETE', 'PUT']) {
      expect((await form('/users/login', { email, password: PASSWORD }, {}, method)).status).toBe(405);
    }
    expect((await form('/users/login', { email, password: PASSWORD })).status).toBe(403);
  });

  it('does not let tries through that come at the same time', async () => {
    const { email } = await newUser();
    const tries = Array.from({ length: 12 }, () => form('/users/login', { email, password: 'wrong' }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  });
});

describe('a browser session', () => {
  it('tells the page who is signed in', async () => {
    const user = await newUser();
    const session: unknown = await (await call(await signedIn(user.email), '/ui/session')).json();
    expect(member(session, 'user')).toEqual({ id: user.id, email: user.email });
    expect(member(session, 'role', 'perm_add')).toBe(true);
    expect(member(session, 'role', 'perm_site_admin')).toBe(false);
    expect(member(session, 'firstStart')).toBe(false);
    expect((await call('', '/ui/session')).status).toBe(401);
  });

  it('needs its token and this site’s origin to write, and neither to read', async () => {
    const cookie = await signedIn((await newUser()).email);
    const token = await csrfOf(cookie);
    const write = (headers: Record<string, string>) =>
      call(cookie, '/user_settings/setHomePage', { method: 'POST', headers, body: { path: '/x' } });
    expect((await write({})).status).toBe(403);
    expect((await write({ 'x-magpie-csrf': `${token}x` })).status).toBe(403);
    expect((await write({ 'x-magpie-csrf': token, origin: 'null' })).status).toBe(403);
    expect((await write({ 'x-magpie-csrf': token, origin: 'https://evil.test' })).status).toBe(403);
    expect((await write({ 'x-magpie-csrf': token, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await write({ 'content-type': 'text/plain' })).status).toBe(403);
    expect((await write({ 'x-magpie-csrf': token, origin: magpie.url })).status).toBe(200);
    expect((await call(cookie, '/users/view/me')).status).toBe(200);
  });

  it('is not opened by a token that looks like one', async () => {
    const cookie = await signedIn((await newUser()).email);
    const forged = cookie.replace(/=.*/, `=${'A'.repeat(43)}`);
    expect((await call(forged, '/users/view/me')).status).toBe(403);
    expect((await call(cookie.replace(/.$/, ''), '/users/view/me')).status).toBe(403);
  });

  it('ends by signing out, which a link cannot do', async () => {
    const cookie = await signedIn((await newUser()).email);
    const token = await csrfOf(cookie);
    expect((await page('/users/logout', { cookie })).status).toBe(200);
    expect((await call(cookie, '/ui/session')).status).toBe(200);
    expect((await form('/users/logout', { csrf_token: token }, { cookie })).status).toBe(302);
    expect((await call(cookie, '/ui/session')).status).toBe(401);
  });

  it('ends everywhere else when the password changes, and asks for the current one', async () => {
    const { email } = await newUser();
    const [here, there] = [await signedIn(email), await signedIn(email)];
    const change = async (fields: Record<string, string>) =>
      call(here, '/users/change_pw', {
        method: 'POST',
        headers: { 'x-magpie-csrf': await csrfOf(here) },
        body: fields,
      });
    expect((await change({ password: 'Another-Passw0rd-Here' })).status).toBe(403);
    expect((await change({ password: 'Another-Passw0rd-Here', current_password: 'wrong' })).status).toBe(403);
    expect((await change({ password: 'Another-Passw0rd-Here', current_password: PASSWORD })).status).toBe(200);
    expect((await call(here, '/ui/session')).status).toBe(200);
    expect((await call(there, '/ui/session')).status).toBe(401);
  });

  it('needs the password for a new mail, whatever the client accepts', async () => {
    const { email } = await newUser();
    const cookie = await signedIn(email);
    const edit = async (fields: Record<string, string>) =>
      call(cookie, '/users/edit', { method: 'POST', headers: { 'x-magpie-csrf': await csrfOf(cookie) }, body: fields });
    expect((await edit({ email: `new-${email}` })).status).toBe(403);
    expect((await edit({ email: `new-${email}`, current_password: 'wrong' })).status).toBe(403);
    expect((await edit({ contactalert: '1' })).status).toBe(200);
    expect((await edit({ email: `new-${email}`, current_password: PASSWORD })).status).toBe(200);
    expect((await form('/users/login', { email: `new-${email}`, password: PASSWORD })).status).toBe(302);
  });

  it('is no way to find the password out: tries are counted, also those with a key', async () => {
    const { email, key } = await newUser();
    const cookie = await signedIn(email);
    const csrfToken = await csrfOf(cookie);
    const change = (fields: Record<string, string>, headers: Record<string, string>) =>
      call('', '/users/change_pw', {
        method: 'POST',
        headers,
        body: { password: 'Another-Passw0rd-Here', ...fields },
      });
    const session = { cookie, 'x-magpie-csrf': csrfToken };
    for (let guess = 0; guess < 5; guess += 1) {
      const headers = guess % 2 === 0 ? session : { authorization: key };
      expect((await change({ current_password: `guess-${guess}` }, headers)).status).toBe(403);
    }
    expect((await change({ current_password: PASSWORD }, session)).status).toBe(429);
    const told = await form(
      '/users/change_pw',
      { csrf_token: csrfToken, password: 'x', current_password: 'y' },
      { cookie },
    );
    expect(await told.text()).toContain('role="alert">You have reached the maximum number');
    // Another account from the same place is not held up.
    const other = await newUser();
    const changed = await change({ current_password: PASSWORD }, { authorization: other.key });
    expect(changed.status).toBe(200);
  });

  it('lets those who must change their password do nothing else', async () => {
    const { email } = await newUser({ change_pw: true });
    const cookie = await signedIn(email);
    expect((await page('/events/index', { cookie })).headers.get('location')).toContain('/users/change_pw');
    expect((await call(cookie, '/roles/index')).status).toBe(403);
    const fields = {
      password: 'Another-Passw0rd-Here',
      confirm_password: 'Another-Passw0rd-Here',
      current_password: PASSWORD,
    };
    const done = await form(
      '/users/change_pw?redirect=%2Ftags%2Findex',
      { ...fields, csrf_token: await csrfOf(cookie) },
      { cookie },
    );
    expect(done.headers.get('location')).toBe('/tags/index');
    expect((await call(cookie, '/roles/index')).status).toBe(200);
  });

  it('expires when idle, and after its longest time in any case', async () => {
    const { email } = await newUser();
    const age = (column: 'last_seen' | 'created', seconds: number) =>
      magpie.magpie.database.asSystem('age sessions', (tx) =>
        tx.execute(`update sessions set ${column} = ${column} - $1`, [seconds]),
      );
    const idle = await signedIn(email);
    await age('last_seen', 481 * 60);
    expect((await call(idle, '/ui/session')).status).toBe(401);
    const old = await signedIn(email);
    await age('created', 10_081 * 60);
    expect((await call(old, '/ui/session')).status).toBe(401);
  });
});

describe('every answer', () => {
  it('forbids framing, sniffing and script', async () => {
    for (const answer of [await page('/users/login'), await call('', '/events/index'), await page('/assets/none.js')]) {
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(answer.headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
