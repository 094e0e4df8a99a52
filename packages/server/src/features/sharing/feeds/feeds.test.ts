import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiClient, makeUser, member, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT, type FeedWorld, OTHER, startFeedWorld } from './testing/feed-world.ts';

let world: FeedWorld;
let magpie: TestMagpie;
let base: string;
let files: FeedWorld['files'];
let addFeed: FeedWorld['addFeed'];
let publishMispFeed: FeedWorld['publishMispFeed'];
let run: FeedWorld['run'];
let user: ApiClient;
let heard: FeedWorld['heard'];

beforeAll(async () => {
  world = await startFeedWorld();
  ({ magpie, base, files, addFeed, publishMispFeed, run, user, heard } = world);
});
afterAll(() => world.stop());

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
