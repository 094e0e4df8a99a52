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
