import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MadeUser, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havingSettings } from './testing/having.ts';

const PASSWORD = 'A-Long-Passw0rd-Indeed';
let m: TestMagpie;
let user: MadeUser;
beforeAll(async () => {
  m = await startTestMagpie();
  user = await makeUser(m.admin, { password: PASSWORD, change_pw: false });
});
afterAll(() => m?.stop());

const having = (name: string, value: unknown, work: () => Promise<void>) =>
  havingSettings(m.admin, { [name]: value }, work);

function browse(path: string, headers: Record<string, string> = {}, fields?: Record<string, string>) {
  return fetch(m.url + path, {
    method: fields === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', ...headers },
    ...(fields === undefined ? {} : { body: new URLSearchParams(fields) }),
  });
}

async function signIn(): Promise<string> {
  const answer = await browse('/users/login', {}, { email: user.email, password: PASSWORD });
  expect(answer.status).toBe(302);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const sessionOf = (cookie: string) => fetch(`${m.url}/ui/session`, { headers: { cookie } });

describe('MISP.maintenance_message', () => {
  it('is what those read who are kept out while the instance is not live', async () => {
    const cookie = await signIn();
    await m.admin.post('/servers/serverSettingsEdit/MISP.contact', { value: 'desk@acme.test' });
    await having('MISP.maintenance_message', 'Back at noon; ask $email & wait.', async () => {
      await having('MISP.live', false, async () => {
        const refused = await m.client(user.key).get('/events/index');
        expect(refused).toMatchObject({
          status: 403,
          body: { message: 'Back at noon; ask desk@acme.test & wait.' },
        });
        const page = await browse('/events/index', { cookie });
        expect([page.status, await page.text()]).toEqual([
          503,
          expect.stringContaining('ask desk@acme.test &amp; wait.'),
        ]);
        expect(await (await browse('/users/login')).text()).toContain('Back at noon');
        expect((await m.admin.get('/events/index')).status).toBe(200);
      });
    });
  });
});

describe('Security.auth_enforced', () => {
  it('is not set by mistake, takes the form of passwords away and leaves keys', async () => {
    const set = await m.admin.post('/servers/serverSettingsEdit/Security.auth_enforced', { value: true });
    expect(set.status).toBe(403);
    await having('Security.auth_enforced', true, async () => {
      expect(await (await browse('/users/login')).text()).not.toContain('<form');
      const tried = await browse('/users/login', {}, { email: user.email, password: PASSWORD });
      expect([tried.status, tried.headers.get('set-cookie')]).toEqual([403, null]);
      expect((await m.client(user.key).get('/users/view/me')).status).toBe(200);
    });
    await signIn();
  });
});

describe('Security.allow_cors', () => {
  it('lets scripts of the named origins read answers, with a key and no cookie', async () => {
    const ask = (method: string, origin: string) =>
      fetch(`${m.url}/servers/getVersion`, {
        method,
        headers: { origin, authorization: user.key, accept: 'application/json' },
      });
    expect((await ask('GET', 'https://dash.test')).headers.get('access-control-allow-origin')).toBeNull();
    await having('Security.allow_cors', true, async () => {
      await having('Security.cors_origins', 'https://dash.test, https://other.test', async () => {
        const answer = await ask('GET', 'https://dash.test');
        expect(answer.headers.get('access-control-allow-origin')).toBe('https://dash.test');
        expect(answer.headers.get('access-control-expose-headers')).toBe('X-Result-Count');
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
        expect((await ask('GET', 'https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
        const asked = await ask('OPTIONS', 'https://other.test');
        expect([asked.status, await asked.text(), asked.headers.get('access-control-allow-headers')]).toEqual([
          200,
          '',
          'Origin, Content-Type, Authorization, Accept',
        ]);
      });
    });
  });
});

describe('Security.allow_unsafe_apikey_named_param', () => {
  it('takes keys from the URL, and keeps them out of the access log', async () => {
    const path = `/users/view/me/apikey:${user.key}.json`;
    const nobody = m.client(null);
    expect((await nobody.get(path)).status).toBe(403);
    await having('Security.allow_unsafe_apikey_named_param', true, async () => {
      await having('MISP.log_paranoid', true, async () => {
        expect(member((await nobody.get(path)).body, 'User', 'email')).toBe(user.email);
        expect((await nobody.get(`/users/view/me/apikey:${'x'.repeat(40)}.json`)).status).toBe(403);
        await expect
          .poll(async () => JSON.stringify((await m.admin.get('/admin/access_logs/index')).body), { timeout: 10_000 })
          .toContain('/users/view/me/apikey:*');
        expect(JSON.stringify((await m.admin.get('/admin/access_logs/index')).body)).not.toContain(user.key);
      });
    });
  });
});

describe('Security.force_https', () => {
  it('lets cookies travel encrypted only', async () => {
    await having('Security.force_https', true, async () => {
      const answer = await browse('/users/login', {}, { email: user.email, password: PASSWORD });
      expect(answer.headers.get('set-cookie')).toContain('; Secure');
    });
  });
});

describe('what is kept of users', () => {
  it('with MISP.log_user_ips is who was last seen at an address', async () => {
    expect((await m.admin.get('/servers/ipUser/127.0.0.1')).status).toBe(404);
    await having('MISP.log_user_ips', true, async () => {
      await m.client(user.key).get('/users/view/me');
      const seen = await m.admin.get('/servers/ipUser/127.0.0.1');
      expect(Object.keys(member(seen.body, '127.0.0.1') ?? {})).toEqual(['id', 'email']);
      expect((await m.admin.get('/servers/ipUser/192.0.2.9')).status).toBe(404);
      expect((await m.client(user.key).get('/servers/ipUser/127.0.0.1')).status).toBe(403);
    });
    expect((await m.admin.get('/servers/ipUser/127.0.0.1')).status).toBe(404);
  });

  it('with MISP.log_user_ips_authkeys is when a key was last used', async () => {
    const asked = m.client((await makeUser(m.admin)).key);
    const first = member((await asked.get('/auth_keys/index')).body, 0, 'AuthKey');
    expect(first).not.toHaveProperty('last_used');
    await having('MISP.log_user_ips_authkeys', true, async () => {
      const fresh = m.client((await makeUser(m.admin)).key);
      await fresh.get('/users/view/me');
      expect(member((await fresh.get('/auth_keys/index')).body, 0, 'AuthKey', 'last_used')).toBeTypeOf('number');
    });
  });

  it('with MISP.store_api_access_time is the time of every request', async () => {
    const { id, key } = await makeUser(m.admin);
    const access = async () =>
      Number(member((await m.admin.get(`/admin/users/view/${id}`)).body, 'User', 'last_api_access'));
    const forget = () =>
      m.magpie.database.asSystem('test', (tx) =>
        tx.execute('update users set last_api_access = 1 where id = $1', [id]),
      );
    await m.client(key).get('/users/view/me');
    expect(await access()).toBeGreaterThan(1);
    await forget();
    await m.client(key).get('/users/view/me');
    expect(await access()).toBe(1);
    await having('MISP.store_api_access_time', true, async () => {
      await m.client(key).get('/users/view/me');
      expect(await access()).toBeGreaterThan(1);
    });
  });
});

describe('MISP.terms_file', () => {
  it('keeps browsers, not keys, from everything else until the terms are accepted', async () => {
    await mkdir(join(m.magpie.config.dataDir, 'terms'), { recursive: true });
    await writeFile(join(m.magpie.config.dataDir, 'terms', 'terms.txt'), 'Share & <care>.');
    const cookie = await signIn();
    await m.magpie.settings.set(null, 'MISP.terms_file', 'terms.txt');
    try {
      const sent = await browse('/events/index', { cookie });
      expect([sent.status, sent.headers.get('location')]).toEqual([302, '/users/terms?redirect=%2Fevents%2Findex']);
      expect((await fetch(`${m.url}/events/index.json`, { headers: { cookie } })).status).toBe(403);
      expect((await m.client(user.key).get('/events/index')).status).toBe(200);
      expect(await (await browse('/users/terms', { cookie })).text()).toContain('Share &amp; &lt;care&gt;.');
      await having('MISP.terms_download', true, async () => {
        expect(await (await browse('/users/terms', { cookie })).text()).not.toContain('Share');
      });
      expect(await (await browse('/users/downloadTerms', { cookie })).text()).toBe('Share & <care>.');
      const csrf_token = String(member(await (await sessionOf(cookie)).json(), 'csrfToken'));
      const accepted = await browse('/users/terms?redirect=%2Fevents%2Findex', { cookie }, { csrf_token });
      expect([accepted.status, accepted.headers.get('location')]).toEqual([302, '/events/index']);
      expect((await fetch(`${m.url}/events/index.json`, { headers: { cookie } })).status).toBe(200);
    } finally {
      await m.magpie.settings.set(null, 'MISP.terms_file', '');
    }
  });
});
