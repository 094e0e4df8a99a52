import {
  type ApiClient,
  type Made,
  type MadeUser,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeTag,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let owner: ApiClient;
let stranger: MadeUser;
let head: MadeUser;
let user: ApiClient;
let orgAdmin: ApiClient;
let sync: ApiClient;
let home: Made;
let hidden: Made;
let hiddenObject: Made;
let mine: Made;
let group: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const foreign = await makeOrganisation(admin);
  home = await makeOrganisation(admin);
  stranger = await makeUser(admin, { org_id: foreign.id, role_id: '2', email: 'stranger@example.test' });
  owner = magpie.client(stranger.key);
  head = await makeUser(admin, { org_id: home.id, role_id: '2' });
  orgAdmin = magpie.client(head.key);
  user = await magpie.user(home);
  sync = await magpie.user(home, '5');
  const attributes = [{ type: 'domain', value: 'hidden.example.org' }];
  hidden = await makeEvent(owner, { info: 'hidden', distribution: '0', Attribute: attributes });
  hiddenObject = await makeObject(owner, hidden.id, { uuid: crypto.randomUUID() });
  mine = await makeEvent(user, { info: 'mine' });
  group = await makeSharingGroup(owner, [foreign.uuid]);
  await makeTag(admin, { name: 'reserved:tag', org_id: foreign.id });
});
afterAll(() => magpie?.stop());

async function storedByOwner(): Promise<unknown> {
  return (await owner.get(`/events/view/${hidden.id}`)).body;
}

describe('bodies that name something hidden by uuid', () => {
  it('take nothing over, and tell neither where it is nor what', async () => {
    const before = await storedByOwner();
    const attribute = { type: 'text', value: 'taken', uuid: member(hidden.body, 'Event', 'Attribute', 0, 'uuid') };
    const parts = [{ ...attribute, object_relation: 'text' }];
    const object = { name: 'file', 'meta-category': 'file', description: 'd', template_version: '1' };
    const taken = { ...object, template_uuid: crypto.randomUUID(), uuid: hiddenObject.uuid, Attribute: parts };
    for (const client of [user, sync]) {
      const answers = [
        await client.post('/events/add', { info: 'x', uuid: hidden.uuid }),
        await client.post(`/events/edit/${mine.id}`, { uuid: hidden.uuid, info: 'x' }),
        await client.post('/events/add', { info: 'x', Attribute: [attribute], Object: [taken] }),
        await client.post(`/events/edit/${mine.id}`, { Attribute: [attribute], Object: [taken] }),
        await client.post(`/attributes/add/${mine.id}`, attribute),
        await client.post(`/objects/add/${mine.id}`, taken),
        await client.post(`/events/merge/${mine.id}/${hidden.uuid}`),
        await client.post('/events/add', { info: 'x', extends_uuid: hidden.uuid }),
        await client.post(`/attributes/add/${mine.id}`, {
          type: 'text',
          value: crypto.randomUUID(),
          event_id: hidden.id,
        }),
      ];
      for (const { headers, body } of answers) {
        expect(headers.get('location')).toBeNull();
        expect(JSON.stringify(body)).not.toMatch(/hidden/);
      }
    }
    expect(await storedByOwner()).toEqual(before);
  });

  it('open no group and set no tag of others', async () => {
    const members = [{ extend: true, Organisation: { uuid: home.uuid, name: 'Home' } }];
    const copy = { uuid: group.uuid, name: 'taken', releasability: 'x', SharingGroupOrg: members };
    const added = await sync.post('/events/add', { info: 'x', distribution: '4', SharingGroup: copy });
    expect(member(added.body, 'Event', 'distribution')).toBe('0');
    expect((await sync.get(`/sharing_groups/view/${group.uuid}`)).status).toBe(405);
    expect((await user.post('/events/add', { info: 'x', distribution: '4', sharing_group_id: group.id })).status).toBe(
      405,
    );
    const tagged = await user.post('/events/add', { info: 'x', Tag: [{ name: 'reserved:tag' }] });
    expect(JSON.stringify(member(tagged.body, 'Event'))).not.toContain('reserved:tag');
    expect((await orgAdmin.post('/tags/attachTagToObject', { uuid: mine.uuid, tag: 'reserved:tag' })).status).toBe(403);
  });
});

