import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
let peer: ApiClient;
let user: ApiClient;
const published: string[] = [];

beforeAll(async () => {
  m = await startTestMagpie();
  const organisation = await makeOrganisation(m.admin);
  peer = await m.user(organisation, '5');
  user = await m.user(organisation);
  for (let index = 0; index < 7; index += 1) {
    const event = await makeEvent(m.admin, {
      distribution: index === 3 ? '0' : '3',
      Attribute: [{ type: 'text', value: `${index}` }],
    });
    if (index !== 5) await m.admin.post(`/events/publish/${event.id}`);
    if (index !== 3 && index !== 5) published.push(event.uuid);
  }
});
afterAll(() => m?.stop());

const asked = { minimal: 1, published: 1, sync_cursor: 1, limit: 2 };

function uuids(body: unknown): string[] {
  const events = member(body, 'events');
  return Array.isArray(events) ? events.map((event) => String(member(event, 'uuid'))) : [];
}

describe('the index of events by cursor', () => {
  it('leads through all visible events, as of its beginning', async () => {
    const found: string[] = [];
    let cursor: unknown;
    for (let page = 0; page < 5; page += 1) {
      const { status, body } = await peer.post('/events/index', { ...asked, ...(cursor ? { cursor } : {}) });
      expect(status).toBe(200);
      found.push(...uuids(body));
      cursor = Object(member(body, 'pagination')).next_cursor;
      if (page === 0) {
        const late = await makeEvent(m.admin, { Attribute: [{ type: 'text', value: 'late' }] });
        await m.admin.post(`/events/publish/${late.id}`);
        expect(body).toMatchObject({ pagination: { version: 1, limit: 2, has_more: true } });
      }
      if (member(body, 'pagination', 'has_more') === false) break;
    }
    expect(cursor).toBe(null);
    expect(found).toEqual(published);
  });

  it('takes its cursors from the same user with the same filters alone, in paths as in bodies', async () => {
    const { body } = await peer.post('/events/index', asked);
    const cursor = String(member(body, 'pagination', 'next_cursor'));
    const path = `/events/index/minimal:1/published:1/sync_cursor:1/limit:2/cursor:${cursor}`;
    expect(uuids((await peer.get(path)).body)).toEqual(published.slice(2, 4));
    for (const wrong of ['x', `1${cursor}`, `0.9${cursor.slice(cursor.indexOf('.'))}`]) {
      expect((await peer.post('/events/index', { ...asked, cursor: wrong })).status).toBe(400);
    }
    expect((await peer.post('/events/index', { ...asked, cursor, org: '1' })).status).toBe(400);
    expect((await m.admin.post('/events/index', { ...asked, cursor })).status).toBe(400);
  });

  it('is offered to synchronisation accounts, for minimal rows', async () => {
    expect((await peer.get('/servers/getVersion')).body).toMatchObject({ event_index_cursor_v1: true });
    expect((await user.get('/servers/getVersion')).body).not.toHaveProperty('event_index_cursor_v1');
    expect((await user.post('/events/index', asked)).status).toBe(403);
    expect((await peer.post('/events/index', { ...asked, minimal: 0 })).status).toBe(400);
    expect((await peer.post('/events/index', { ...asked, limit: -1 })).status).toBe(400);
    const none = await peer.post('/events/index', { ...asked, eventinfo: 'nothing of that name' });
    expect(none.body).toMatchObject({ events: [], pagination: { upper_bound: 0, has_more: false, next_cursor: null } });
  });
});

describe('events that are wanted of a push', () => {
  it('are those that are unknown, or older and from elsewhere, in the order of the request', async () => {
    const unknown = 'a0000000-0000-4000-8000-000000000001';
    const older = 'a0000000-0000-4000-8000-000000000002';
    await peer.post('/events/add', {
      ...{ uuid: older, info: 'from elsewhere', timestamp: '1700000000', distribution: '1' },
      Orgc: { uuid: 'b0000000-0000-4000-8000-000000000001', name: 'Elsewhere' },
    });
    await m.magpie.database.asSystem('as pulled', (tx) =>
      tx.execute('update events set locked = true, timestamp = 1700000000 where uuid = $1', [older]),
    );
    const event = (uuid: string, timestamp: string) => ({ Event: { uuid, timestamp } });
    const ask = async (client: ApiClient, list: unknown) => client.post('/events/filterEventIdsForPush', list);
    const wanted = await ask(peer, [
      event(older, '1700000001'),
      event(published[0] ?? '', '1900000000'),
      event(unknown, '1'),
    ]);
    expect(wanted.body).toEqual([older, unknown]);
    expect((await ask(peer, [event(older, '1700000000')])).body).toEqual([]);
    expect((await ask(peer, [{ Event: 5 }, event('x', '1'), 7])).body).toEqual([]);
    expect((await ask(peer, {})).body).toEqual([]);
    expect((await ask(user, [])).status).toBe(403);
  });
});
