import { createHash } from 'node:crypto';
import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA256 = 'ab'.repeat(32);
const STANDARD = 'uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let shared: Made;
let draft: Made;
let objectUuid: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation);

  shared = await makeEvent(admin, {
    info: 'Shared, "quoted"',
    distribution: '3',
    date: '2024-01-02',
    threat_level_id: '1',
    analysis: '2',
    Tag: [{ name: 'tlp:green' }],
  });
  const add = (fields: Record<string, unknown>) => makeAttribute(admin, shared.id, fields);
  await add({ type: 'ip-dst', value: '203.0.113.5', comment: 'says "hi"', to_ids: true, Tag: [{ name: 'a,b' }] });
  await add({ type: 'md5', value: MD5, to_ids: true });
  await add({ type: 'filename|sha256', value: `a.exe|${SHA256}`, to_ids: true });
  await add({ type: 'text', value: 'not for detection', to_ids: false });
  await add({ type: 'domain', value: 'secret.example.com', to_ids: true, distribution: '0' });
  const object = await makeObject(admin, shared.id, {
    name: 'domain-ip',
    'meta-category': 'network',
    distribution: '5',
    Attribute: [
      { object_relation: 'ip', type: 'ip-dst', value: '203.0.113.5', to_ids: true },
      { object_relation: 'port', type: 'counter', category: 'Other', value: '1234', to_ids: false },
    ],
  });
  objectUuid = object.uuid;
  await admin.post(`/events/publish/${shared.id}`);

  draft = await makeEvent(admin, { info: 'Draft', distribution: '3' });
  await makeAttribute(admin, draft.id, { type: 'domain', value: 'draft.example.com', to_ids: true });
});
afterAll(() => magpie?.stop());

async function search(client: ApiClient, scope: 'events' | 'attributes', body: Record<string, unknown>) {
  const { status, headers, body: text } = await client.post(`/${scope}/restSearch`, body);
  expect({ status, text }).toMatchObject({ status: 200 });
  return { text: String(text), headers: Object.fromEntries(headers) };
}

describe('CSV', () => {
  it('has MISP’s columns and headers in both scopes; objects only in that of events', async () => {
    const { text, headers } = await search(admin, 'attributes', { returnFormat: 'csv', eventid: shared.id });
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=UTF-8',
      'x-result-count': '7',
      'x-export-module-used': 'csv',
      'x-response-format': 'csv',
      'x-skipped-elements-count': '0',
    });
    expect(headers['content-disposition']).toBeUndefined();
    const lines = text.split('\n');
    expect(lines[0]).toBe(`${STANDARD},object_uuid,object_name,object_meta_category`);
    expect(lines[1]).toMatch(
      new RegExp(
        `^"[0-9a-f-]{36}",${shared.id},"Network activity","ip-dst","203.0.113.5","says ""hi""",1,\\d+,"","a,b","","",""$`,
      ),
    );
    expect(lines.slice(-2)).toEqual(['', '']);
    expect(text).toContain('"port","","","",""');

    const events = await search(admin, 'events', { returnFormat: 'csv', eventid: shared.uuid });
    expect(events.headers).toMatchObject({
      'x-result-count': '1',
      'content-disposition': `attachment; filename="misp.event.${shared.uuid}.csv"`,
    });
    expect(events.text.split('\n')).toHaveLength(10);
    expect(events.text).toContain(`"Other","counter",1234,"",0,`);
    expect(events.text).toContain(`"port","","${objectUuid}","domain-ip","network"`);
  });

  it('takes requested columns, leaves the head out, and adds event and inherited tags', async () => {
    const value = '203.0.113.5';
    const body = { returnFormat: 'csv', value, eventid: shared.id, object_relation: '!ip' };
    expect(
      (await search(admin, 'attributes', { ...body, requested_attributes: ['value', 'timestamp', 'nosuch'] })).text,
    ).toMatch(/^value,date,nosuch\n"203\.0\.113\.5",\d+,""\n/);
    expect((await search(admin, 'attributes', { ...body, headerless: 1 })).text).toMatch(/^"[0-9a-f-]{36}",/);
    const context = await search(admin, 'attributes', { ...body, includeContext: 1 });
    expect(context.text).toContain('object_meta_category,event_info,event_member_org,event_source_org,');
    expect(context.text).toMatch(/,"Shared, ""quoted""","[^"]+","[^"]+",3,"High",2,"2024-01-02","tlp:green",\d+\n/);
    const inherited = await search(admin, 'attributes', { ...body, includeEventTags: 1 });
    expect(inherited.text).toContain(',"a,b,tlp:green",');
  });

  it('is the head and an empty line when nothing was found', async () => {
    const { text, headers } = await search(admin, 'attributes', { returnFormat: 'csv', value: 'nothing-here' });
    expect(text).toBe(`${STANDARD},object_uuid,object_name,object_meta_category\n\n`);
    expect(headers['x-result-count']).toBe('0');
  });

  it('refuses columns that are none', async () => {
    const answer = await admin.post('/attributes/restSearch', {
      returnFormat: 'csv',
      requested_attributes: [{ a: 1 }],
    });
    expect(answer.status).toBe(400);
  });
});

