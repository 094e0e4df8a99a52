import { type MadeUser, makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../mail/testing/mail-sink.ts';
import { profileOf } from './profile.ts';
import { statusOf } from './status.ts';

const PASSWORD = 'A-Long-Passw0rd-Indeed';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const EDGE = `${CHROME} Edg/126.0.0.0`;

describe('the profile of a sign-in', () => {
  it('names browser and platform', () => {
    const names = (agent: string) => {
      const { ua_browser, ua_platform } = profileOf('192.0.2.1', agent, 'en');
      return `${ua_browser} on ${ua_platform}`;
    };
    expect([FIREFOX, CHROME, EDGE, 'curl/8.0', 'odd'].map(names)).toEqual([
      'Firefox on Linux',
      'Chrome on Windows',
      'Edge on Windows',
      'curl on unknown',
      'unknown on unknown',
    ]);
  });

  it('is judged by the same one, else by one alike whatever the address', () => {
    const trusted = { ...profileOf('192.0.2.1', FIREFOX, 'en'), status: 'trusted' as const };
    const malicious = { ...profileOf('192.0.2.66', CHROME, 'en'), status: 'malicious' as const };
    const stored = [trusted, malicious];
    expect(statusOf(profileOf('192.0.2.1', FIREFOX, 'en'), stored)).toBe('trusted');
    expect(statusOf(profileOf('192.0.2.2', FIREFOX.replace('128', '129'), 'en'), stored)).toBe('likely trusted');
    expect(statusOf(profileOf('192.0.2.66', CHROME, 'en'), stored)).toBe('malicious');
    expect(statusOf(profileOf('192.0.2.2', CHROME, 'en'), stored)).toBe('likely malicious');
    expect(statusOf(profileOf('192.0.2.1', FIREFOX, 'fr'), stored)).toBe('unknown');
    const odd = { ...profileOf('192.0.2.1', 'odd', ''), status: 'trusted' as const };
    expect(statusOf(profileOf('192.0.2.1', 'other', ''), [odd])).toBe('unknown');
  });
});

describe('Security.alert_on_suspicious_logins', () => {
  let m: TestMagpie;
  let sink: MailSink;
  let organisationId: string;
  let user: MadeUser;

  beforeAll(async () => {
    sink = await startMailSink();
    m = await startTestMagpie({ environment: { MAGPIE_SMTP_URL: sink.url, MAGPIE_TRUSTED_PROXIES: '127.0.0.1/32' } });
    organisationId = (await makeOrganisation(m.admin)).id;
    await makeUser(m.admin, { org_id: organisationId, role_id: '2', email: 'head@acme.test' });
    await m.admin.post('/servers/serverSettingsEdit/Security.alert_on_suspicious_logins', { value: true });
  });
  afterAll(async () => {
    await m?.stop();
    await sink?.stop();
  });
  beforeEach(async () => {
    user = await makeUser(m.admin, { org_id: organisationId, password: PASSWORD, change_pw: false });
    sink.clear();
  });

  async function signIn(ip: string, agent: string): Promise<string> {
    const answer = await fetch(`${m.url}/users/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', 'x-forwarded-for': ip, 'user-agent': agent, 'accept-language': 'en' },
      body: new URLSearchParams({ email: user.email, password: PASSWORD }),
    });
    expect(answer.status).toBe(302);
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }

  async function latestSignIn(): Promise<string> {
    return String(member((await m.client(user.key).get('/users/view_login_history')).body, 0, 'id'));
  }

  const mailed = (to: string) => sink.mails.filter((mail) => mail.to.includes(to)).map((mail) => mail.subject);

  it('tells the user of a sign-in from elsewhere until it is trusted, and then of none alike', async () => {
    await signIn('192.0.2.1', FIREFOX);
    await expect.poll(() => mailed(user.email)).toEqual(['[ORGNAME MISP] New sign in.']);
    const own = m.client(user.key);
    expect(member((await own.get('/users/view_login_history')).body, 0)).toMatchObject({
      action: 'login',
      ip: '192.0.2.1',
      browser: 'Firefox',
      platform: 'Linux',
      status: 'unknown',
    });
    expect(await own.post(`/userLoginProfiles/trust/${await latestSignIn()}`)).toMatchObject({ status: 200 });
    sink.clear();
    await signIn('192.0.2.2', FIREFOX);
    expect(member((await own.get('/users/view_login_history')).body, 0, 'status')).toBe('likely trusted');
    await signIn('192.0.2.1', CHROME);
    await expect.poll(() => mailed(user.email)).toHaveLength(1);
    const profiles = await own.get('/user_login_profiles/index');
    expect(profiles.body).toEqual([
      { UserLoginProfile: expect.objectContaining({ status: 'trusted', ip: '192.0.2.1' }) },
    ]);
  });

  it('tells administrators of a malicious one, demands a new password and ends its session', async () => {
    const cookie = await signIn('192.0.2.66', CHROME);
    const own = m.client(user.key);
    expect((await own.post(`/userLoginProfiles/malicious/${await latestSignIn()}`)).status).toBe(200);
    await expect.poll(() => mailed('head@acme.test')).toEqual([`[ORGNAME MISP] Suspicious sign in of ${user.email}`]);
    await expect.poll(() => mailed(m.adminEmail)).toHaveLength(1);
    expect((await fetch(`${m.url}/ui/session`, { headers: { cookie } })).status).toBe(401);
    expect(member((await m.admin.get(`/admin/users/view/${user.id}`)).body, 'User', 'change_pw')).toBe(true);
    const log = await m.admin.post('/admin/logs/index', { action: 'auth_alert' });
    expect(JSON.stringify(log.body)).toContain(`Suspicious login reported by ${user.email}`);
  });

  it('logs sign-ins from an address that anybody called malicious', async () => {
    await signIn('192.0.2.77', CHROME);
    await m.client(user.key).post(`/userLoginProfiles/malicious/${await latestSignIn()}`);
    user = await makeUser(m.admin, { org_id: organisationId, password: PASSWORD, change_pw: false });
    await signIn('192.0.2.77', FIREFOX);
    const log = await m.admin.post('/admin/logs/index', { action: 'auth_alert' });
    expect(JSON.stringify(log.body)).toContain(`Suspicious login of ${user.email}`);
  });

  it('is nobody else’s to judge, to read or to delete', async () => {
    await signIn('192.0.2.5', FIREFOX);
    const entry = await latestSignIn();
    const stranger = m.client(
      (await makeUser(m.admin, { org_id: (await makeOrganisation(m.admin)).id, role_id: '2' })).key,
    );
    for (const client of [stranger, m.admin]) {
      expect((await client.post(`/userLoginProfiles/trust/${entry}`)).status).toBe(404);
    }
    await m.client(user.key).post(`/userLoginProfiles/trust/${entry}`);
    expect((await stranger.get(`/user_login_profiles/index/${user.id}`)).body).toEqual([]);
    expect((await stranger.get(`/users/view_login_history/${user.id}`)).body).toEqual([]);
    const listed = await m.admin.get(`/user_login_profiles/index/${user.id}`);
    const profile = member(listed.body, 0, 'UserLoginProfile', 'id');
    expect((await stranger.post(`/admin/userLoginProfiles/delete/${profile}`)).status).toBe(404);
    expect((await m.client(user.key).post(`/admin/userLoginProfiles/delete/${profile}`)).status).toBe(403);
    expect((await m.admin.post(`/admin/userLoginProfiles/delete/${profile}`)).status).toBe(200);
    expect((await m.admin.get(`/user_login_profiles/index/${user.id}`)).body).toEqual([]);
  });

  it('off, judges nothing and sends nothing', async () => {
    await m.admin.post('/servers/serverSettingsEdit/Security.alert_on_suspicious_logins', { value: false });
    await signIn('192.0.2.9', FIREFOX);
    expect(member((await m.client(user.key).get('/users/view_login_history')).body, 0)).not.toHaveProperty('status');
    expect(mailed(user.email)).toEqual([]);
    await m.admin.post('/servers/serverSettingsEdit/Security.alert_on_suspicious_logins', { value: true });
  });
});
