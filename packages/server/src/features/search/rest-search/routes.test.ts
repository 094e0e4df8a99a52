import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  const user = await makeUser(admin, { org_id: organisation.id });
  outsider = magpie.client(user.key);
  event = await makeEvent(admin, { info: 'Search me' });
  await makeAttribute(admin, event.id, { type: 'domain', value: 'evil.example.com', to_ids: true });
  await makeAttribute(admin, event.id, { type: 'text', value: 'own words', distribution: '0' });
  await makeAttribute(admin, event.id, {
    type: 'attachment',
    value: 'note.txt',
    data: Buffer.from('hello').toString('base64'),
  });
  await makeObject(admin, event.id, {
    distribution: '5',
    Attribute: [{ object_relation: 'filename', type: 'filename', value: 'dropper.dll' }],
  });
});
afterAll(() => magpie?.stop());

const attributes = (body: unknown) => member(body, 'response', 'Attribute') as { value: string; data?: string }[];

describe('restSearch over HTTP', () => {
  it('takes flat and wrapped bodies, named and positional parameters', async () => {
    const forms = [
      admin.post('/attributes/restSearch', { value: 'evil.example.com' }),
      admin.post('/attributes/restSearch', { request: { value: 'evil.example.com' } }),
      admin.post('/attributes/restsearch/json', { value: 'evil.example.com' }),
      admin.get('/attributes/restSearch/value:evil.example.com'),
      admin.get('/attributes/restSearch/returnFormat:json/value:evil.example.com.json'),
      admin.get('/attributes/restSearch/json/evil.example.com'),
      admin.get('/attributes/restSearch/json/null/null/null/domain'),
      admin.post('/attributes/restSearch/value:evil.example.com', { value: 'another' }),
      admin.get('/attributes/restSearch/type:domain||url'),
      admin.get('/attributes/restSearch/type[]:domain/type[]:url'),
    ];
    for (const form of forms) {
      const answer = await form;
      expect(answer.status).toBe(200);
      expect(attributes(answer.body).map(({ value }) => value)).toEqual(['evil.example.com']);
    }
  });

  it('tells the count and the format in headers', async () => {
    const answer = await admin.post('/attributes/restSearch', { limit: 2 });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=UTF-8',
      'x-result-count': '4',
      'x-export-module-used': 'json',
      'x-response-format': 'json',
      'x-skipped-elements-count': '0',
    });
    const events = await admin.post('/events/restSearch', { eventid: event.uuid });
    expect(events.headers.get('content-disposition')).toBe(`attachment; filename="misp.event.${event.uuid}.json"`);
    const paged = await admin.post('/attributes/restSearch', { limit: 2, after_id: 0 });
    expect(paged.headers.get('x-has-more')).toBe('1');
  });

  it('refuses a GET without parameters, unknown formats and what it cannot read', async () => {
    expect((await admin.get('/attributes/restSearch')).status).toBe(400);
    expect((await admin.get('/attributes/restSearch?value=x')).status).toBe(400);
    expect(await admin.post('/events/restSearch', { returnFormat: 'nosuch' })).toMatchObject({
      status: 404,
      body: { message: 'Invalid output format.' },
    });
    for (const [name, value] of [
      ['limit', 'abc'],
      ['timestamp', ['1d']],
      ['timestamp', {}],
      ['page', []],
      ['deleted', 'no'],
    ] as const) {
      for (const scope of ['events', 'attributes', 'objects']) {
        const answer = await admin.post(`/${scope}/restSearch`, { [name]: value });
        expect({ scope, name, status: answer.status }).toEqual({ scope, name, status: 400 });
      }
    }
  });

  it('takes hostile ids and texts as matching nothing', async () => {
    for (const value of ['0x1A', '1e3', '9223372036854775808', '-1', "1' or '1'='1", '٣', '1.0']) {
      const found = await admin.post('/attributes/restSearch', { eventid: value });
      expect({ value, status: found.status, rows: attributes(found.body) }).toEqual({ value, status: 200, rows: [] });
      for (const name of ['sharinggroup', 'threat_level_id', 'distribution', 'org', 'uuid', 'eventinfo', 'tags']) {
        expect((await admin.post('/events/restSearch', { [name]: value })).status).toBe(200);
      }
    }
    expect((await admin.post('/attributes/restSearch', { value: '%'.repeat(5000) })).status).toBe(200);
    expect((await admin.post('/attributes/restSearch', { value: 'x'.repeat(70_000) })).status).toBe(200);
  });

  it('answers events as events/view does, empty results with an empty list', async () => {
    const found = await admin.post('/events/restSearch', {
      value: 'evil.example.com',
      includeEventCorrelations: 0,
      withAttachments: 1,
    });
    const viewed = await admin.get(`/events/view/${event.id}/includeEventCorrelations:0`);
    expect(member(found.body, 'response', 0)).toEqual(viewed.body);
    expect((await admin.post('/events/restSearch', { value: 'nothing' })).body).toEqual({ response: [] });
    expect((await admin.post('/attributes/restSearch', { value: 'nothing' })).body).toEqual({
      response: { Attribute: [] },
    });
  });

  it('leaves in events only what to_ids asks for, and flattens objects', async () => {
    const strict = await admin.post('/events/restSearch', { eventid: event.id, to_ids: 1 });
    expect(member(strict.body, 'response', 0, 'Event', 'Attribute')).toMatchObject([{ value: 'evil.example.com' }]);
    const flat = await admin.post('/events/restSearch', { eventid: event.id, flatten: 1 });
    expect(member(flat.body, 'response', 0, 'Event', 'Attribute')).toHaveLength(4);
    expect(member(flat.body, 'response', 0, 'Event', 'Object')).toEqual([]);
  });

  it('adds files when asked', async () => {
    const found = await admin.post('/attributes/restSearch', { type: 'attachment', withAttachments: 1 });
    expect(attributes(found.body)[0]?.data).toBe(Buffer.from('hello').toString('base64'));
    expect(
      attributes((await admin.post('/attributes/restSearch', { type: 'attachment' })).body)[0]?.data,
    ).toBeUndefined();
  });

  it('finds objects by name, template and the values in them', async () => {
    for (const filter of [
      { object_name: 'file' },
      { value: 'dropper%' },
      { object_relation: 'filename' },
      { eventid: event.id },
      { uuid: event.uuid },
    ]) {
      const found = await admin.post('/objects/restSearch', filter);
      expect(found.headers.get('x-result-count')).toBe('1');
      expect(member(found.body, 'response', 0, 'Object')).toMatchObject({
        name: 'file',
        Event: { id: event.id, info: 'Search me' },
        Attribute: [{ value: 'dropper.dll', value1: 'dropper.dll', AttributeTag: [] }],
      });
    }
    const bare = await admin.post('/objects/restSearch', { metadata: 1 });
    expect(member(bare.body, 'response', 0, 'Object')).not.toHaveProperty('Attribute');
    expect((await admin.post('/objects/restSearch', { value: 'evil.example.com' })).body).toEqual({ response: [] });
  });

  it('tells with includeContext what the event of an object says of itself, its tags and its creator', async () => {
    await admin.post('/tags/attachTagToObject', { uuid: event.uuid, tag: 'tlp:amber' });
    const found = await admin.post('/objects/restSearch', { eventid: event.id, includeContext: 1 });
    const context = member(found.body, 'response', 0, 'Object', 'Event');
    const [row] = attributes(
      (await admin.post('/attributes/restSearch', { eventid: event.id, includeContext: 1 })).body,
    );
    expect(context).toEqual(member(row, 'Event'));
    expect(context).toMatchObject({ uuid: event.uuid, Tag: [{ name: 'tlp:amber', local: false }], Orgc: { id: '1' } });
  });

  it('hides from other organisations what is not theirs to see, in every scope', async () => {
    const seen = await outsider.post('/attributes/restSearch', {});
    expect(attributes(seen.body).map(({ value }) => value)).not.toContain('own words');
    for (const scope of ['attributes', 'events', 'objects']) {
      const answer = await outsider.post(`/${scope}/restSearch`, { value: 'own words' });
      expect(answer.headers.get('x-result-count')).toBe('0');
    }
    const hidden = await makeEvent(admin, { info: 'Hidden', distribution: '0' });
    await makeAttribute(admin, hidden.id, { type: 'text', value: `hidden ${randomUUID()}` });
    for (const filter of [{ eventid: hidden.id }, { uuid: hidden.uuid }, { eventinfo: 'Hidden' }]) {
      for (const scope of ['attributes', 'events', 'objects']) {
        expect((await outsider.post(`/${scope}/restSearch`, filter)).headers.get('x-result-count')).toBe('0');
      }
    }
    for (const scope of ['attributes', 'events']) {
      const answer = await outsider.post(`/${scope}/restSearch`, { searchall: 'hidden%' });
      expect(answer.headers.get('x-result-count')).toBe('0');
    }
    expect((await outsider.get('/events/index')).body).toHaveLength(1);
    expect(JSON.stringify((await outsider.get('/attributes/index')).body)).not.toContain('own words');
    expect((await outsider.get('/attributes/attributeStatistics/type')).body).toEqual({
      attachment: '1',
      domain: '1',
      filename: '1',
    });
  });

  it('needs a key, and takes one that may only read', async () => {
    expect((await magpie.client(null).post('/attributes/restSearch', {})).status).toBe(403);
    expect((await magpie.client('x'.repeat(40)).post('/events/index', {})).status).toBe(403);
  });

  it('lets a site administrator read as an ordinary member', async () => {
    const organisation = await makeOrganisation(admin);
    const foreign = await makeUser(admin, { org_id: organisation.id });
    const made = await makeEvent(magpie.client(foreign.key), { info: 'Not for the administrator', distribution: '0' });
    const asked = { eventid: made.id, disableSiteAdmin: 1 };
    expect((await admin.post('/events/restSearch', { eventid: made.id })).headers.get('x-result-count')).toBe('1');
    expect((await admin.post('/events/restSearch', asked)).headers.get('x-result-count')).toBe('0');
  });

  it('answers HEAD without a body', async () => {
    expect((await admin.head('/events/index')).status).toBe(200);
  });

  it('lists attributes flat, newest event first, and indicators of a text', async () => {
    const listed = await admin.get('/attributes/index/limit:2');
    expect(listed.body).toHaveLength(2);
    expect(member(listed.body, 0)).toHaveProperty('value1');
    expect((await admin.get('/attributes/index/limit:x')).status).toBe(400);
    const found = await admin.post('/ui/free-text', { text: 'see hxxp://evil[.]example[.]com/x and 203.0.113.5' });
    expect(member(found.body, 'indicators')).toMatchObject([{ type: 'url' }, { value: '203.0.113.5' }]);
    expect((await admin.post('/ui/free-text', {})).status).toBe(400);
  });

  it('gives the web client pages of events', async () => {
    const page = await outsider.get('/ui/events?searcheventinfo=search&limit=10&sort=date&direction=desc');
    expect(page.body).toMatchObject({ total: 1, totalAtLeast: 1, nextCursor: null, events: [{ info: 'Search me' }] });
  });
});
