import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA1 = 'a'.repeat(40);

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let published: Made;
let draft: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation);
  published = await makeEvent(admin, { info: 'Published', distribution: '3', Tag: [{ name: 'tlp:green' }] });
  await makeAttribute(admin, published.id, { type: 'domain', value: 'evil.example.com', to_ids: true });
  await makeAttribute(admin, published.id, { type: 'md5', value: MD5, to_ids: true });
  await makeAttribute(admin, published.id, { type: 'sha1', value: SHA1, to_ids: true, distribution: '0' });
  await makeAttribute(admin, published.id, { type: 'url', value: 'http://quiet.example.com/', to_ids: false });
  await admin.post(`/events/publish/${published.id}`);
  draft = await makeEvent(admin, { info: 'Draft', distribution: '3' });
  await makeAttribute(admin, draft.id, { type: 'domain', value: 'draft.example.com', to_ids: true });
});
afterAll(() => magpie?.stop());

async function lines(client: ApiClient, path: string): Promise<string[]> {
  const { status, body } = await client.get(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  return String(body)
    .split('\n')
    .filter((line) => line !== '');
}

describe('exports at their old addresses', () => {
  it('csv has what detects in published events, unless told to ignore that', async () => {
    const head = await admin.get('/events/csv/download');
    expect(head.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
    expect(head.headers.get('content-disposition')).toBe('attachment; filename="misp.event.list.csv"');
    expect(await lines(admin, '/events/csv/download')).toHaveLength(4);
    expect(await lines(admin, `/events/csv/download/${published.id}/1`)).toHaveLength(5);
    expect(await lines(admin, '/events/csv/download/null/1')).toHaveLength(6);
    expect(await lines(admin, '/events/csv/download/false/false/tlp;green/null/domain')).toHaveLength(4);
    expect(await lines(admin, '/events/csv/download/false/false/!tlp;green')).toHaveLength(1);
    expect(String((await admin.get(`/events/csv/download/${published.id}/0/null/null/null/1`)).body)).toContain(
      'event_info',
    );
    const posted = await admin.post('/events/csv/download', {
      request: { eventid: published.id, ignore: 1, headerless: 1 },
    });
    expect(String(posted.body).trim().split('\n')).toHaveLength(4);
  });

  it('text has values of a type, with holes in the positions', async () => {
    expect(await lines(admin, '/attributes/text/download/domain')).toEqual(['evil.example.com']);
    expect(await lines(admin, '/attributes/text/download/all')).toHaveLength(3);
    expect(await lines(admin, `/attributes/text/download/all/null/${published.id}/1`)).toContain(
      'http://quiet.example.com/',
    );
    expect(await lines(admin, '/attributes/text/download/domain/null/null/null/null/null/null/null/1')).toContain(
      'draft.example.com',
    );
    expect(await lines(admin, '/attributes/text/download/type:md5/eventid:1')).toEqual([MD5]);
    expect(await lines(admin, '/attributes/text/download/md5||sha1')).toEqual([MD5, SHA1]);
    const answer = await admin.get('/attributes/text/download/domain');
    expect(answer.headers.get('content-disposition')).toBeNull();
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=UTF-8');
  });

  it('hids has hashes of one kind', async () => {
    expect(await lines(admin, '/events/hids/md5/download')).toEqual([MD5]);
    expect(await lines(admin, '/events/hids/SHA1/download/false/false/tlp;green')).toEqual([SHA1]);
    expect((await admin.get('/events/hids/crc32/download')).status).toBe(404);
  });

  it('returnAttributes has the attributes of an event, restSearchExport chosen events', async () => {
    const all = await admin.get(`/attributes/returnAttributes/download/${published.id}.json`);
    expect(all).toMatchObject({ status: 200, body: { response: { Attribute: { length: 4 } } } });
    const domains = await admin.get(`/attributes/returnAttributes/download/${published.id}/domain/true`);
    expect(domains).toMatchObject({ body: { response: { Attribute: [{ value: 'evil.example.com' }] } } });
    expect(await lines(admin, `/events/restSearchExport/[${published.id},${draft.id}]/csv`)).toHaveLength(6);
    expect(await lines(admin, `/events/restSearchExport/${draft.uuid}/values`)).toEqual(['draft.example.com']);
    for (const path of [
      '/events/restSearchExport',
      '/events/restSearchExport/[]/csv',
      '/events/restSearchExport/[/csv',
    ]) {
      expect((await admin.get(path)).status).toBe(404);
    }
  });

  it('know the event by its older names', async () => {
    for (const path of [
      `/events/xml/download/id:${draft.id}`,
      `/events/stix/download/id:${draft.id}`,
      `/events/stix2/download/eventId:${draft.id}`,
      `/events/csv/download/id:${draft.id}/ignore:1`,
    ]) {
      const { status, body } = await admin.get(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      expect(text).toContain('draft.example.com');
      expect(text).not.toContain('evil.example.com');
    }
  });

  it('keep what the caller may not see', async () => {
    for (const path of ['/events/csv/download/null/1', '/attributes/text/download/all', '/events/hids/sha1/download']) {
      expect(await lines(outsider, path)).not.toEqual(expect.arrayContaining([expect.stringContaining(SHA1)]));
    }
    expect((await magpie.client(null).get('/events/csv/download')).status).toBe(403);
  });

  it('the list of events comes as CSV too', async () => {
    const [head, first] = await lines(admin, '/events/index.csv');
    expect(head).toBe(
      'id,date,info,tags,uuid,published,analysis,attribute_count,orgc_id,orgc_name,orgc_uuid,timestamp,distribution,sharing_group_id,threat_level_id,publish_timestamp,extends_uuid',
    );
    expect(first).toMatch(
      new RegExp(`^${published.id},"\\d{4}-\\d\\d-\\d\\d","Published","tlp:green","${published.uuid}",1,\\d,4,`),
    );
    const answer = await admin.get('/events/index/searcheventinfo:Draft.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
    expect(answer.headers.get('x-result-count')).toBe('1');
  });
});

describe('deprecated exports', () => {
  it('say what takes their place, and are counted for each user', async () => {
    const before = (await admin.get('/api/viewDeprecatedFunctionUse')).body;
    const answer = await outsider.get('/attributes/text/download/md5');
    expect(answer.headers.get('x-deprecation-warning')).toContain('/attributes/restSearch');
    expect(
      (await admin.get('/attributes/returnAttributes/download/1')).headers.get('x-deprecation-warning'),
    ).toBeNull();
    const after = (await admin.get('/api/viewDeprecatedFunctionUse')).body;
    const total = (uses: unknown) => Number(Object(Object(Object(uses).attributes).text).total ?? 0);
    expect(total(after)).toBe(total(before) + 1);
    expect((await outsider.get('/api/viewDeprecatedFunctionUse')).status).toBe(403);
  });
});
