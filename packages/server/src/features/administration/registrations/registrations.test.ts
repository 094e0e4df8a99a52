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

let magpie: TestMagpie;
let alpha: Made;
let annUser: MadeUser;
let orgAdmin: ApiClient;
let nobody: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  alpha = await makeOrganisation(magpie.admin);
  annUser = await makeUser(magpie.admin, { org_id: alpha.id });
  orgAdmin = await magpie.user(alpha, '2');
  nobody = magpie.client(null);
});

afterAll(() => magpie.stop());

const open = (value: boolean) =>
  magpie.admin.post('/servers/serverSettingsEdit/Security.allow_self_registration', { value });
const waiting = async () =>
  (await magpie.admin.get('/users/registrations/index')).body as { Inbox: Record<string, unknown> }[];

describe('self-registration', () => {
  it('is closed unless the instance opens it', async () => {
    expect((await nobody.post('/users/register', { email: 'x@example.test' })).status).toBe(403);
    expect((await orgAdmin.post('/users/register', { email: 'x@example.test' })).status).toBe(405);
    expect(await waiting()).toEqual([]);
  });

  it('puts a request into the inbox of the site’s administrator, once for each mail', async () => {
    await open(true);
    const asked = { email: 'New@Example.test', org_uuid: alpha.uuid, message: 'let me in', perm_sync: true };
    const answer = await nobody.post('/users/register', asked);
    expect(answer.body).toMatchObject({
      saved: true,
      name: 'Request sent. The administrators of this community have been notified.',
    });
    expect((await nobody.post('/users/register', { email: 'new@example.test' })).status).toBe(200);
    expect(await waiting()).toMatchObject([
      {
        Inbox: {
          title: 'User registration for New@Example.test.',
          comment: 'let me in',
          data: { email: 'New@Example.test', org_uuid: alpha.uuid, perm_sync: '1', perm_admin: '0' },
        },
      },
    ]);
    expect((await orgAdmin.get('/users/registrations')).status).toBe(403);
    expect((await nobody.post('/users/register', { email: 'no mail' })).status).toBe(400);
    expect((await nobody.post('/users/register', {})).status).toBe(400);
  });

  it('makes a user of it where an administrator says of which organisation', async () => {
    const id = String(member((await waiting())[0], 'Inbox', 'id'));
    const refused = await magpie.admin.post(`/users/acceptRegistrations/${id}`, { User: { role_id: '3' } });
    expect(refused).toMatchObject({ status: 400 });
    expect(member(refused.body, 'message')).toBe('No organisation selected. Supply an Organisation ID');
    expect((await orgAdmin.post(`/users/acceptRegistrations/${id}`, { User: { org_id: alpha.id } })).status).toBe(403);
    const accepted = await magpie.admin.post(`/users/acceptRegistrations/${id}`, { User: { org_id: alpha.uuid } });
    expect(accepted.body).toMatchObject({
      saved: true,
      name: 'Added 1 user(s).',
      notice: expect.stringContaining('by other means'),
    });
    const users = JSON.stringify((await magpie.admin.get('/admin/users/index')).body);
    expect(users).toContain('New@Example.test');
    expect(await waiting()).toEqual([]);
    expect((await magpie.admin.post(`/users/acceptRegistrations/${id}`, { User: { org_id: alpha.id } })).status).toBe(
      404,
    );
  });

  it('is discarded by id or uuid', async () => {
    await nobody.post('/users/register', { email: 'one@example.test' });
    await nobody.post('/users/register', { email: 'two@example.test' });
    const [one, two] = await waiting();
    expect((await orgAdmin.post(`/users/discardRegistrations/${String(one?.Inbox.id)}`)).status).toBe(403);
    const answer = await magpie.admin.post(`/users/discardRegistrations/${String(one?.Inbox.id)}`);
    expect(member(answer.body, 'name')).toBe('1 registration(s) discarded.');
    expect((await magpie.admin.post(`/users/discardRegistrations/${String(two?.Inbox.uuid)}`)).status).toBe(200);
    expect((await magpie.admin.post('/users/discardRegistrations/0x1A')).status).toBe(404);
  });

  it('does not let an address fill the inbox', async () => {
    const answers = [];
    for (let i = 0; i < 12; i += 1) answers.push(await nobody.post('/users/register', { email: `m${i}@example.test` }));
    expect(answers.at(-1)?.status).toBe(429);
    expect((await waiting()).length).toBeLessThanOrEqual(10);
    await open(false);
  });
});

describe('a password reset by an administrator', () => {
  it('says so where no mail server is set up', async () => {
    const answer = await orgAdmin.post(`/users/initiatePasswordReset/${annUser.id}`);
    expect(answer.body).toMatchObject({ saved: true, success: expect.stringContaining('by other means') });
    expect((await magpie.client(annUser.key).get('/users/view/me')).status).toBe(200);
    expect((await orgAdmin.post('/users/initiatePasswordReset/1')).body).toMatchObject({ saved: false });
    expect((await magpie.client(annUser.key).post(`/users/initiatePasswordReset/${annUser.id}`)).status).toBe(403);
  });
});
