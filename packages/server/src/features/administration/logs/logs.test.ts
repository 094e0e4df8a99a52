import {
  type ApiAnswer,
  type ApiClient,
  type Made,
  type MadeUser,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havingSettings } from '../settings/testing/having.ts';

const ORG_ADMIN = '2';
const USER = '3';
const READ_ONLY = '6';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let alphaAdmin: ApiClient;
let anaUser: MadeUser;
let ana: ApiClient;
let bobUser: MadeUser;
let bob: ApiClient;
let alphaReader: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  [alpha, beta] = await Promise.all([makeOrganisation(admin), makeOrganisation(admin)]);
  const user = (organisation: Made, role: string) => makeUser(admin, { org_id: organisation.id, role_id: role });
  alphaAdmin = magpie.client((await user(alpha, ORG_ADMIN)).key);
  anaUser = await user(alpha, USER);
  ana = magpie.client(anaUser.key);
  bobUser = await user(beta, USER);
  bob = magpie.client(bobUser.key);
  alphaReader = magpie.client((await user(alpha, READ_ONLY)).key);
});

afterAll(() => magpie.stop());

type Entry = Record<string, string>;
interface AuditEntry {
  readonly id: string;
  readonly event_id: string | null;
  readonly change: Record<string, unknown> | null;
}
const logs = (answer: ApiAnswer) => (answer.body as { Log: Entry }[]).map(({ Log }) => Log);
const audits = (answer: ApiAnswer) =>
  (answer.body as { AuditLog: AuditEntry; User?: Entry }[]).map(({ AuditLog, User }) => ({ ...AuditLog, by: User }));

describe('filters of the logs', () => {
  it('are asked for where a POST brings none', async () => {
    for (const path of ['/admin/logs/index', '/logs/index.json']) {
      for (const body of [undefined, {}]) {
        expect(await magpie.admin.post(path, body)).toMatchObject({
          status: 400,
          body: { message: expect.stringContaining('POST a json with the filter parameters.') },
        });
      }
      expect((await magpie.admin.get(path)).status).toBe(200);
    }
    expect((await magpie.admin.post('/admin/logs/index/limit:1', {})).body).toHaveLength(1);
  });

  it.each(['/admin/logs/index', '/admin/audit_logs/index'])('that are no texts match nothing in %s', async (path) => {
    for (const odd of [{}, [], [{}], [[]]]) {
      const filters = { ip: odd, title: odd, model: odd, action: odd };
      expect(await magpie.admin.post(path, filters)).toMatchObject({ status: 200, body: [] });
    }
  });
});

