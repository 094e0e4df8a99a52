import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientWorld, JSON_HEADERS, startClientWorld } from './client-world.ts';

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world?.magpie.stop());

type Wire = Record<string, unknown>;
const headers = JSON_HEADERS;

async function post(path: string, body: unknown): Promise<unknown> {
  const answer = await world.send('POST', path, { headers, body });
  expect({ path, status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({ status: 200 });
  return answer.body;
}
const events = (body: unknown) => (member(body, 'response') as { Event: Wire }[]).map(({ Event }) => Event);
const attributes = (body: unknown) => member(body, 'response', 'Attribute') as Wire[];

describe('OpenCTI', () => {
  it('pages events in the order of their ids until a page is empty', async () => {
    const search = (page: number) =>
      post('/events/restSearch', {
        returnFormat: 'json',
        order: 'Event.id ASC',
        limit: 1,
        page,
        tags: { OR: ['tlp:green', 'nosuch'], NOT: ['exported:never'] },
        publish_timestamp: '1d',
      });
    const first = events(await search(1));
    expect(first.map(({ id }) => id)).toEqual([world.published.id]);
    expect(await search(2)).toEqual({ response: [] });
    const descending = await post('/events/restSearch', { returnFormat: 'json', order: 'Event.id DESC' });
    expect(events(descending).map(({ id }) => id)).toEqual([world.draft.id, world.published.id]);
    expect(events(await post('/events/restSearch', { returnFormat: 'json', order: 'Event.nosuch ASC' }))).toHaveLength(
      2,
    );
  });
});

describe('Splunk (misp42)', () => {
  it('pages attributes until fewer than the limit come, with negated tags and inherited ones', async () => {
    const body = {
      returnFormat: 'json',
      limit: 4,
      tags: ['tlp:green', '!osint:%'],
      includeEventUuid: 1,
      includeEventTags: 1,
      includeSightings: 1,
      includeSightingdb: 0,
      excludeLocalTags: 1,
      threat_level_id: [1, 2],
    };
    const pages: Wire[][] = [];
    for (let page = 1; page === 1 || pages.at(-1)?.length === 4; page += 1) {
      pages.push(attributes(await post('/attributes/restSearch', { ...body, page })));
    }
    expect(pages.flat()).toHaveLength(8);
    expect(pages[0]?.[0]).toMatchObject({
      event_uuid: world.published.uuid,
      Sighting: [],
      Tag: [{ name: 'exported' }, { name: 'tlp:green', inherited: 1 }],
    });
  });
});

describe('misp2sentinel', () => {
  it('takes events published in the last two weeks, a hundred a page', async () => {
    const body = await post('/events/restSearch', {
      returnFormat: 'json',
      publish_timestamp: '14d',
      to_ids: 1,
      includeEventTags: 1,
      includeDecayScore: 1,
      limit: 100,
      page: 1,
    });
    const [event] = events(body);
    expect((member(event, 'Attribute') as Wire[]).every(({ to_ids }) => to_ids === true)).toBe(true);
  });
});

describe('Elastic Agent', () => {
  it('begins with a date as Unix writes it, goes on by the last timestamp, and stops at an empty list', async () => {
    const first = await post('/events/restSearch', {
      returnFormat: 'json',
      timestamp: 'Tue Mar  3 10:00:00 UTC 2020',
      limit: '10',
      page: '1',
      includeDecayScore: 1,
    });
    const [event] = events(first);
    expect((member(event, 'Attribute') as Wire[]).length).toBeGreaterThan(0);
    expect(member(event, 'Object', 0, 'Attribute', 0, 'value')).toBe('dropper.dll');
    const later = String(Number(event?.timestamp) + 86_400);
    expect(await post('/events/restSearch', { returnFormat: 'json', timestamp: later, limit: 10 })).toEqual({
      response: [],
    });
    const found = attributes(
      await post('/attributes/restSearch', { returnFormat: 'json', timestamp: 'Tue Mar  3 10:00:00 UTC 2020' }),
    );
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('Cortex XSOAR', () => {
  it('sends empty lists for no filter', async () => {
    const body = {
      returnFormat: 'json',
      type: { OR: [] },
      tags: { OR: [] },
      limit: 2000,
      page: 1,
      from: '2020-01-01',
      timestamp: '30d',
    };
    const found = attributes(await post('/attributes/restSearch', body));
    expect(found).toHaveLength(9);
  });

  it('takes related attributes from each attribute of an event and of a search', async () => {
    const [event] = events(
      await post('/events/restSearch', { returnFormat: 'json', eventid: world.draft.id, includeCorrelations: 1 }),
    );
    expect(event?.id).toBe(world.draft.id);
    const [attribute] = attributes(
      await post('/attributes/restSearch', { returnFormat: 'json', eventid: world.draft.id, includeCorrelations: 1 }),
    );
    expect(attribute?.RelatedAttribute).toMatchObject([{ event_id: world.published.id, value: '203.0.113.5' }]);
    expect(typeof attribute?.event_id).toBe('string');
  });
});

describe('Cortex analyzer, IntelOwl', () => {
  it('search a value and everywhere, and read related events', async () => {
    const [event] = events(
      await post('/events/restSearch', { returnFormat: 'json', value: '203.0.113.5', type: ['ip-src', 'ip-dst'] }),
    );
    expect(member(event, 'RelatedEvent', 0, 'Event', 'id')).toBe(world.draft.id);
    const anywhere = await post('/events/restSearch', {
      returnFormat: 'json',
      searchall: '%login.bad%',
      from: '2020-01-01 10:00:00',
    });
    expect(events(anywhere)).toHaveLength(1);
    expect(
      attributes(await post('/attributes/restSearch', { returnFormat: 'json', value: '%bad.example%' })),
    ).toHaveLength(2);
  });
});

describe('TheHive', () => {
  it('asks who it is, lists events since a time without a tag, and reads deleted attributes', async () => {
    expect(member((await world.send('GET', '/users/view/me', { headers })).body, 'User', 'org_id')).toBe(
      world.organisation.id,
    );
    const organisation = await world.send('GET', `/organisations/view/${world.organisation.id}`, { headers });
    expect(member(organisation.body, 'Organisation', 'name')).toBe(world.organisation.name);
    expect(member((await world.send('GET', '/servers/getVersion', { headers })).body, 'version')).toMatch(/^2\./);
    const listed = (await post('/events/index', {
      searchtimestamp: 123,
      searchtag: ['!tlp:green'],
      searchorg: [world.organisation.name],
    })) as Wire[];
    expect(listed.map(({ id }) => id)).toEqual([world.draft.id]);

    const added = await post(`/attributes/add/${world.draft.id}`, { type: 'domain', value: 'gone.bad.example' });
    await post(`/attributes/delete/${member(added, 'Attribute', 'id')}`, {});
    const request = { timestamp: 1, eventid: world.draft.id, deleted: 'only' };
    const deleted = attributes(await post('/attributes/restSearch/json', { request }));
    expect(deleted).toMatchObject([{ value: 'gone.bad.example', deleted: true }]);
    const file = await world.send('GET', `/attributes/download/${world.fileId}`, { headers });
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="note.txt"');
    expect(file.text).toBe('hello');
  });

  it('reads JSON whatever the status', async () => {
    const refused = await world.send('POST', `/attributes/add/${world.draft.id}`, {
      headers,
      body: { type: 'nosuch', value: 'x' },
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ saved: false, errors: { type: [expect.any(String)] } });
    const created = await world.send('POST', '/events', { headers, body: { info: 'From a case', distribution: 0 } });
    expect(created.status).toBe(200);
    expect(typeof member(created.body, 'Event', 'id')).toBe('string');
    const sample = await world.send('POST', `/events/upload_sample/${world.draft.id}`, {
      headers,
      body: { request: { files: [{ filename: 'sample.exe', data: Buffer.from('MZ').toString('base64') }] } },
    });
    expect(sample.status).toBe(200);
  });
});

describe('n8n', () => {
  it('lists organisations, sharing groups, tags, users and galaxies', async () => {
    const get = async (path: string, key?: string) => {
      const answer = await world.send('GET', path, { headers, ...(key ? { key } : {}) });
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      return answer.body;
    };
    expect(member(await get('/organisations'), 0, 'Organisation', 'name')).toEqual(expect.any(String));
    expect(member(await get('/sharing_groups'), 'response')).toEqual([]);
    expect(member(await get('/tags'), 'Tag', 0, 'name')).toEqual(expect.any(String));
    expect(member(await get('/admin/users', world.magpie.adminKey), 0, 'User', 'email')).toEqual(expect.any(String));
    expect(await get('/galaxies')).toEqual(expect.any(Array));
  });

  it('uses PUT and DELETE, and tags by ids in body and path', async () => {
    const event = await post('/events', { org_id: world.organisation.id, distribution: 0, info: 'n8n' });
    const id = String(member(event, 'Event', 'id'));
    const added = await post(`/attributes/add/${id}`, { type: 'text', value: 'one', category: 'Other' });
    const attribute = String(member(added, 'Attribute', 'id'));
    const send = async (method: string, path: string, body?: unknown) => {
      const answer = await world.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
      expect({ method, path, status: answer.status, text: answer.text.slice(0, 200) }).toMatchObject({ status: 200 });
      return answer.body;
    };
    expect(member(await send('PUT', `/attributes/edit/${attribute}`, { value: 'two' }), 'Attribute', 'value')).toBe(
      'two',
    );
    await send('DELETE', `/attributes/delete/${attribute}`);
    expect(member(await send('PUT', `/events/edit/${id}`, { info: 'n8n again' }), 'Event', 'info')).toBe('n8n again');
    await send('POST', `/events/publish/${id}`);
    await send('POST', `/events/unpublish/${id}`);
    const tags = (await world.send('GET', '/tags', { headers })).body;
    const tag = String(member(tags, 'Tag', 0, 'id'));
    expect(await send('POST', '/events/addTag', { event: id, tag })).toMatchObject({ saved: true });
    expect(await send('POST', `/events/removeTag/${id}/${tag}`)).toMatchObject({ saved: true });
    await send('DELETE', `/events/delete/${id}`);
  });
});

describe('Wazuh, Graylog and shell scripts', () => {
  it('search a value in the path, percent-encoded', async () => {
    for (const value of ['203.0.113.5', 'http://login.bad.example/a.php?x=1', 'd41d8cd98f00b204e9800998ecf8427e']) {
      const answer = await world.send('GET', `/attributes/restSearch/value:${encodeURIComponent(value)}`, {
        headers: { Accept: 'application/json' },
      });
      expect(answer.status).toBe(200);
      expect(attributes(answer.body)[0]).toMatchObject({ value });
    }
    const unknown = await world.send('GET', '/attributes/restSearch/value:198.51.100.1', {
      headers: { Accept: 'application/json' },
    });
    expect(unknown.body).toEqual({ response: { Attribute: [] } });
  });
});

describe('Logstash', () => {
  it('polls CSV with its head by the format in the path', async () => {
    for (const path of [
      '/attributes/restSearch/returnFormat:csv/type:domain||ip-dst/to_ids:1/last:7d',
      '/attributes/restSearch/csv/null/null/null/domain',
    ]) {
      const answer = await world.send('GET', path, { headers: { Accept: '*/*' } });
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
      expect(answer.text).toMatch(/^uuid,event_id,category,type,value,comment,to_ids,date,/);
      expect(answer.text).toContain('"login.bad.example"');
    }
  });
});

describe('feeders of plain lists (Loki, AIL, IntelMQ, Velociraptor)', () => {
  it('take one value a line of a time window', async () => {
    const domains = await world.send('POST', '/attributes/restSearch', {
      headers,
      body: { returnFormat: 'text', type: 'domain', last: '1d' },
    });
    expect(domains.text).toBe('login.bad.example\nonly.alpha.example\n');
    const foreign = await world.send('POST', '/attributes/restSearch', {
      key: world.foreignKey,
      headers,
      body: { returnFormat: 'text', type: 'domain', publish_timestamp: '1d' },
    });
    expect(foreign.text).toBe('login.bad.example\n');
    const hashes = await world.send('GET', '/attributes/restSearch/returnFormat:hashes/last:1d', {
      headers: { Accept: '*/*' },
    });
    expect(hashes.text).toBe('d41d8cd98f00b204e9800998ecf8427e\n');
  });
});
