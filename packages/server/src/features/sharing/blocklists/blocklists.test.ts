import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let user: ApiClient;
let orgAdmin: ApiClient;
let sync: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  const as = (role: string) => magpie.user(alpha, role);
  [user, orgAdmin, sync] = await Promise.all([as('3'), as('2'), as('5')]);
});

afterAll(() => magpie.stop());

describe('the event blocklist', () => {
  it('takes uuids as list or as lines, and tells which it took', async () => {
    const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
    const added = await magpie.admin.post('/eventBlocklists/add', {
      uuids: [one, two, 'not-a-uuid', one],
      comment: 'no',
      event_orgc: 'Evil',
    });
    expect(added.body).toEqual({
      result: { successes: [one, two], fails: ['not-a-uuid'] },
      message: 'Done. Added 2 new entries to the blocklist. 1 entries could not be saved.',
    });
    const again = await magpie.admin.post('/event_blocklists/add', { uuids: `${one}\n${three}` });
    expect(member(again.body, 'result')).toEqual({ successes: [three], fails: [one] });
    const listed = await magpie.admin.get(`/eventBlocklists/index/event_uuid:${two}`);
    expect(listed.body).toMatchObject([{ event_uuid: two, comment: 'no', event_orgc: 'Evil', event_info: '' }]);
  });

  it('keeps an event out until the entry is removed', async () => {
    const uuid = randomUUID();
    await magpie.admin.post('/eventBlocklists/add', { uuids: [uuid] });
    const refused = await user.post('/events/add', { info: 'x', uuid });
    expect(refused.status).toBe(403);
    expect(member(refused.body, 'message')).toBe('Event blocked by event blocklist.');
    const edited = await magpie.admin.post(`/eventBlocklists/edit/${uuid}`, { comment: 'for a while' });
    expect(member(edited.body, 'EventBlocklist', 'comment')).toBe('for a while');
    const removed = await magpie.admin.post(`/eventBlocklists/delete/${uuid}`);
    expect(removed.body).toMatchObject({ saved: true, name: 'Blocklist entry removed', id: uuid });
    expect((await magpie.admin.post(`/eventBlocklists/delete/${uuid}`)).status).toBe(404);
    await makeEvent(user, { uuid });
  });

  it('is out of use while the instance says so', async () => {
    const uuid = randomUUID();
    await magpie.admin.post('/eventBlocklists/add', { uuids: [uuid] });
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.enableEventBlocklisting', { value: false });
    await makeEvent(user, { uuid });
    expect((await magpie.admin.get('/eventBlocklists/index')).status).toBe(302);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.enableEventBlocklisting', { value: true });
  });

  it('belongs to the site’s administrator and the host organisation', async () => {
    for (const client of [user, orgAdmin, sync]) {
      expect((await client.get('/eventBlocklists/index')).status).toBe(403);
      expect((await client.post('/eventBlocklists/add', { uuids: [randomUUID()] })).status).toBe(403);
      expect((await client.post('/eventBlocklists/delete/1')).status).toBe(403);
    }
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.host_org_id', { value: Number(alpha.id) });
    expect((await user.get('/eventBlocklists/index')).status).toBe(200);
    expect((await user.get('/sighting_blocklists/index')).status).toBe(403);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.host_org_id', { value: 1 });
  });

  it.each(['0x1A', '1e3', '99999999999999999999', 'nothing'])('knows no entry %s', async (id) => {
    expect((await magpie.admin.post(`/eventBlocklists/edit/${id}`, { comment: 'x' })).status).toBe(404);
  });

  it('pages on demand', async () => {
    await magpie.admin.post('/eventBlocklists/add', { uuids: Array.from({ length: 5 }, () => randomUUID()) });
    const ids = async (path: string) =>
      ((await magpie.admin.get(path)).body as { id: string }[]).map(({ id }) => Number(id));
    const all = await ids('/eventBlocklists/index');
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(await ids('/eventBlocklists/index/limit:2/page:2')).toEqual(all.slice(2, 4));
  });
});