describe('the audit log', () => {
  it('tells old and new values, newest first, to whom they concern', async () => {
    const event = await makeEvent(ana, { info: 'first words' });
    await ana.post(`/events/edit/${event.id}`, { info: 'second words' });
    const [edited, added] = audits(await ana.post('/audit_logs/index', { event_id: event.id, model: 'Event' }));
    expect(edited).toMatchObject({ action: 'edit', model: 'Event', event_id: event.id, request_type: '1' });
    expect(edited?.change).toMatchObject({ info: ['first words', 'second words'] });
    expect(added).toMatchObject({ action: 'add', title: 'first words', by: { id: anaUser.id, email: anaUser.email } });
    const forAll = audits(await magpie.admin.get(`/admin/audit_logs/index/event_id:${event.id}`));
    expect(forAll.length).toBeGreaterThanOrEqual(2);
  });

  it('is one’s own, an organisation’s or all', async () => {
    const event = await makeEvent(ana);
    const ids = async (client: ApiClient) =>
      audits(await client.get(`/admin/audit_logs/index/event_id:${event.id}`)).map(({ event_id }) => event_id);
    expect(await ids(ana)).toContain(event.id);
    expect(await ids(alphaAdmin)).toContain(event.id);
    expect(await ids(magpie.admin)).toContain(event.id);
    expect(await ids(bob)).toEqual([]);
  });

  it('names the tags of an event as MISP does', async () => {
    const event = await makeEvent(ana);
    await magpie.admin.post('/tags/attachTagToObject', { uuid: event.uuid, tag: 'log:one' });
    const [tagged] = audits(await magpie.admin.post('/admin/audit_logs/index', { action: 'tag', event_id: event.id }));
    expect(tagged).toMatchObject({
      model: 'Event',
      model_id: event.id,
      model_title: 'log:one',
      title: `Attached global tag "log:one" to event #${event.id}`,
    });
  });

  it('never shows a secret', async () => {
    await magpie.admin.post(`/admin/users/edit/${anaUser.id}`, { external_auth_key: 'geheim-42' });
    const answer = await magpie.admin.post('/admin/audit_logs/index', { model: 'User', limit: 100 });
    expect(JSON.stringify(answer.body)).not.toContain('geheim-42');
    expect(JSON.stringify(answer.body)).not.toContain(anaUser.key);
  });

  it('is paged, and past the end there is nothing', async () => {
    const first = audits(await magpie.admin.post('/admin/audit_logs/index', { limit: 2 }));
    const second = audits(await magpie.admin.post('/admin/audit_logs/index', { limit: 2, page: 2 }));
    expect(first).toHaveLength(2);
    expect(Number(second[0]?.id)).toBeLessThan(Number(first[1]?.id));
    expect((await magpie.admin.post('/admin/audit_logs/index', { limit: 100, page: 10_000 })).status).toBe(404);
  });

  it.each([
    { model_id: '0x1A' },
    { event_id: '1e3' },
    { user: ['nobody@nowhere.test'] },
    { request_type: '9' },
    { model_title: { $gt: 1 }, action: [] },
    { created: ['2001-01-01', '2001-01-02'] },
  ])('finds nothing for %j', async (filter) => {
    const answer = await magpie.admin.post('/admin/audit_logs/index', filter);
    expect(answer).toMatchObject({ status: 200, body: [] });
  });

  it('refuses a time that cannot be understood', async () => {
    expect((await magpie.admin.post('/admin/audit_logs/index', { created: { a: 1 } })).status).toBe(400);
  });
});

describe('the history of an event', () => {
  it('hides from other organisations who it was, and what they cannot see', async () => {
    const event = await makeEvent(ana, { distribution: '3' });
    await makeAttribute(ana, event.id, { value: 'for all to see' });
    await makeAttribute(ana, event.id, { value: 'for us alone', distribution: '0' });
    const own = await ana.get(`/audit_logs/eventIndex/${event.id}`);
    expect(JSON.stringify(own.body)).toContain('for us alone');
    expect(audits(own)[0]).toMatchObject({ user_id: anaUser.id, by: { email: anaUser.email } });
    const foreign = await bob.get(`/audit_logs/eventIndex/${event.id}`);
    expect(JSON.stringify(foreign.body)).toContain('for all to see');
    expect(JSON.stringify(foreign.body)).not.toContain('for us alone');
    expect(JSON.stringify(foreign.body)).not.toContain(anaUser.email);
    expect(member(foreign.body, 0)).not.toHaveProperty('User');
  });

  it('is closed with the event', async () => {
    const event = await makeEvent(ana, { distribution: '0' });
    expect((await bob.get(`/audit_logs/eventIndex/${event.id}`)).status).toBe(404);
    expect((await bob.get(`/logs/event_index/${event.id}`)).status).toBe(404);
    expect((await ana.get(`/logs/event_index/${event.id}`)).body).toEqual({ Log: [] });
  });
});

