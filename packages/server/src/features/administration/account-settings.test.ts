import { makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

const set = (name: string, value: boolean) =>
  magpie.admin.post(`/servers/serverSettingsEdit/Security.${name}`, { value });

describe('settings that protect accounts', () => {
  it('demand addresses of every new key, and let none be taken off', async () => {
    const client = magpie.client((await makeUser(magpie.admin)).key);
    await set('mandate_ip_allowlist_advanced_authkeys', true);
    expect((await client.post('/auth_keys/add/me', { comment: 'open' })).status).toBe(403);
    const made = await client.post('/auth_keys/add/me', { allowed_ips: ['10.0.0.0/8'] });
    const id = String(member(made.body, 'AuthKey', 'id'));
    expect((await client.post(`/auth_keys/edit/${id}`, { allowed_ips: [] })).status).toBe(403);
    expect((await client.post(`/auth_keys/edit/${id}`, { comment: 'still bound' })).status).toBe(200);
    await set('mandate_ip_allowlist_advanced_authkeys', false);
    expect((await client.post('/auth_keys/add/me', { comment: 'open' })).status).toBe(200);
  });

  it('give new users no key that is valid everywhere where keys must name their addresses', async () => {
    await set('mandate_ip_allowlist_advanced_authkeys', true);
    const add = async (fields: Record<string, unknown>) => {
      const email = `${crypto.randomUUID().slice(0, 8)}@example.test`;
      return magpie.admin.post('/admin/users/add', { email, org_id: '1', role_id: '3', ...fields });
    };
    const open = String(member((await add({})).body, 'User', 'authkey'));
    const bound = String(member((await add({ allowed_ips: ['127.0.0.0/8', '::1'] })).body, 'User', 'authkey'));
    expect((await add({ allowed_ips: ['nowhere'] })).status).toBe(403);
    await set('mandate_ip_allowlist_advanced_authkeys', false);
    expect((await magpie.client(open).get('/users/view/me')).status).toBe(403);
    expect((await magpie.client(bound).get('/users/view/me')).status).toBe(200);
  });

  it('name user and organisation in headers where asked, and always when the key ends', async () => {
    const user = await makeUser(magpie.admin);
    const client = magpie.client(user.key);
    const plain = await client.get('/users/view/me');
    expect(plain.headers.get('x-username')).toBe(null);
    expect(plain.headers.get('x-auth-key-expiration')).toBe(null);
    const made = await client.post('/auth_keys/add/me', { expiration: '2098-01-02' });
    await set('username_in_response_header', true);
    const ending = magpie.client(String(member(made.body, 'AuthKey', 'authkey_raw')));
    const { headers } = await ending.get('/users/view/me');
    await set('username_in_response_header', false);
    expect(headers.get('x-username')).toBe(`${user.email}/API/${member(made.body, 'AuthKey', 'id')}`);
    expect(headers.get('x-userorguuid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-auth-key-expiration')).toBe('2098-01-02T00:00:00+00:00');
  });

  it('note no addresses of keys where that is unwanted', async () => {
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.disable_seen_ips_authkeys', { value: true });
    const user = await makeUser(magpie.admin);
    await magpie.client(user.key).get('/users/view/me');
    const { body } = await magpie.client(user.key).get('/auth_keys/index');
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.disable_seen_ips_authkeys', { value: false });
    expect(member(body, 0, 'AuthKey', 'unique_ips')).toEqual([]);
  });

  it('keep site administrators in the organisation that runs the instance', async () => {
    const other = await makeOrganisation(magpie.admin);
    const user = await makeUser(magpie.admin, { org_id: other.id, role_id: '3' });
    await set('limit_site_admins_to_host_org', true);
    const add = (org: string, email: string) =>
      magpie.admin.post('/admin/users/add', { email, org_id: org, role_id: '1' });
    expect((await add(other.id, 'foreign@example.test')).status).toBe(403);
    expect((await magpie.admin.post(`/admin/users/edit/${user.id}`, { role_id: '1' })).status).toBe(403);
    expect((await magpie.admin.post(`/admin/users/edit/${user.id}`, { contactalert: true })).status).toBe(200);
    const own = await add('1', 'own@example.test');
    expect(own.status).toBe(200);
    const id = String(member(own.body, 'User', 'id'));
    expect((await magpie.admin.post(`/admin/users/edit/${id}`, { org_id: other.id })).status).toBe(403);
    await set('limit_site_admins_to_host_org', false);
    expect((await add(other.id, 'foreign@example.test')).status).toBe(200);
  });
});

describe('periodic summaries', () => {
  it('are chosen with their filters in one place, each for oneself', async () => {
    const [client, other] = [await magpie.user(), await magpie.user()];
    const page = '/users/notificationSettings';
    const filters = { tags: '["tlp:green"]', event_info: '%phish%' };
    const body = { User: { notification_weekly: 1 }, UserSetting: { periodic_notification_filters: filters } };
    const chosen = {
      User: { notification_daily: false, notification_weekly: true, notification_monthly: false },
      UserSetting: { periodic_notification_filters: filters },
    };
    expect((await client.post(page, body)).body).toEqual(chosen);
    expect((await client.get(page)).body).toEqual(chosen);
    expect((await client.post(page, { periodic_notification_filters: 'x' })).status).toBe(400);
    expect(member((await other.get(page)).body, 'User', 'notification_weekly')).toBe(false);
  });
});

describe('keys and certificates of users', () => {
  /** A version 4 key packet as RFC 4880 lays it out: version, time, algorithm, numbers. */
  const packet = Buffer.from([0x99, 0x00, 0x0a, 4, 0x60, 0, 0, 0, 22, 1, 2, 3, 4]).toString('base64');
  const armour = (data: string) =>
    `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${data}\n-----END PGP PUBLIC KEY BLOCK-----\n`;

  it('are looked at: in the own account, and of all users by site administrators', async () => {
    const [good, bad] = [await makeUser(magpie.admin), await makeUser(magpie.admin)];
    const client = magpie.client(good.key);
    expect(member((await client.get('/users/view/me')).body, 'User')).not.toHaveProperty('pgp_status');
    await client.post('/users/edit', { gpgkey: armour(packet) });
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    await magpie.client(bad.key).post('/users/edit', { gpgkey: armour('AAAA'), certif_public: pem });
    const fingerprint = expect.stringMatching(/^[0-9A-F]{40}$/);
    expect((await client.get('/users/view/me')).body).toMatchObject({ User: { pgp_status: 'OK', fingerprint } });
    expect((await magpie.admin.get('/users/verifyGPG/1')).body).toEqual([
      { User: { id: good.id, email: good.email, status: 'OK', fingerprint } },
      { User: { id: bad.id, email: bad.email, status: 'No readable public key', fingerprint: 'N/A' } },
    ]);
    expect((await magpie.admin.get('/users/verifyCertificate')).body).toEqual([
      { User: { id: bad.id, email: bad.email, status: 'No readable certificate', fingerprint: 'N/A' } },
    ]);
    expect((await client.get('/users/verifyGPG')).status).toBe(403);
  });
});