describe('an administrator of an organisation', () => {
  it('gives no role above his own, and moves nobody to another organisation', async () => {
    for (const role_id of ['1', '5']) {
      expect((await orgAdmin.post('/admin/users/add', { email: 'up@example.test', role_id })).status).toBe(403);
      expect((await orgAdmin.post(`/admin/users/edit/${head.id}`, { role_id })).status).toBe(403);
    }
    const elsewhere = { email: 'elsewhere@example.test', role_id: '3', org_id: '1' };
    expect(member((await orgAdmin.post('/admin/users/add', elsewhere)).body, 'User', 'org_id')).toBe(home.id);
    expect(member((await orgAdmin.post(`/admin/users/edit/${head.id}`, { org_id: '1' })).body, 'User', 'org_id')).toBe(
      home.id,
    );
    expect((await orgAdmin.post('/admin/roles/add', { name: 'up', permission: '3' })).status).toBe(403);
  });

  it('touches neither users, keys nor settings of others', async () => {
    const before = (await owner.get('/users/view/me')).body;
    const { id } = stranger;
    const absent = '99999';
    for (const path of [
      '/admin/users/edit',
      '/admin/users/delete',
      '/users/resetauthkey',
      '/auth_keys/add',
      '/users/initiatePasswordReset',
    ]) {
      const [theirs, nobodys] = [
        await orgAdmin.post(`${path}/${id}`, {}),
        await orgAdmin.post(`${path}/${absent}`, {}),
      ];
      expect({ path, status: theirs.status }).toEqual({ path, status: nobodys.status });
      expect(JSON.stringify(theirs.body).replaceAll(id, '')).toBe(JSON.stringify(nobodys.body).replaceAll(absent, ''));
    }
    for (const path of ['/auth_keys/add', '/auth_keys/add/me']) {
      expect(member((await orgAdmin.post(path, { user_id: id })).body, 'AuthKey', 'user_id')).toBe(head.id);
    }
    const setting = { user_id: id, setting: 'homepage', value: { path: '/taken' } };
    for (const client of [user, orgAdmin]) await client.post('/user_settings/setSetting', setting);
    expect((await owner.post('/user_settings/getSetting', { setting: 'homepage' })).status).not.toBe(200);
    expect(member((await owner.get('/users/view/me')).body, 'Role')).toEqual(member(before, 'Role'));
  });
});

describe('a key', () => {
  it('that only reads makes no wider one, and changes neither itself nor its user', async () => {
    const made = (await user.post('/auth_keys/add/me', { read_only: true })).body;
    const reader = magpie.client(String(member(made, 'AuthKey', 'authkey_raw')));
    const id = String(member(made, 'AuthKey', 'id'));
    const attempts: [string, unknown][] = [
      [`/auth_keys/edit/${id}`, { read_only: false }],
      ['/auth_keys/add/me', {}],
      ['/users/change_pw', { password: 'Another-password-2026' }],
      ['/users/resetauthkey/me', {}],
      ['/users/edit', { autoalert: true }],
    ];
    for (const [path, body] of attempts) expect((await reader.post(path, body)).status).toBe(403);
    expect((await reader.post('/events/restSearch', { returnFormat: 'json', limit: 1 })).status).toBe(200);
  });

  it('makes nobody more than his role: one’s own profile keeps role and organisation', async () => {
    const { body } = await user.post('/users/edit', { role_id: '1', org_id: '1', autoalert: true });
    expect(member(body, 'User')).toMatchObject({ role_id: '3', org_id: home.id });
  });
});