describe('the log', () => {
  it('keeps changes of things apart as long as the audit log is on', async () => {
    const event = await makeEvent(ana, { info: 'only in the audit log' });
    const title = `Event (${event.id}): only in the audit log`;
    expect(logs(await ana.post('/admin/logs/index', { model: 'Event' }))).toEqual([]);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.log_new_audit', { value: false });
    const [entry] = logs(await ana.post('/admin/logs/index', { title, action: 'add' }));
    expect(entry).toMatchObject({
      model: 'Event',
      model_id: event.id,
      user_id: anaUser.id,
      email: anaUser.email,
      description: expect.stringContaining(`added by User "${anaUser.email}" (${anaUser.id}).`),
    });
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.log_new_audit', { value: true });
  });

  it('goes up by id, pages, and understands wildcards, lists and times', async () => {
    const all = logs(await magpie.admin.post('/admin/logs/index', { action: 'serverSettingsEdit' }));
    const ids = all.map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    const second = logs(await magpie.admin.post('/logs/index', { action: 'serverSettingsEdit', limit: 1, page: 2 }));
    expect(second.map(({ id }) => Number(id))).toEqual([ids[1]]);
    const found = logs(
      await magpie.admin.post('/admin/logs', { title: '%setting ch%', action: ['x', 'serverSettingsEdit'] }),
    );
    expect(found.map(({ id }) => Number(id))).toEqual(ids);
    const since = Date.now() / 1000 - 30;
    expect(logs(await magpie.admin.post('/admin/logs', { action: 'serverSettingsEdit', created: since }))).toHaveLength(
      ids.length,
    );
    expect((await magpie.admin.post('/admin/logs', { created: ['2000-01-01', '2000-01-02'] })).body).toEqual([]);
    expect((await magpie.admin.post('/admin/logs', { limit: 5, page: 9999 })).body).toEqual([]);
  });

  it('records a refused key once, by its ends alone', async () => {
    const key = `aB3d${'z'.repeat(32)}Yx9q`;
    for (let i = 0; i < 3; i += 1) expect((await magpie.client(key).get('/users/view/me')).status).toBe(403);
    await magpie.client(`Bearer ${key}`).get('/users/view/me');
    const failures = logs(await magpie.admin.post('/admin/logs/index', { action: 'auth_fail' }));
    expect(failures.map(({ title }) => title)).toEqual([
      `Failed authentication using API key (aB3d${'*'.repeat(32)}Yx9q)`,
      'Failed authentication using an API key of incorrect length.',
    ]);
    expect(failures[0]).toMatchObject({ user_id: '0', email: 'SYSTEM', org: 'SYSTEM' });
    expect(JSON.parse(failures[0]?.change ?? '')).toMatchObject({ geoip: 'None' });
    expect(logs(await ana.post('/admin/logs/index', { action: 'auth_fail' }))).toEqual([]);
  });

  it('shows others their own entries alone', async () => {
    await ana.post('/users/change_pw', { password: 'Another-Passw0rd-9' });
    expect(logs(await ana.post('/admin/logs/index', { action: 'change_pw' }))).toMatchObject([
      { user_id: anaUser.id, change: 'Password changed.', email: anaUser.email },
    ]);
    expect(logs(await alphaAdmin.post('/admin/logs/index', { action: 'change_pw' }))).toHaveLength(1);
    expect(logs(await bob.post('/admin/logs/index', { action: 'change_pw' }))).toEqual([]);
    expect(logs(await bob.post('/admin/logs/index', { user_id: anaUser.id }))).toEqual([]);
    expect((await alphaReader.get('/admin/logs/index')).status).toBe(200);
  });
});

