import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type ApiClient, makeEvent, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EVENT = 'aaaaaaaa-0000-4000-8000-000000000001';
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000002';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

let magpie: TestMagpie;
let source: Server;
let base: string;
let user: ApiClient;
const files = new Map<string, string>();
const heard: Record<string, string | string[] | undefined>[] = [];

beforeAll(async () => {
  magpie = await startTestMagpie();
  source = createServer((request, response) => {
    heard.push(request.headers);
    const body = files.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  const address = source.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  user = magpie.client((await makeUser(magpie.admin, { role_id: '3' })).key);
});
afterAll(async () => {
  await magpie.stop();
  source.closeAllConnections();
  await new Promise((resolve) => source.close(resolve));
});

async function addFeed(fields: Record<string, unknown>): Promise<string> {
  const { status, body } = await magpie.admin.post('/feeds/add', {
    name: 'Feed',
    provider: 'test',
    enabled: true,
    caching_enabled: true,
    ...fields,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return String(member(body, 'Feed', 'id'));
}

function eventFile(uuid: string, fields: Record<string, unknown> = {}) {
  return {
    Event: {
      uuid,
      info: 'From a feed',
      date: '2026-01-02',
      analysis: '2',
      threat_level_id: '3',
      timestamp: '1700000000',
      published: false,
      Orgc: { name: 'Publisher', uuid: 'bbbbbbbb-0000-4000-8000-000000000001' },
      Tag: [{ name: 'tlp:white' }],
      Attribute: [
        {
          uuid: uuid.replace('aaaaaaaa', 'cccccccc'),
          type: 'domain',
          category: 'Network activity',
          value: 'Feed.test',
          to_ids: true,
        },
      ],
      ...fields,
    },
  };
}

function publishMispFeed(events: Record<string, Record<string, unknown>>): void {
  const manifest = Object.fromEntries(
    Object.entries(events).map(([uuid, fields]) => {
      const { Event } = eventFile(uuid, fields);
      files.set(`/misp/${uuid}.json`, JSON.stringify({ Event }));
      return [uuid, { Orgc: Event.Orgc, Tag: Event.Tag, info: Event.info, timestamp: Event.timestamp }];
    }),
  );
  files.set('/misp/manifest.json', JSON.stringify(manifest));
  files.set(
    '/misp/hashes.csv',
    Object.keys(events)
      .map((uuid) => `${md5('feed.test')},${uuid}\n`)
      .join(''),
  );
}

async function run(path: string): Promise<unknown> {
  const answer = await magpie.admin.post(path, {});
  expect(answer.status).toBe(200);
  await magpie.magpie.jobs.settled();
  return answer.body;
}

async function valuesOf(eventId: string): Promise<string[]> {
  const { body } = await magpie.admin.get(`/events/view/${eventId}`);
  const attributes = member(body, 'Event', 'Attribute');
  return Array.isArray(attributes) ? attributes.map((attribute) => String(member(attribute, 'value'))).sort() : [];
}

const eventOfFeed = async (id: string) =>
  String(member((await magpie.admin.get(`/feeds/view/${id}`)).body, 'Feed', 'event_id'));

describe('the list of feeds', () => {
  it('has MISP’s two at the start, and shows users of other organisations what is open to look-ups only', async () => {
    const { body } = await magpie.admin.get('/feeds/index');
    expect(JSON.stringify(body)).toContain('Botvrij');
    const organisation = await magpie.admin.post('/admin/organisations/add', { name: 'Outsiders' });
    const outsider = magpie.client(
      (await makeUser(magpie.admin, { org_id: member(organisation.body, 'Organisation', 'id'), role_id: '2' })).key,
    );
    const closed = await addFeed({ url: `${base}/closed`, name: 'Closed feed' });
    await addFeed({ url: `${base}/open`, name: 'Open feed', lookup_visible: true, headers: 'Authorization: secret' });
    const seen = await outsider.get('/feeds');
    expect(JSON.stringify(seen.body)).toContain('Open feed');
    expect(JSON.stringify(seen.body)).not.toContain('Closed feed');
    expect(JSON.stringify(seen.body)).not.toContain('secret');
    expect((await outsider.get(`/feeds/previewIndex/${closed}`)).status).toBe(404);
    for (const path of [`/feeds/view/${closed}`, `/feeds/feedCoverage/${closed}`]) {
      expect((await outsider.get(path)).status).toBe(403);
    }
    for (const path of ['/feeds/add', `/feeds/edit/${closed}`, `/feeds/delete/${closed}`, '/feeds/fetchFromAllFeeds']) {
      expect((await outsider.post(path, {})).status, path).toBe(403);
    }
    for (const id of [closed]) await magpie.admin.post(`/feeds/delete/${id}`, {});
  });

  it('refuses what is no address, no format, no usable pattern', async () => {
    const bad = (fields: Record<string, unknown>) =>
      magpie.admin.post('/feeds/add', { name: 'x', provider: 'x', url: base, ...fields });
    for (const [fields, field] of [
      [{ url: 'not-a-url' }, 'url'],
      [{ url: undefined }, 'url'],
      [{ source_format: 'xml' }, 'source_format'],
      [{ settings: { common: { excluderegex: '/(/' } } }, 'settings'],
      [{ input_source: 'local', url: 'a.txt' }, 'input_source'],
      [{ distribution: 4, sharing_group_id: 999 }, 'sharing_group_id'],
    ] as const) {
      const { status, body } = await bad(fields);
      expect(status, field).toBe(403);
      expect(Object.keys(Object(member(body, 'errors')))).toEqual([field]);
    }
  });

  it('takes feeds of a list once, switched off', async () => {
    const list = [
      {
        Feed: { name: 'Listed', provider: 'p', url: `${base}/listed`, enabled: true, source_format: 'csv' },
        Tag: { name: 'from:list' },
      },
    ];
    await magpie.admin.post('/feeds/importFeeds', list);
    await magpie.admin.post('/feeds/importFeeds', { json: JSON.stringify(list) });
    const { body } = await magpie.admin.get('/feeds/index/value:Listed');
    expect(body).toMatchObject([
      { Feed: { name: 'Listed', enabled: false, source_format: 'csv' }, Tag: { name: 'from:list' } },
    ]);
  });

  it('is switched one by one or several at once', async () => {
    const id = await addFeed({ url: `${base}/x`, enabled: false });
    expect((await magpie.admin.post(`/feeds/enable/${id}`, {})).body).toEqual({
      name: 'Feed enabled.',
      message: 'Feed enabled.',
      url: `/feeds/enable/${id}`,
    });
    expect((await magpie.admin.post('/feeds/enable/9999', {})).status).toBe(405);
    await magpie.admin.post(`/feeds/toggleSelected/0/0/[${id}]`, {});
    expect((await magpie.admin.get(`/feeds/view/${id}`)).body).toMatchObject({ Feed: { enabled: false } });
    await magpie.admin.post(`/feeds/delete/${id}`, {});
  });
});

describe('a MISP feed', () => {
  it('brings its events under the feed’s distribution and tag, and only newer ones again', async () => {
    publishMispFeed({ [EVENT]: {}, [OTHER]: { Tag: [{ name: 'tlp:red' }] } });
    const tag = member((await magpie.admin.post('/tags/add', { name: 'feed:tag' })).body, 'Tag', 'id');
    const id = await addFeed({
      url: `${base}/misp/`,
      source_format: 'misp',
      distribution: 0,
      tag_id: tag,
      rules: { tags: { OR: [], NOT: ['tlp:red'] }, orgs: { OR: ['publisher'], NOT: [] }, url_params: '' },
      headers: 'X-Key: a:b\nUser-Agent: other',
    });
    expect(await run(`/feeds/fetchFromFeed/${id}`)).toEqual({ result: 'Pull queued for background execution.' });
    const { body } = await magpie.admin.get(`/events/view/${EVENT}`);
    expect(body).toMatchObject({
      Event: { info: 'From a feed', distribution: '0', locked: true, Orgc: { name: 'Publisher' } },
    });
    expect(JSON.stringify(member(body, 'Event', 'Tag'))).toContain('feed:tag');
    expect((await magpie.admin.get(`/events/view/${OTHER}`)).status).toBe(404);
    expect(heard.at(-1)).toMatchObject({ 'x-key': 'a:b' });
    expect(String(heard.at(-1)?.['user-agent'])).toMatch(/^MISP /);

    publishMispFeed({ [EVENT]: { info: 'Older', timestamp: '1600000000' } });
    await run(`/feeds/fetchFromFeed/${id}`);
    expect(member((await magpie.admin.get(`/events/view/${EVENT}`)).body, 'Event', 'info')).toBe('From a feed');
    publishMispFeed({ [EVENT]: { info: 'Newer', timestamp: '1800000000' } });
    await run(`/feeds/fetchFromFeed/${id}`);
    expect(member((await magpie.admin.get(`/events/view/${EVENT}`)).body, 'Event', 'info')).toBe('Newer');
    await magpie.admin.post(`/feeds/delete/${id}`, {});
  });

  it('is looked into without being stored', async () => {
    publishMispFeed({ [EVENT]: {}, [OTHER]: {} });
    const id = await addFeed({ url: `${base}/misp`, source_format: 'misp', lookup_visible: true });
    expect(Object.keys(Object((await user.get(`/feeds/previewIndex/${id}`)).body))).toHaveLength(2);
    expect((await user.get(`/feeds/previewEvent/${id}/${OTHER}`)).body).toMatchObject({ Event: { uuid: OTHER } });
    expect((await user.get(`/feeds/previewEvent/${id}/..%2F..%2Fsecret`)).status).toBe(400);
    const dead = await addFeed({ url: 'http://127.0.0.1:9/f', source_format: 'misp', lookup_visible: true });
    expect((await user.get(`/feeds/previewIndex/${dead}`)).status).toBe(302);
    for (const each of [id, dead]) await magpie.admin.post(`/feeds/delete/${each}`, {});
  });
});

describe('a feed of values', () => {
  it('fills one event, leaves out what its pattern excludes, and follows what leaves the list', async () => {
    files.set('/list.txt', '# comment\n1.2.3.4\nevil.example.com\nlocalhost.example.com\n');
    const id = await addFeed({
      url: `${base}/list.txt`,
      source_format: 'freetext',
      delta_merge: true,
      publish: true,
      settings: { common: { excluderegex: '/localhost/i' } },
    });
    await run(`/feeds/fetchFromFeed/${id}`);
    const event = await eventOfFeed(id);
    expect(await valuesOf(event)).toEqual(['1.2.3.4', 'evil.example.com']);
    expect(member((await magpie.admin.get(`/events/view/${event}`)).body, 'Event', 'published')).toBe(true);
    files.set('/list.txt', '1.2.3.4\n5.6.7.8\n');
    await run(`/feeds/fetchFromFeed/${id}`);
    expect(await eventOfFeed(id)).toBe(event);
    expect(await valuesOf(event)).toEqual(['1.2.3.4', '5.6.7.8']);
    files.set('/list.txt', '');
    await run(`/feeds/fetchFromFeed/${id}`);
    expect(await valuesOf(event)).toEqual(['1.2.3.4', '5.6.7.8']);
    await magpie.admin.post(`/feeds/delete/${id}`, {});
  });

  it('reads chosen columns of a CSV', async () => {
    files.set('/list.csv', '# id,address,note\n1,"9.9.9.9",8.8.8.8\n2,9.9.9.10,7.7.7.7\n');
    const id = await addFeed({
      url: `${base}/list.csv`,
      source_format: 'csv',
      override_ids: true,
      settings: { csv: { value: '2', delimiter: ',' } },
    });
    await run(`/feeds/fetchFromFeed/${id}`);
    const event = await eventOfFeed(id);
    expect(await valuesOf(event)).toEqual(['9.9.9.10', '9.9.9.9']);
    expect(JSON.stringify((await magpie.admin.get(`/events/view/${event}`)).body)).not.toContain('"to_ids":true');
    const preview = await magpie.admin.get(`/feeds/previewIndex/${id}`);
    expect(preview.body).toMatchObject([{ value: '9.9.9.9' }, { value: '9.9.9.10' }]);
    await magpie.admin.post(`/feeds/delete/${id}`, {});
  });

  it('is not fetched while it is switched off', async () => {
    const id = await addFeed({ url: `${base}/list.csv`, enabled: false });
    expect(await run(`/feeds/fetchFromFeed/${id}`)).toEqual({
      result: 'Feed is currently not enabled. Make sure you enable it.',
    });
    await magpie.admin.post(`/feeds/delete/${id}`, {});
  });

  it('lies in one folder of this machine where the setting allows, and nowhere else', async () => {
    const folder = join(magpie.magpie.config.dataDir, 'feeds');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'own.txt'), '4.4.4.4');
    await writeFile(join(magpie.magpie.config.dataDir, 'secret.txt'), '6.6.6.6');
    await symlink('../secret.txt', join(folder, 'link.txt'));
    await magpie.magpie.settings.set(null, 'Security.disable_local_feed_access', false);
    const local = { input_source: 'local', source_format: 'freetext', delete_local_file: true };
    const id = await addFeed({ ...local, url: 'own.txt' });
    await run(`/feeds/fetchFromFeed/${id}`);
    expect(await valuesOf(await eventOfFeed(id))).toEqual(['4.4.4.4']);
    await run(`/feeds/fetchFromFeed/${id}`);
    expect((await magpie.admin.get(`/feeds/previewIndex/${id}`)).status).toBe(302);
    const linked = await addFeed({ ...local, url: 'link.txt' });
    expect((await magpie.admin.get(`/feeds/previewIndex/${linked}`)).status).toBe(302);
    for (const url of ['/etc/passwd', '../secret.txt', 'a/../../secret.txt']) {
      expect((await magpie.admin.post('/feeds/add', { name: 'x', provider: 'x', ...local, url })).status).toBe(403);
    }
    await magpie.magpie.settings.set(null, 'Security.disable_local_feed_access', true);
    for (const each of [id, linked]) await magpie.admin.post(`/feeds/delete/${each}`, {});
  });
});

describe('caches', () => {
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