describe('the organisation blocklist', () => {
  it('keeps out events of one’s own and of foreign organisations, and counts them', async () => {
    const evil = randomUUID();
    await magpie.admin.post('/orgBlocklists/add', { uuids: [alpha.uuid, evil], org_name: 'Evil Org' });
    const own = await user.post('/events/add', { info: 'mine' });
    expect(own.status).toBe(403);
    expect(member(own.body, 'message')).toBe('Event blocked by organisation blocklist.');
    const foreign = await sync.post('/events/add', { info: 'theirs', Orgc: { uuid: evil, name: 'Evil Org' } });
    expect(foreign.status).toBe(403);
    const listed = await magpie.admin.get(`/orgBlocklists/index/org_uuid:${evil}`);
    expect(member(listed.body, 0)).toMatchObject({
      org_name: 'Evil Org',
      blocked_data: { blocked_amount: 1, blocked_last_time: expect.any(Number) },
    });
    await magpie.admin.post(`/orgBlocklists/delete/${alpha.uuid}`);
    await makeEvent(user);
  });
});

describe('the blocklist of sightings', () => {
  it('keeps sightings of an organisation out, while the setting says so', async () => {
    const { id: eventId } = await makeEvent(user);
    const added = await user.post(`/attributes/add/${eventId}`, { type: 'domain', value: 'sighted.example' });
    const id = String(member(added.body, 'Attribute', 'id'));
    const sight = async () => JSON.stringify((await user.post(`/sightings/add/${id}`, {})).body);
    expect(await sight()).toContain('"Sighting"');
    await magpie.admin.post('/sighting_blocklists/add', { uuids: [alpha.uuid] });
    expect(await sight()).toContain('blocklist');
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.enableSightingBlocklisting', { value: false });
    expect(await sight()).toContain('"Sighting"');
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.enableSightingBlocklisting', { value: true });
    await magpie.admin.post(`/sighting_blocklists/delete/${alpha.uuid}`);
  });
});

describe('the other blocklists', () => {
  it.each(['sighting_blocklists', 'galaxy_cluster_blocklists', 'analyst_data_blocklists'])(
    '%s add, list and remove',
    async (controller) => {
      const uuid = randomUUID();
      const added = await magpie.admin.post(`/${controller}/add`, { uuids: [uuid], comment: 'c' });
      expect(member(added.body, 'result', 'successes')).toEqual([uuid]);
      expect(JSON.stringify((await magpie.admin.get(`/${controller}/index`)).body)).toContain(uuid);
      expect((await magpie.admin.post(`/${controller}/delete/${uuid}`)).status).toBe(200);
      expect((await orgAdmin.get(`/${controller}/index`)).status).toBe(403);
    },
  );
});

describe('the rule for events', () => {
  it('keeps events with a tag out, whoever sends them, until it is taken back', async () => {
    const rule = '/servers/eventBlockRule';
    expect((await user.post(rule, { tags: ['x'] })).status).toBe(403);
    expect((await magpie.admin.post(rule, { tags: 'x' })).status).toBe(400);
    expect((await magpie.admin.post(rule, { tags: ['Block:Me'] })).body).toMatchObject({ saved: true });
    expect((await magpie.admin.get(rule)).body).toEqual({ tags: ['Block:Me'] });
    for (const client of [user, sync, magpie.admin]) {
      const refused = await client.post('/events/add', { info: 'tagged', Tag: [{ name: 'block:me' }] });
      expect([refused.status, member(refused.body, 'message')]).toEqual([403, 'Blocked by event block rules.']);
    }
    await makeEvent(user, { Tag: [{ name: 'other' }] });
    await magpie.admin.post(rule, { Server: { value: '{"tags":[]}' } });
    await makeEvent(user, { Tag: [{ name: 'block:me' }] });
  });
});