describe('kept requests', () => {
  it('are none until somebody is monitored', async () => {
    expect((await magpie.admin.get('/admin/access_logs/index')).body).toEqual([]);
    expect((await magpie.admin.post(`/admin/users/monitor/${anaUser.id}`, { value: 1 })).status).toBe(405);
    await magpie.admin.post('/servers/serverSettingsEdit/Security.user_monitoring_enabled', { value: true });
    expect((await magpie.admin.post(`/admin/users/monitor/${anaUser.id}`, { value: 1 })).body).toBe(1);
    expect((await magpie.admin.get(`/admin/users/monitor/${anaUser.id}`)).body).toBe(0);
    await bob.get('/users/view/me');
    await ana.get('/users/view/me');
    await expect
      .poll(async () => (await magpie.admin.get('/admin/access_logs/index')).body, { timeout: 10_000 })
      .toMatchObject([
        { AccessLog: { user_id: anaUser.id, controller: 'users', action: 'view', request_method: 'GET' } },
      ]);
    const kept = async (filter: object) => (await magpie.admin.post('/admin/access_logs/index', filter)).body;
    for (const filter of [
      { user: anaUser.id },
      { user: Number(anaUser.id) },
      { user: [anaUser.id] },
      { org: alpha.uuid },
    ]) {
      expect(await kept(filter)).toMatchObject([{ AccessLog: { user_id: anaUser.id } }]);
    }
    expect(await kept({ org: beta.id })).toEqual([]);
    expect(await kept({ user: 'nobody@example.com' })).toEqual([]);
    expect((await ana.get('/admin/access_logs/index')).status).toBe(403);
    expect((await alphaAdmin.post(`/admin/users/monitor/${anaUser.id}`, { value: 0 })).status).toBe(403);
  });

  it('have their bodies where somebody is monitored or the instance keeps them, without secrets', async () => {
    const kept = async (filter: object) => {
      const { body } = await magpie.admin.post('/admin/access_logs/index', filter);
      return Array.isArray(body) ? body.map((entry) => member(entry, 'AccessLog')) : [];
    };
    const textOf = (entry: unknown) => Buffer.from(String(member(entry, 'request')), 'base64').toString();
    const byMethod = { request_method: 'POST', user: anaUser.id };
    await ana.post('/users/change_pw', { password: 'Another-password-9' });
    await ana.post('/events/restSearch', { eventinfo: 'what ana looks for' });
    await expect.poll(async () => (await kept(byMethod)).length, { timeout: 10_000 }).toBe(2);
    const [search, change] = await kept(byMethod);
    expect(search).toMatchObject({ request_content_type: 'application/json', request_content_encoding: '' });
    expect(JSON.parse(textOf(search))).toEqual({ eventinfo: 'what ana looks for' });
    expect(JSON.parse(textOf(change))).toEqual({ password: '*****' });
    const path = `/admin/access_logs/request/${member(search, 'id')}`;
    expect(textOf((await magpie.admin.get(path)).body)).toContain('what ana looks for');
    expect((await alphaAdmin.get(path)).status).toBe(403);
    expect((await magpie.admin.get('/admin/access_logs/request/999999')).status).toBe(404);

    const ofBob = { request_method: 'POST', user: bobUser.id };
    await havingSettings(magpie.admin, { 'MISP.log_paranoid_api': true }, async () => {
      await bob.post('/events/restSearch', { eventinfo: 'bob 1' });
      await expect.poll(async () => (await kept(ofBob)).length, { timeout: 10_000 }).toBe(1);
      expect((await kept(ofBob))[0]).not.toHaveProperty('request');
      await havingSettings(magpie.admin, { 'MISP.log_paranoid_include_post_body': true }, async () => {
        await bob.post('/events/restSearch', { eventinfo: 'bob 2' });
        await expect.poll(async () => (await kept(ofBob)).length, { timeout: 10_000 }).toBe(2);
        expect(textOf((await kept(ofBob))[0])).toContain('bob 2');
      });
      await havingSettings(magpie.admin, { 'MISP.log_paranoid_skip_db': true }, async () => {
        await bob.post('/events/restSearch', { eventinfo: 'bob 3' });
        await ana.post('/events/restSearch', { eventinfo: 'ana 3' });
        await expect.poll(async () => (await kept(byMethod)).length, { timeout: 10_000 }).toBe(3);
        expect(await kept(ofBob)).toHaveLength(2);
      });
    });
  });
});

describe('the order of the log', () => {
  it('is by id, and newest first when asked, page by page', async () => {
    const ids = async (filter: object) =>
      logs(await magpie.admin.post('/admin/logs/index', filter)).map(({ id }) => Number(id));
    const all = await ids({ direction: 'asc' });
    expect(all).toEqual([...all].sort((a, b) => a - b));
    const newest = await ids({ direction: 'desc', limit: 2 });
    const next = await ids({ direction: 'desc', limit: 2, page: 2 });
    const backwards = all.slice(-4).reverse();
    expect([...newest, ...next]).toEqual(backwards);
  });
});

describe('the form of search', () => {
  it('finds words anywhere and days from and to, newest first, within one’s reach', async () => {
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.log_new_audit', { value: false });
    const event = await makeEvent(ana, { info: 'a needle in the hay' });
    const today = new Date().toISOString().slice(0, 10);
    const search = async (client: ApiClient, form: object) => {
      const { body } = await client.post('/admin/logs/search/1', { Log: form });
      return Array.isArray(body) ? body.map((entry) => member(entry, 'Log', 'model_id')) : body;
    };
    const form = { title: 'needle', model: 'Event', action: 'ALL', email: '', from: today, to: today };
    expect(await search(ana, form)).toEqual([event.id]);
    expect(await search(bob, form)).toEqual([]);
    expect(await search(ana, { ...form, from: '2020-01-01', to: '2020-01-02' })).toEqual([]);
    expect(await search(ana, { ...form, action: 'delete' })).toEqual([]);
    expect((await magpie.client(null).post('/admin/logs/search', form)).status).toBe(403);
  });
});
