import {
  type ApiClient,
  type Made,
  type MadeUser,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ORG_ADMIN = '2';
const USER = '3';
const SYNC = '5';
const READ_ONLY = '6';

let magpie: TestMagpie;
let admin: ApiClient;
let alpha: Made;
let beta: Made;
let alphaAdmin: MadeUser;
let alphaUser: MadeUser;
let betaUser: MadeUser;
let siteAdminOfAlpha: MadeUser;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin);
  alphaAdmin = await makeUser(admin, { org_id: alpha.id, role_id: ORG_ADMIN });
  alphaUser = await makeUser(admin, { org_id: alpha.id, role_id: USER });
  betaUser = await makeUser(admin, { org_id: beta.id, role_id: USER });
  siteAdminOfAlpha = await makeUser(admin, { org_id: alpha.id, role_id: '1' });
});
afterAll(() => magpie.stop());

const as = (user: MadeUser) => magpie.client(user.key);
const emails = (body: unknown) =>
  (Array.isArray(body) ? body : []).map((row: unknown) => String(member(row, 'User', 'email'))).sort();

describe('users', () => {
  it('are listed for administrators within their organisation only', async () => {
    const own = await as(alphaAdmin).get('/admin/users/index');
    expect(emails(own.body)).toEqual([alphaAdmin.email, alphaUser.email, siteAdminOfAlpha.email].sort());
    expect((await as(alphaUser).get('/admin/users/index')).status).toBe(403);
    expect(emails((await admin.get('/admin/users/index')).body)).toContain(betaUser.email);
  });

  it('cannot be found by any filter of the list beyond that', async () => {
    const client = as(alphaAdmin);
    for (const filter of [
      `value:${betaUser.email}`,
      `searchemail:${betaUser.email}`,
      `searchorg:${beta.id}`,
      'searchrole:3',
    ]) {
      expect(emails((await client.get(`/admin/users/index/${filter}`)).body)).not.toContain(betaUser.email);
    }
    const odd = await client.get(`/admin/users/index/sort:(select 1)/searchall:x'%20or%201=1`);
    expect(odd).toMatchObject({ status: 200, body: [] });
  });

  it('see themselves; others only through those who administer them', async () => {
    const me = await as(alphaUser).get('/users/view/me');
    expect(member(me.body, 'User', 'email')).toBe(alphaUser.email);
    expect(member(me.body, 'UserSetting')).toEqual([]);
    expect((await as(alphaUser).get(`/users/view/${alphaAdmin.id}`)).status).toBe(404);
    expect((await as(alphaAdmin).get(`/admin/users/view/${alphaUser.id}`)).status).toBe(200);
    expect((await as(alphaAdmin).get(`/admin/users/view/${betaUser.id}`)).status).toBe(404);
    expect((await admin.get(`/users/view/${betaUser.id}`)).status).toBe(200);
  });

  it('keep their secrets: no answer holds a password, a hash or a key but the one that made it', async () => {
    const made = await makeUser(admin, {
      org_id: alpha.id,
      password: 'Secret-Secret-Secret-1',
      external_auth_key: 'outside',
    });
    const answers = [
      await admin.get(`/admin/users/view/${made.id}`),
      await admin.get('/admin/users/index'),
      await admin.post(`/admin/users/edit/${made.id}`, { contactalert: true }),
      await admin.get('/auth_keys/index'),
    ];
    const text = JSON.stringify(answers.map(({ body }) => body));
    for (const secret of ['Secret-Secret-Secret-1', 'argon2', made.key, 'outside']) expect(text).not.toContain(secret);
    const logged = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.query('select before, after, title from changes'),
    );
    for (const secret of ['Secret-Secret-Secret-1', 'argon2', made.key, 'outside']) {
      expect(JSON.stringify(logged)).not.toContain(secret);
    }
  });

  it('stay where they are when an organisation’s administrator names another organisation', async () => {
    const made = await as(alphaAdmin).post('/admin/users/add', {
      email: 'moved@alpha.test',
      org_id: beta.id,
      role_id: USER,
    });
    expect(member(made.body, 'User', 'org_id')).toBe(alpha.id);
    const edited = await as(alphaAdmin).post(`/admin/users/edit/${alphaUser.id}`, { org_id: beta.id, id: betaUser.id });
    expect(member(edited.body, 'User', 'org_id')).toBe(alpha.id);
    expect(member(edited.body, 'User', 'id')).toBe(alphaUser.id);
    expect((await as(alphaAdmin).post(`/admin/users/edit/${betaUser.id}`, { disabled: true })).status).toBe(404);
    expect((await as(alphaAdmin).delete(`/admin/users/delete/${betaUser.id}`)).status).toBe(404);
  });

  it('cannot be raised above the one who administers them, nor lowered below', async () => {
    const client = as(alphaAdmin);
    for (const role_id of ['1', SYNC]) {
      expect((await client.post(`/admin/users/edit/${alphaUser.id}`, { role_id })).status).toBe(403);
      expect((await client.post(`/admin/users/edit/${alphaAdmin.id}`, { role_id })).status).toBe(403);
      expect((await client.post('/admin/users/add', { email: 'up@alpha.test', role_id })).status).toBe(403);
    }
    const target = siteAdminOfAlpha.id;
    expect((await client.post(`/admin/users/edit/${target}`, { password: 'Overtake-1234-Abc' })).status).toBe(403);
    expect((await client.post(`/admin/users/delete/${target}`)).status).toBe(403);
    expect((await client.post(`/users/resetauthkey/${target}`)).status).toBe(405);
    expect((await client.post(`/auth_keys/add/${target}`, {})).status).toBe(405);
    expect((await as(siteAdminOfAlpha).get('/users/view/me')).status).toBe(200);
  });

  it('may change of themselves only what is theirs', async () => {
    const answer = await as(alphaUser).post('/users/edit', { role_id: '1', org_id: beta.id, contactalert: true });
    expect(member(answer.body, 'User', 'role_id')).toBe(USER);
    expect(member(answer.body, 'User', 'org_id')).toBe(alpha.id);
    expect(member(answer.body, 'User', 'contactalert')).toBe(true);
  });

  it('are refused with a message for each wrong field', async () => {
    const answer = await admin.post('/admin/users/add', {
      email: ['a@b'],
      autoalert: 'maybe',
      nids_sid: 'x',
      role_id: USER,
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(Object(member(answer.body, 'errors')))).toEqual(['autoalert', 'nids_sid', 'email']);
    const long = await admin.post('/admin/users/add', { email: `${'a'.repeat(300)}@x.test`, role_id: USER });
    expect(long.status).toBe(403);
  });

  it('made twice at once exist once', async () => {
    const body = { email: 'twin@alpha.test', role_id: USER };
    const answers = await Promise.all([
      admin.post('/admin/users/add', body),
      admin.post('/admin/users/add', { ...body, email: 'TWIN@alpha.test' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  it.each(['0x1A', '1e3', '9223372036854775808', '-1', '%20', '१२', '1;drop', 'me2', '__proto__'])(
    'are not found by the odd id %s',
    async (id) => {
      for (const path of [
        '/users/view',
        '/admin/users/view',
        '/organisations/view',
        '/roles/view',
        '/auth_keys/view',
        '/user_settings/view',
      ]) {
        expect([path, (await admin.get(`${path}/${id}`)).status]).toEqual([path, 404]);
      }
      expect((await admin.post(`/admin/users/edit/${id}`, { disabled: true })).status).toBe(404);
    },
  );
});

describe('keys', () => {
  it('are seen by their users and those who administer them', async () => {
    const made = await as(alphaUser).post('/auth_keys/add', { comment: 'mine' });
    const id = String(member(made.body, 'AuthKey', 'id'));
    expect((await as(alphaUser).get(`/auth_keys/view/${id}`)).status).toBe(200);
    expect((await as(alphaAdmin).get(`/auth_keys/view/${id}`)).status).toBe(200);
    expect((await as(betaUser).get(`/auth_keys/view/${id}`)).status).toBe(404);
    expect((await as(betaUser).get(`/auth_keys/index/${alphaUser.id}`)).body).toEqual([]);
    expect((await as(betaUser).post('/auth_keys/index', { 'User.email': alphaUser.email })).body).toEqual([]);
    expect((await as(betaUser).post(`/auth_keys/edit/${id}`, { comment: 'x' })).status).toBe(404);
    expect((await as(betaUser).post(`/auth_keys/delete/${id}`)).status).toBe(404);
  });

  it('are made for oneself whatever user the body names, and not for users of others', async () => {
    const made = await as(alphaUser).post('/auth_keys/add', { user_id: betaUser.id });
    expect(member(made.body, 'AuthKey', 'user_id')).toBe(alphaUser.id);
    expect((await as(alphaUser).post(`/auth_keys/add/${betaUser.id}`, {})).status).toBe(405);
    expect((await as(alphaAdmin).post(`/auth_keys/add/${betaUser.id}`, {})).status).toBe(405);
    expect((await as(alphaAdmin).post(`/auth_keys/add/${alphaUser.id}`, {})).status).toBe(200);
  });

  it('stop working when they end, are deleted or reset, or their user is disabled', async () => {
    const user = await makeUser(admin, { org_id: beta.id });
    const works = async (key: unknown) => (await magpie.client(String(key)).get('/users/view/me')).status === 200;
    const made = await as(user).post('/auth_keys/add', {});
    const key = member(made.body, 'AuthKey', 'authkey_raw');
    expect(await works(key)).toBe(true);
    await as(user).post(`/auth_keys/edit/${String(member(made.body, 'AuthKey', 'id'))}`, { expiration: '2020-01-01' });
    expect(await works(key)).toBe(false);
    const reset = await as(user).post('/users/resetauthkey/me');
    expect(await works(user.key)).toBe(false);
    const fresh = /^Authkey updated: (\w{40})$/.exec(String(member(reset.body, 'message')))?.[1];
    expect(await works(fresh)).toBe(true);
    await admin.post(`/admin/users/edit/${user.id}`, { disabled: '1' });
    expect(await works(fresh)).toBe(false);
  });

  it('that only read may search but change nothing, and keys bound elsewhere do not open', async () => {
    const readOnly = await as(alphaUser).post('/auth_keys/add', { read_only: true });
    const reader = magpie.client(String(member(readOnly.body, 'AuthKey', 'authkey_raw')));
    expect((await reader.get('/users/view/me')).status).toBe(200);
    for (const path of ['/auth_keys/add', '/users/edit', '/users/change_pw', '/user_settings/setHomePage']) {
      expect((await reader.post(path, { path: '/x', password: 'New-Passw0rd-For-Me' })).status).toBe(403);
    }
    const bound = await as(alphaUser).post('/auth_keys/add', { allowed_ips: ['192.0.2.0/24', '2001:db8::/32'] });
    expect(
      (await magpie.client(String(member(bound.body, 'AuthKey', 'authkey_raw'))).get('/users/view/me')).status,
    ).toBe(403);
    const forged = await fetch(`${magpie.url}/users/view/me`, {
      headers: {
        authorization: String(member(bound.body, 'AuthKey', 'authkey_raw')),
        'x-forwarded-for': '192.0.2.7',
        accept: 'application/json',
      },
    });
    expect(forged.status).toBe(403);
  });

  it('with the same first and last characters are told apart', async () => {
    const twin = `${alphaUser.key.slice(0, 4)}${'x'.repeat(32)}${alphaUser.key.slice(-4)}`;
    expect((await magpie.client(twin).get('/users/view/me')).status).toBe(403);
  });
});

describe('organisations', () => {
  it('are changed by the site’s administrators only', async () => {
    for (const client of [as(alphaAdmin), as(alphaUser)]) {
      expect((await client.post('/admin/organisations/add', { name: 'x' })).status).toBe(403);
      expect((await client.post(`/admin/organisations/edit/${alpha.id}`, { name: 'x' })).status).toBe(403);
      expect((await client.post(`/admin/organisations/delete/${beta.id}`)).status).toBe(403);
    }
  });

  it('are hidden from users who do not meet them, where the instance says so', async () => {
    const name = String(member(beta.body, 'Organisation', 'name'));
    const setting = (value: boolean) =>
      admin.post('/servers/serverSettingsEdit/Security.hide_organisation_index_from_users', { value });
    await setting(true);
    const list = JSON.stringify((await as(alphaUser).get('/organisations/index/scope:all')).body);
    const found = (await as(alphaUser).get(`/organisations/index/scope:all/searchall:${beta.uuid}`)).body;
    const statuses = [beta.id, beta.uuid, name.replaceAll(' ', '+')].map(
      async (reference) => (await as(alphaUser).get(`/organisations/view/${reference}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 404, 404]);
    await setting(false);
    expect(list).toContain(alpha.uuid);
    expect(list).not.toContain(beta.uuid);
    expect(found).toEqual([]);
    expect((await as(alphaUser).get(`/organisations/view/${beta.uuid}`)).status).toBe(200);
  });

  it('do not tell the mail of who made them to others than the site’s administrators', async () => {
    const seen = await as(alphaUser).get(`/organisations/view/${beta.id}`);
    expect(JSON.stringify(seen.body)).not.toContain('@');
  });

  it('are kept while something belongs to them', async () => {
    const used = await admin.post(`/admin/organisations/delete/${beta.id}`);
    expect(used).toMatchObject({ status: 403, body: { saved: false, id: beta.id } });
    const empty = await makeOrganisation(admin);
    expect((await admin.post(`/admin/organisations/delete/${empty.uuid}`)).status).toBe(200);
  });

  it('made twice at once exist once', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => admin.post('/admin/organisations/add', { name: 'Only one' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
  });
});

describe('roles', () => {
  it('are seen by all and changed by the site’s administrators only', async () => {
    expect((await as(alphaUser).get('/roles/index')).status).toBe(200);
    for (const path of [
      '/admin/roles/add',
      '/admin/roles/edit/3',
      '/admin/roles/delete/6',
      '/admin/roles/set_default/1',
    ]) {
      expect((await as(alphaAdmin).post(path, { name: 'x', perm_site_admin: true })).status).toBe(403);
    }
  });

  it('take effect at once for those who have them', async () => {
    const role = await admin.post('/admin/roles/add', { name: 'Adjustable', permission: 1, perm_auth: true });
    const id = String(member(role.body, 'Role', 'id'));
    const user = await makeUser(admin, { org_id: alpha.id, role_id: id });
    expect((await as(user).get('/admin/users/index')).status).toBe(403);
    await admin.post(`/admin/roles/edit/${id}`, { permission: 1, perm_admin: true });
    expect((await as(user).get('/admin/users/index')).status).toBe(200);
    expect((await admin.post(`/admin/roles/delete/${id}`)).status).toBe(403);
  });

  it('keep what two change of them at the same moment', async () => {
    const made = await admin.post('/admin/roles/add', { name: 'Of two', permission: 1 });
    const path = `/admin/roles/edit/${String(member(made.body, 'Role', 'id'))}`;
    const changes = [{ name: 'Of both' }, { perm_sighting: true }, { perm_tagger: true }];
    await Promise.all(changes.map((change) => admin.post(path, { permission: 1, ...change })));
    const { body } = await admin.post(path, { permission: 1 });
    expect(member(body, 'Role')).toMatchObject({ name: 'Of both', perm_sighting: true, perm_tagger: true });
  });

  it('cannot take the last administrator’s rights', async () => {
    const answer = await admin.post('/admin/roles/edit/1', { permission: 3, perm_site_admin: false });
    expect(answer.status).toBe(403);
    expect((await admin.get('/servers/serverSettings')).status).toBe(200);
  });
});

describe('settings of users', () => {
  it('are read and written by their owners and those who administer them', async () => {
    const set = (user: MadeUser, userId: string, path: string) =>
      as(user).post('/user_settings/setSetting', { user_id: userId, setting: 'homepage', value: { path } });
    await set(betaUser, betaUser.id, '/beta');
    const others = await set(alphaAdmin, betaUser.id, '/taken');
    expect(member(others.body, 'UserSetting', 'user_id')).toBe(alphaAdmin.id);
    const own = await as(betaUser).get(`/user_settings/getSetting/${betaUser.id}/homepage`);
    expect(member(own.body, 'value')).toEqual({ path: '/beta' });
    const id = String(member(own.body, 'id'));
    expect((await as(alphaAdmin).get(`/user_settings/view/${id}`)).status).toBe(404);
    expect((await as(alphaAdmin).post(`/user_settings/delete/${id}`)).status).toBe(404);
    const lists = await as(alphaAdmin).get(`/user_settings/index/user_id:${betaUser.id}`);
    expect(lists.body).toEqual([]);
    expect(JSON.stringify((await as(alphaAdmin).get('/user_settings/index/user_id:all')).body)).not.toContain('/beta');
  });

  it('of unknown names or wrong shape are refused', async () => {
    const set = (setting: unknown, value: unknown) =>
      as(alphaUser).post('/user_settings/setSetting', { setting, value });
    for (const setting of ['nosuch', '__proto__', 'constructor', ['homepage'], 7, null]) {
      expect((await set(setting, {})).status).toBe(405);
    }
    expect((await set('homepage', 'x')).status).toBe(405);
    expect((await set('dashboard', {})).status).toBe(405);
    expect((await set('dashboard_access', 1)).status).toBe(405);
  });
});

describe('settings of the instance', () => {
  it('are closed to everybody but the site’s administrators', async () => {
    const client = as(alphaAdmin);
    expect((await client.get('/servers/serverSettings')).status).toBe(403);
    expect((await client.get('/servers/getSetting/MISP.live')).status).toBe(403);
    expect((await client.post('/servers/serverSettingsEdit/MISP.live', { value: false })).status).toBe(403);
  });

  it('show no secret, and none in the change log', async () => {
    await admin.post('/servers/serverSettingsEdit/GnuPG.password', { value: 'open-sesame' });
    const logged = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.query(`select before, after from changes where model = 'Server'`),
    );
    const shown = [
      (await admin.get('/servers/serverSettings')).body,
      (await admin.get('/servers/getSetting/GnuPG.password')).body,
      logged,
    ];
    expect(JSON.stringify(shown)).not.toContain('open-sesame');
  });

  it('close the instance to all but the site’s administrators while it is not live', async () => {
    await admin.post('/servers/serverSettingsEdit/MISP.live', { value: false });
    expect((await as(alphaUser).get('/users/view/me')).status).toBe(403);
    expect((await admin.get('/users/view/me')).status).toBe(200);
    await admin.post('/servers/serverSettingsEdit/MISP.live', { value: true });
    expect((await as(alphaUser).get('/users/view/me')).status).toBe(200);
  });

  it('refuse unknown names, names of programs, lists and values that are no option', async () => {
    const set = async (name: string, value: unknown) =>
      (await admin.post(`/servers/serverSettingsEdit/${name}`, { value })).status;
    expect(await set('MISP.nosuch', 'x')).toBe(404);
    expect(await set('__proto__', 'x')).toBe(404);
    expect(await set('MISP.python_bin', '/bin/sh')).toBe(405);
    expect(await set('MISP.org', ['x'])).toBe(403);
    expect(await set('MISP.default_event_distribution', '9')).toBe(403);
  });
});

describe('the read-only role', () => {
  it('cannot reach anything of administration', async () => {
    const reader = as(await makeUser(admin, { org_id: alpha.id, role_id: READ_ONLY }));
    for (const path of ['/admin/users/index', '/servers/serverSettings', '/servers/queryACL/printAllFunctionNames']) {
      expect((await reader.get(path)).status).toBe(403);
    }
  });
});