describe('lists of values', () => {
  it('text has each value once, of published events and for detection, unless the search says otherwise', async () => {
    const detected = `203.0.113.5\n${MD5}\na.exe|${SHA256}\nsecret.example.com\n`;
    const events = await search(admin, 'events', { returnFormat: 'text' });
    expect(events.text).toBe(detected);
    expect(events.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-response-format': 'text',
      'content-disposition': 'attachment; filename="misp.event.list.text"',
      'x-result-count': '1',
    });
    const attributes = await search(admin, 'attributes', { returnFormat: 'text' });
    expect(attributes.text).toBe(detected);
    expect(attributes.headers).toMatchObject({ 'x-response-format': 'txt', 'x-result-count': '5' });
    expect((await search(admin, 'attributes', { returnFormat: 'text', to_ids: [0, 1] })).text).toContain('1234\n');
    expect((await search(admin, 'attributes', { returnFormat: 'text', published: [0, 1] })).text).toContain('draft.');
    expect((await search(admin, 'attributes', { returnFormat: 'text', value: 'none' })).text).toBe('\n');
    expect((await search(admin, 'attributes', { returnFormat: 'values' })).text.split('\n')).toHaveLength(8);
  });

  it('hashes has hashes only, cache the MD5 of every value, count the number', async () => {
    for (const scope of ['events', 'attributes'] as const) {
      expect((await search(admin, scope, { returnFormat: 'hashes' })).text).toBe(`${MD5}\n${SHA256}\n`);
    }
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const cached = await search(admin, 'attributes', { returnFormat: 'cache', type: ['ip-dst', 'filename|sha256'] });
    expect(cached.text).toBe([md5('203.0.113.5'), md5(`a.exe|${SHA256}`), md5('203.0.113.5'), ''].join('\n'));
    const withUuid = await search(admin, 'attributes', { returnFormat: 'cache', type: 'md5', includeEventUuid: 1 });
    expect(withUuid.text).toBe(`${md5(MD5)},${shared.uuid}\n`);
    expect((await search(admin, 'attributes', { returnFormat: 'count' })).text).toBe('8');
    expect((await search(admin, 'events', { returnFormat: 'count' })).text).toBe('2');
  });

  it('pages by number and by id', async () => {
    const page = await search(admin, 'attributes', { returnFormat: 'values', limit: 2, page: 2, eventid: shared.id });
    expect(page.text).toBe(`a.exe|${SHA256}\nnot for detection\n`);
    expect(page.headers['x-result-count']).toBe('7');
    expect((await search(admin, 'attributes', { returnFormat: 'cache', limit: 5, page: 9 })).text).toBe('');
    expect((await search(admin, 'attributes', { returnFormat: 'count', limit: 5 })).text).toBe('5');
    const keyset = await search(admin, 'attributes', { returnFormat: 'text', limit: 1, after_id: 0 });
    expect(keyset.text).toBe('203.0.113.5\n');
    expect(keyset.headers['x-has-more']).toBe('1');
  });

  it('keeps the order that is asked for', async () => {
    const { text } = await search(admin, 'attributes', { returnFormat: 'text', order: 'value desc' });
    expect(text.split('\n')[0]).toBe('secret.example.com');
    const events = await search(admin, 'events', { returnFormat: 'values', order: 'id desc' });
    expect(events.text.split('\n')[0]).toBe('draft.example.com');
  });
});

describe('what an outsider gets', () => {
  it('has nothing of what he may not see, nor its count', async () => {
    for (const scope of ['events', 'attributes'] as const) {
      for (const returnFormat of ['csv', 'text', 'values', 'hashes', 'cache']) {
        const { text } = await search(outsider, scope, { returnFormat });
        expect(text).not.toContain('secret');
        expect(text).not.toContain(createHash('md5').update('secret.example.com').digest('hex'));
      }
    }
    const { text, headers } = await search(outsider, 'attributes', { returnFormat: 'count', eventid: shared.id });
    expect([text, headers['x-result-count']]).toEqual(['6', '6']);
    const probe = await search(outsider, 'attributes', { returnFormat: 'text', value: 'secret.example.com' });
    expect([probe.text, probe.headers['x-result-count']]).toEqual(['\n', '0']);
    const viaEvent = await search(outsider, 'events', { returnFormat: 'csv', value: 'secret.example.com' });
    expect(viaEvent.headers['x-result-count']).toBe('0');
  });

  it('has no deleted attributes of others', async () => {
    const gone = await makeAttribute(admin, shared.id, { type: 'domain', value: 'gone.example.com', to_ids: true });
    await admin.post(`/attributes/delete/${gone.id}`);
    const body = { returnFormat: 'values', deleted: [0, 1], eventid: shared.id };
    expect((await search(outsider, 'events', body)).text).not.toContain('gone.');
    expect((await search(admin, 'events', body)).text).toContain('gone.');
    expect((await search(admin, 'events', { ...body, deleted: 0 })).text).not.toContain('gone.');
  });
});

