import { makeUser, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});
afterAll(() => magpie.stop());

describe('the rules for passwords', () => {
  it('are the administrator’s own expression and length, wherever a password is set', async () => {
    const set = (name: string, value: string | number) =>
      magpie.admin.post(`/servers/serverSettingsEdit/Security.password_policy_${name}`, { value });
    expect((await set('complexity', '/(/')).status).toBe(403);
    expect((await set('complexity', '/^magpie-.*[0-9]$/')).status).toBe(200);
    await set('length', 10);
    const user = await makeUser(magpie.admin, { password: 'magpie-long-1' });
    const own = magpie.client(user.key);
    const bad = ['A-Long-Passw0rd-Indeed', 'magpie-1'];
    for (const password of bad) {
      expect((await own.post('/users/change_pw', { password })).status).toBe(403);
      expect((await own.post('/users/edit', { password })).status).toBe(403);
      expect((await magpie.admin.post(`/admin/users/edit/${user.id}`, { password })).status).toBe(403);
      const added = { email: 'weak@example.test', role_id: '3', password };
      expect((await magpie.admin.post('/admin/users/add', added)).status).toBe(403);
    }
    expect((await own.post('/users/change_pw', { password: 'magpie-other-2' })).status).toBe(200);
    await set('complexity', '');
    expect((await own.post('/users/change_pw', { password: 'A-Long-Passw0rd-Indeed' })).status).toBe(200);
  });
});
