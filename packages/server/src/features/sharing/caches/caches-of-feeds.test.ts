import { type ApiClient, makeEvent, makeUser, member, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT, type FeedWorld, startFeedWorld } from '../feeds/testing/feed-world.ts';

let world: FeedWorld;
let magpie: TestMagpie;
let base: string;
let files: FeedWorld['files'];
let addFeed: FeedWorld['addFeed'];
let publishMispFeed: FeedWorld['publishMispFeed'];
let run: FeedWorld['run'];

beforeAll(async () => {
  world = await startFeedWorld();
  ({ magpie, base, files, addFeed, publishMispFeed, run } = world);
});
afterAll(() => world.stop());

describe('caches of feeds', () => {
  let mispFeed: string;
  let openFeed: string;
  let outsider: ApiClient;
  let outsiderEvent: string;

  beforeAll(async () => {
    publishMispFeed({ [EVENT]: {} });
    files.set('/open.txt', 'open.example.com\n11.22.33.44');
    files.set('/both.txt', 'OPEN.example.com\n11.22.33.44\n55.66.77.88');
    mispFeed = await addFeed({ url: `${base}/misp`, source_format: 'misp', name: 'Hidden hashes' });
    openFeed = await addFeed({ url: `${base}/open.txt`, lookup_visible: true, name: 'Open list' });
    await addFeed({ url: `${base}/both.txt`, name: 'Hidden list' });
    await run('/feeds/cacheFeeds/all');
    const organisation = await magpie.admin.post('/admin/organisations/add', { name: 'Cache outsiders' });
    const made = await makeUser(magpie.admin, {
      org_id: member(organisation.body, 'Organisation', 'id'),
      role_id: '2',
    });
    outsider = magpie.client(made.key);
    const event = await makeEvent(outsider, {
      distribution: '3',
      Attribute: [
        { type: 'domain', category: 'Network activity', value: 'open.example.com' },
        { type: 'domain', category: 'Network activity', value: 'feed.test' },
        { type: 'ip-dst', category: 'Network activity', value: '55.66.77.88', disable_correlation: true },
        { type: 'ip-dst|port', category: 'Network activity', value: '11.22.33.44|80' },
      ],
    });
    outsiderEvent = event.id;
  });

  const namesOf = (body: unknown) =>
    Object.values(Object(body))
      .map((hit) => String(member(hit, 'Feed', 'name')))
      .sort();

  it('are searched by value, in the feeds that one may see', async () => {
    const search = async (client: ApiClient, value: unknown) =>
      (await client.post('/feeds/searchCaches', { value })).body;
    expect(namesOf(await search(magpie.admin, 'Open.Example.com'))).toEqual(['Hidden list', 'Open list']);
    expect(namesOf(await search(outsider, 'open.example.com'))).toEqual(['Open list']);
    expect(await search(magpie.admin, 'nothing.example.com')).toEqual([]);
    expect(await search(outsider, '55.66.77.88')).toEqual([]);
    expect(await search(magpie.admin, ['Feed.test'])).toMatchObject({
      'feed.test': [
        { Feed: { id: mispFeed, uuid: [EVENT], type: 'MISP Feed', direct_urls: [{ name: `Event ${EVENT}` }] } },
      ],
    });
    expect(await search(outsider, ['Feed.test'])).toEqual({ 'feed.test': [] });
    expect(namesOf(await search(outsider, ''))).toEqual(['Open list']);
  });

  it('are compared, as far as one may see them', async () => {
    const { body } = await magpie.admin.get('/feeds/compareFeeds');
    const open = Object.values(Object(body)).find((row) => member(row, 'Feed', 'id') === openFeed);
    expect(open).toMatchObject({ Feed: { values: 2 } });
    const compared = Object.values(Object(member(open, 'Feed', 'ComparedFeed')));
    expect(compared.find((row) => member(row, 'name') === 'Hidden list')).toMatchObject({
      // Hashes are of the value as it stands.
      overlap_count: 1,
      overlap_percentage: 50,
    });
    expect(JSON.stringify((await outsider.get('/feeds/compareFeeds')).body)).not.toContain('Hidden');
    expect((await magpie.admin.get(`/feeds/view/${openFeed}`)).body).toMatchObject({
      Feed: { cached_elements: 2, coverage_by_other_feeds: '50%' },
    });
  });

  it('show in events what of them is known, by rights and by what correlates', async () => {
    const { body } = await magpie.admin.get(`/events/view/${outsiderEvent}`);
    expect(namesInEvent(body)).toEqual(['Hidden hashes', 'Hidden list', 'Open list']);
    expect(member(body, 'Event', 'Feed', 0)).toHaveProperty('id');
    const hashed = Object.values(Object(member(body, 'Event', 'Attribute'))).find(
      (row) => member(row, 'value') === 'feed.test',
    );
    expect(member(hashed, 'Feed', 0)).toMatchObject({ name: 'Hidden hashes', event_uuids: [EVENT] });
    expect(JSON.stringify(hashed)).not.toContain('Open list');
    const disabled = Object.values(Object(member(body, 'Event', 'Attribute'))).find(
      (row) => member(row, 'value') === '55.66.77.88',
    );
    expect(disabled).not.toHaveProperty('Feed');
    // His own event: what is open to look-ups. Somebody else's: nothing without the role's flag.
    expect(namesInEvent((await outsider.get(`/events/view/${outsiderEvent}`)).body)).toEqual(['Open list']);
    const organisation = await magpie.admin.post('/admin/organisations/add', { name: 'Third' });
    const third = await makeUser(magpie.admin, {
      org_id: member(organisation.body, 'Organisation', 'id'),
      role_id: '3',
    });
    await magpie.admin.post(`/events/publish/${outsiderEvent}`, {});
    expect(namesInEvent((await magpie.client(third.key).get(`/events/view/${outsiderEvent}`)).body)).toEqual([]);
    expect(
      namesInEvent((await magpie.admin.get(`/events/view/${outsiderEvent}/includeFeedCorrelations:0`)).body),
    ).toEqual([]);
  });

  it('are replaced as a whole, and void once the feed has another address', async () => {
    files.set('/open.txt', 'replaced.example.com');
    await run(`/feeds/cacheFeeds/${openFeed}`);
    const search = async (value: string) => namesOf((await outsider.post('/feeds/searchCaches', { value })).body);
    expect([await search('open.example.com'), await search('replaced.example.com')]).toEqual([[], ['Open list']]);
    await magpie.admin.post(`/feeds/edit/${openFeed}`, { url: `${base}/elsewhere` });
    expect(await search('replaced.example.com')).toEqual([]);
    const left = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.query<{ n: number }>(
        'select count(*)::int as n from cached_values where source_id not in (select id from value_sources)',
      ),
    );
    expect(left).toEqual([{ n: 0 }]);
  });
});

function namesInEvent(body: unknown): string[] {
  const { Feed: feeds = [] } = Object(member(body, 'Event'));
  return Object.values(Object(feeds))
    .map((feed) => String(member(feed, 'name')))
    .sort();
}