describe('what a search leaves out afterwards', () => {
  it('is what warninglists know, where asked', async () => {
    await admin.post('/warninglists/add', {
      name: 'Documentation',
      description: 'for the test',
      type: 'cidr',
      category: 'false_positive',
      entries: '203.0.113.0/24',
      matching_attributes: ['ip-src', 'ip-dst'],
    });
    await admin.post('/warninglists/toggleEnable', { name: 'Documentation', enabled: true });
    await admin.post(`/events/publish/${shared.id}`);
    for (const scope of ['events', 'attributes'] as const) {
      for (const returnFormat of ['csv', 'text', 'values']) {
        const body = { returnFormat, eventid: shared.id };
        expect((await search(admin, scope, body)).text).toContain('203.0.113.5');
        const { text } = await search(admin, scope, { ...body, enforceWarninglist: 1 });
        expect(text).not.toContain('203.0.113.5');
        expect(text).toContain(MD5);
      }
    }
  });

  it('is what decaying models call decayed, where asked; the mean score stands in CSV', async () => {
    const model = await admin.post('/decayingModel/add', {
      DecayingModel: {
        name: 'Short-lived',
        description: 'for the test',
        formula: 'polynomial',
        all_orgs: 1,
        enabled: 1,
        parameters: { lifetime: 1, decay_speed: 1, threshold: 30, default_base_score: 80, base_score_config: {} },
        attribute_types: ['hostname'],
      },
    });
    expect(model.status).toBe(200);
    await admin.post(`/decayingModel/enable/${member(model.body, 'data', 'DecayingModel', 'id')}`);
    const event = await makeEvent(admin, { info: 'Old and new', distribution: '0' });
    await makeAttribute(admin, event.id, { type: 'hostname', value: 'old.example.net', timestamp: '1500000000' });
    await makeAttribute(admin, event.id, { type: 'hostname', value: 'new.example.net' });
    const csv = await search(admin, 'attributes', {
      returnFormat: 'csv',
      eventid: event.id,
      includeDecayScore: 1,
      requested_attributes: ['value'],
    });
    expect(csv.text).toMatch(
      /^value,decay_score_score,decay_score_decayed\n"old.example.net",0,1\n"new.example.net",(79|80)[.\d]*,0\n\n$/,
    );
    for (const returnFormat of ['csv', 'values', 'cache']) {
      const { text } = await search(admin, 'events', {
        returnFormat,
        eventid: event.id,
        excludeDecayed: 1,
        headerless: 1,
      });
      expect(text.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('streaming', () => {
  it('hands out thousands of rows, and nothing for HEAD', async () => {
    const big = await makeEvent(admin, { info: 'Big', distribution: '0' });
    const values = Array.from({ length: 6_000 }, (_, index) => `host${index}.example.net`);
    const added = await admin.post(`/attributes/add/${big.id}`, { type: 'hostname', value: values });
    expect(added.status).toBe(200);
    const { text } = await search(admin, 'attributes', { returnFormat: 'values', eventid: big.id });
    expect(text).toBe(`${values.join('\n')}\n`);
    const csv = await search(admin, 'events', { returnFormat: 'csv', eventid: big.id });
    expect(csv.text.split('\n')).toHaveLength(6_003);
    const head = await admin.head(`/attributes/restSearch/returnFormat:csv/eventid:${big.id}`);
    expect([head.status, head.headers.get('x-result-count')]).toEqual([200, '6000']);
    // A length would be that of the answer to GET, which nobody has written.
    expect(head.headers.get('content-length')).toBeNull();
    // A short one is written whole.
    const book = `/attributes/restSearch/returnFormat:xlsx/eventid:${big.id}`;
    const whole = await fetch(magpie.url + book, { headers: { authorization: magpie.adminKey } });
    const length = String((await whole.arrayBuffer()).byteLength);
    expect((await admin.head(book)).headers.get('content-length')).toBe(length);
    expect(member(await admin.get('/servers/getVersion'), 'status')).toBe(200);
  });
});
