import { makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;

beforeAll(async () => {
  m = await startTestMagpie();
});
afterAll(() => m?.stop());

/** The newest entry of the audit log about such a thing. */
async function newest(model: string, action: string) {
  const { body } = await m.admin.post('/admin/audit_logs/index', { model, action, limit: 1 });
  return member(body, 0, 'AuditLog', 'change');
}

describe('entries of the log', () => {
  it('tell that a key of outside authentication was set, replaced and taken away, and never the key', async () => {
    const { id } = await makeUser(m.admin, { role_id: '3' });
    const set = async (external_auth_key: string) => {
      expect((await m.admin.post(`/admin/users/edit/${id}`, { external_auth_key })).status).toBe(200);
      return newest('User', 'edit');
    };
    expect(await set('first-outside-key')).toMatchObject({ external_auth_key: [null, '*****'] });
    expect(await set('other-outside-key')).toMatchObject({ external_auth_key: [null, '*****'] });
    expect(await set('')).toMatchObject({ external_auth_key: ['*****', ''] });
    const { body } = await m.admin.post('/admin/logs/index', { model: 'User', model_id: id });
    expect(JSON.stringify(body)).not.toContain('outside-key');
  });

  it('tell what a deleted role could do and what deleted news said', async () => {
    const { body } = await m.admin.post('/admin/roles/add', { name: 'Passing', permission: 1, perm_auth: true });
    await m.admin.post(`/admin/roles/delete/${member(body, 'Role', 'id')}`);
    expect(await newest('Role', 'delete')).toMatchObject({
      name: 'Passing',
      flags: expect.arrayContaining(['perm_add', 'perm_auth']),
    });
    await m.admin.post('/news/add', { News: { title: 'Passing', message: 'words' } });
    expect(await newest('News', 'add')).toEqual({ title: 'Passing', message: 'words' });
    const news = (await m.admin.get('/news/index')).body;
    await m.admin.post(`/news/delete/${member(news, 0, 'News', 'id')}`);
    expect(await newest('News', 'delete')).toEqual({ title: 'Passing', message: 'words' });
  });

  it('tell what entries of blocklists say when they come and go', async () => {
    const event_uuid = crypto.randomUUID();
    const said = { comment: 'why', event_info: 'what', event_orgc: 'who' };
    await m.admin.post('/eventBlocklists/add', { uuids: [event_uuid], ...said });
    expect(await newest('EventBlocklist', 'add')).toEqual({ event_uuid, ...said });
    await m.admin.post(`/eventBlocklists/delete/${event_uuid}`);
    expect(await newest('EventBlocklist', 'delete')).toEqual({ event_uuid, ...said });
  });

  it('tell of an edited warninglist what was changed alone', async () => {
    const list = { name: 'Passing', type: 'string', description: 'before', entries: 'a' };
    const { body } = await m.admin.post('/warninglists/add', list);
    await m.admin.post(`/warninglists/edit/${member(body, 'Warninglist', 'id')}`, { description: 'after' });
    expect(await newest('Warninglist', 'edit')).toEqual({ description: ['before', 'after'], version: [1, 2] });
  });
});

describe('a user sent back as he is shown', () => {
  it('keeps his password and his key of outside authentication', async () => {
    const password = 'Magpie-password-1';
    const user = await makeUser(m.admin, { role_id: '3', password });
    await m.admin.post(`/admin/users/edit/${user.id}`, { external_auth_key: 'outside-key' });
    const shown = member((await m.admin.get(`/admin/users/view/${user.id}`)).body, 'User') as Record<string, unknown>;
    expect(shown).toMatchObject({ password: '*****', external_auth_key: '*****' });
    const edited = await m.admin.post(`/admin/users/edit/${user.id}`, { User: { ...shown, autoalert: true } });
    expect(edited.status).toBe(200);
    const stored = await m.magpie.database.asSystem('test', (tx) =>
      tx.first<{ external_auth_key: string }>('select external_auth_key from users where id = $1', [user.id]),
    );
    expect(stored).toEqual({ external_auth_key: 'outside-key' });
    const own = await m.client(user.key).post('/users/change_pw', { password });
    expect(JSON.stringify(own.body)).toContain('cannot be the same as the current one');
  });
});
