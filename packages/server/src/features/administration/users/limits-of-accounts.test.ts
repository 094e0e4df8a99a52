import {
  type ApiClient,
  type Made,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
let oak: Made;
let orgAdmin: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  oak = await makeOrganisation(m.admin);
  orgAdmin = await m.user(oak, '2');
});
afterAll(() => m.stop());

describe('an organisation’s administrator', () => {
  it('gives no role that may what he may not himself', async () => {
    const role = await m.admin.post('/admin/roles/add', { name: 'Curator', permission: 1, perm_warninglist: true });
    const roleId = String(member(role.body, 'Role', 'id'));
    const added = await orgAdmin.post('/admin/users/add', { email: 'curator@example.test', role_id: roleId });
    expect(added.status).toBe(403);
    const user = await makeUser(orgAdmin, { role_id: '3' });
    expect((await orgAdmin.post(`/admin/users/edit/${user.id}`, { role_id: roleId })).status).toBe(403);
    expect((await m.admin.post(`/admin/users/edit/${user.id}`, { role_id: roleId })).status).toBe(200);
    // What the site's administrator gave stays when he changes something else.
    expect((await orgAdmin.post(`/admin/users/edit/${user.id}`, { contactalert: 1 })).body).toMatchObject({
      User: { role_id: roleId },
    });
    for (const lower of ['2', '3', '4', '6']) {
      expect((await orgAdmin.post(`/admin/users/edit/${user.id}`, { role_id: lower })).status).toBe(200);
    }
  });
});

describe('an account whose time is over', () => {
  it('opens nothing any more: no key, no session, no sign-in', async () => {
    const password = 'Correct-Horse-9-Battery';
    const user = await makeUser(m.admin, { org_id: oak.id, password, change_pw: 0 });
    const client = m.client(user.key);
    const signIn = () =>
      fetch(`${m.url}/users/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { accept: 'text/html' },
        body: new URLSearchParams({ email: user.email, password }),
      });
    const cookie = (await signIn()).headers.get('set-cookie')?.split(';')[0] ?? '';
    const session = () => fetch(`${m.url}/ui/session`, { headers: { accept: 'application/json', cookie } });
    expect([(await client.get('/users/view/me')).status, (await session()).status]).toEqual([200, 200]);
    const set = (expiration: string) => m.admin.post(`/admin/users/edit/${user.id}`, { expiration });
    await set('2020-01-01 00:00:00');
    expect([(await client.get('/users/view/me')).status, (await session()).status]).toEqual([403, 401]);
    expect((await signIn()).headers.get('set-cookie')).toBeNull();
    await set('2099-01-01 00:00:00');
    expect((await client.get('/users/view/me')).status).toBe(200);
  });
});
