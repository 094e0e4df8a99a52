import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../http/lenient.ts';
import { runAction } from './action.ts';
import { type FakeAnswer, type FakeService, fakeModule, startFakeService } from './testing/fake-service.ts';

let m: Awaited<ReturnType<typeof startTestMagpie>>;
let service: FakeService;
let owner: ApiClient;
let other: ApiClient;
let ownerOrganisation: string;

const answers: Record<string, (body: JsonObject) => FakeAnswer> = {};

const modules = [
  fakeModule('plain', ['expansion', 'hover'], {}, { config: ['apikey', 'server'] }),
  fakeModule('standard', ['expansion', 'hover'], { format: 'misp_standard' }),
  fakeModule('reader', ['import'], {
    inputSource: ['file', 'paste'],
    userConfig: { column: { type: 'Integer', regex: '/^[0-4]$/i', errorMessage: 'Expected 0 to 4' } },
  }),
  fakeModule('standard_reader', ['import'], { format: 'misp_standard', inputSource: ['paste'] }),
  fakeModule('writer', ['export'], { responseType: 'text/html', outputFileExtension: 'lst' }),
  fakeModule('act', ['action']),
  'no descriptor',
  fakeModule('../bad name', ['expansion']),
];

const set = async (name: string, value: unknown) => {
  const answer = await m.admin.post(`/servers/serverSettingsEdit/${name}`, { value });
  expect(answer).toMatchObject({ status: 200 });
};

beforeAll(async () => {
  m = await startTestMagpie();
  service = await startFakeService(modules, answers);
  const [oak, elm] = [await makeOrganisation(m.admin), await makeOrganisation(m.admin)];
  ownerOrganisation = oak.id;
  owner = m.client((await makeUser(m.admin, { org_id: oak.id })).key);
  other = m.client((await makeUser(m.admin, { org_id: elm.id })).key);
  for (const family of ['Enrichment', 'Import', 'Export', 'Action']) {
    await set(`Plugin.${family}_services_enable`, true);
    await set(`Plugin.${family}_services_port`, service.port);
    await set(`Plugin.${family}_timeout`, 1);
  }
  await set('Plugin.Enrichment_hover_enable', true);
  await set('Plugin.Enrichment_hover_timeout', 1);
  for (const name of ['Enrichment_plain', 'Enrichment_standard', 'Import_reader', 'Import_standard_reader']) {
    await set(`Plugin.${name}_enabled`, true);
  }
  await set('Plugin.Export_writer_enabled', true);
  await set('Plugin.Action_act_enabled', true);
});
afterAll(async () => {
  await m?.stop();
  await service?.stop();
});

const attributesOf = async (client: ApiClient, id: string) =>
  (await client.get(`/events/view/${id}`)).body as { Event: { Attribute: JsonObject[]; Object: JsonObject[] } };

describe('settings of modules', () => {
  it('are known from the service, hide secrets and reach the module', async () => {
    await set('Plugin.Enrichment_plain_apikey', 'my-secret-key');
    await set('Plugin.Enrichment_plain_server', 'ns.example.com');
    expect((await m.admin.get('/servers/getSetting/Plugin.Enrichment_plain_apikey')).status).toBe(403);
    expect((await m.admin.get('/servers/serverSettingsEdit/Plugin.Enrichment_plain_apikey')).body).toEqual({
      'Plugin.Enrichment_plain_apikey': '*****',
    });
    expect(String(m.magpie.settings.stored('Plugin.Enrichment_plain_apikey'))).not.toContain('my-secret-key');
    const all = member((await m.admin.get('/servers/serverSettings')).body, 'finalSettings') as JsonObject[];
    expect(all.find(({ setting }) => setting === 'Plugin.Enrichment_plain_server')).toMatchObject({
      value: 'ns.example.com',
      tab: 'Plugin',
    });
    answers.plain = () => ({ json: { results: [] } });
    await owner.post('/modules/queryEnrichment', { module: 'plain', domain: 'example.com', config: { apikey: 'x' } });
    expect(service.asked.at(-1)).toMatchObject({
      module: 'plain',
      domain: 'example.com',
      config: { apikey: 'my-secret-key', server: 'ns.example.com' },
    });
    for (const name of ['Plugin.Enrichment_nosuch_enabled', 'Plugin.Enrichment_plain_nosuch', 'Plugin.Nosuch_plain_x']) {
      expect((await m.admin.post(`/servers/serverSettingsEdit/${name}`, { value: '1' })).status).toBe(404);
    }
  });

  it('keep modules to one organisation', async () => {
    const names = async (client: ApiClient) =>
      ((await client.get('/modules/index')).body as JsonObject[]).map(({ name }) => name).sort();
    expect(await names(other)).toEqual(['plain', 'standard']);
    await set('Plugin.Enrichment_plain_restrict', ownerOrganisation);
    expect(await names(other)).toEqual(['standard']);
    expect(await names(owner)).toEqual(['plain', 'standard']);
    expect(await names(m.admin)).toEqual(['plain', 'standard']);
    expect(await other.post('/modules/queryEnrichment', { module: 'plain', domain: 'a.example' })).toMatchObject({
      status: 405,
      body: { message: 'Module not found or not available.' },
    });
    await set('Plugin.Enrichment_plain_restrict', '');
    expect(JSON.stringify((await owner.get('/modules/index')).body)).not.toContain('apikey');
  });

  it('do not make the service list its modules for every request', async () => {
    const before = service.listed();
    for (let i = 0; i < 5; i += 1) await owner.get('/modules/index');
    expect(service.listed()).toBe(before);
  });
});

describe('modules/queryEnrichment', () => {
  it('passes the answer and the errors of a module through', async () => {
    answers.plain = () => ({ json: { results: [{ types: ['ip-dst'], values: ['192.0.2.1'] }] } });
    expect((await owner.post('/modules/queryEnrichment', { module: 'plain', domain: 'a.example' })).body).toEqual({
      results: [{ types: ['ip-dst'], values: ['192.0.2.1'] }],
    });
    answers.plain = () => ({ json: { error: 'no quota left' } });
    expect(await owner.post('/modules/queryEnrichment', { module: 'plain', domain: 'a.example' })).toMatchObject({
      status: 200,
      body: { error: 'no quota left' },
    });
    expect((await owner.post('/modules/queryEnrichment', { domain: 'a.example' })).body).toMatchObject({
      message: 'No module chosen. The request body has to have the module key set.',
    });
  });

  it.each<[string, FakeAnswer, string]>([
    ['is no JSON', { text: '{"results":' }, 'not JSON'],
    ['nests too deep', { text: '['.repeat(10_000) }, 'not JSON'],
    ['holds a NUL character', { text: '{"results":[{"types":["text"],"values":["a\\u0000"]}]}' }, 'not JSON'],
    ['is false', { json: false }, 'no result'],
    ['is a failure', { text: '{}', status: 500 }, 'status 500'],
    ['never comes', 'silence', 'in time'],
  ])('tells when an answer %s', async (_what, answer, words) => {
    answers.plain = () => answer;
    const told = await owner.post('/modules/queryEnrichment', { module: 'plain', domain: 'a.example' });
    expect(told.status).toBe(200);
    expect(member(told.body, 'error')).toContain(words);
  });
});

describe('enrichment of an attribute', () => {
  it('stores values of the simplified format once, with comments, categories and tags', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    answers.plain = () => ({
      json: {
        results: [
          { types: ['ip-dst', 'ip-src'], values: ['192.0.2.1', '192.0.2.2'], categories: ['Network activity'], comment: 'A', to_ids: false },
          { types: 'freetext', values: 'see hxxp://b.example.com/x and 192.0.2.1' },
          { types: ['nosuch'], values: ['x'] },
          { types: ['text'], values: [{ deep: ['structure'] }] },
          { types: ['ip-dst'], values: ['not an address'] },
        ],
      },
    });
    const first = await owner.post(`/attributes/enrich/${attribute.id}`, { plain: true });
    expect(first.status).toBe(200);
    expect(service.asked.at(-1)).toMatchObject({
      domain: 'a.example.com',
      event_id: event.id,
      attribute_uuid: attribute.uuid,
    });
    expect(first.body).toMatchObject({ data: [{ module: 'plain', attributes: 3, known: 1 }] });
    expect(member(first.body, 'data', 0, 'rejected')).toHaveLength(3);
    const stored = (await attributesOf(owner, event.id)).Event.Attribute;
    expect(stored.find(({ value }) => value === '192.0.2.2')).toMatchObject({ type: 'ip-dst', to_ids: false, comment: 'A' });
    expect(stored.find(({ type }) => type === 'url')).toMatchObject({
      value: 'http://b.example.com/x',
      comment: 'Enriched via the plain module',
      distribution: '5',
    });
    const again = await owner.post(`/attributes/enrich/${attribute.id}`, { plain: true });
    expect(again.body).toMatchObject({ data: [{ attributes: 0 }] });
  });

  it('stores objects, references and reports of the standard format, and nothing twice', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    await owner.post(`/attributes/add/${event.id}`, { type: 'ip-dst', value: '192.0.2.7' });
    answers.standard = () => ({
      json: { results: standardResults(attribute.uuid) },
    });
    const first = await owner.post(`/attributes/enrich/${attribute.id}`, { standard: true });
    expect(first.body).toMatchObject({ data: [{ attributes: 0, objects: 1, reports: 1, known: 2, rejected: [] }] });
    const view = (await attributesOf(owner, event.id)).Event;
    expect(view.Object).toHaveLength(1);
    const references = view.Object[0]?.ObjectReference as JsonObject[];
    const address = view.Attribute.find(({ value }) => value === '192.0.2.7');
    expect(references.map(({ referenced_uuid }) => referenced_uuid).sort()).toEqual(
      [attribute.uuid, address?.uuid].sort(),
    );
    expect(view).toMatchObject({ EventReport: [{ name: 'Found' }], published: false });
    const again = await owner.post(`/attributes/enrich/${attribute.id}`, { standard: true });
    expect(again.body).toMatchObject({ data: [{ attributes: 0, objects: 0, reports: 0, known: 3 }] });
  });

  it('does not touch what carries the same uuid elsewhere', async () => {
    const foreign = await makeEvent(other, { distribution: '1' });
    const theirs = await makeAttribute(other, foreign.id, { type: 'ip-dst', value: '198.51.100.1', distribution: '5' });
    const hidden = await makeAttribute(other, foreign.id, { type: 'ip-dst', value: '198.51.100.2', distribution: '0' });
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    answers.standard = () => ({
      json: {
        results: {
          Attribute: [theirs, hidden].map(({ uuid }, index) => ({ uuid, type: 'ip-dst', value: `203.0.113.${index + 1}` })),
          Tag: [{ name: 'made:up="tag"' }],
        },
      },
    });
    await owner.post(`/attributes/enrich/${attribute.id}`, { standard: true });
    const mine = (await attributesOf(owner, event.id)).Event.Attribute;
    expect(mine.find(({ value }) => value === '203.0.113.1')?.uuid).not.toBe(theirs.uuid);
    const values = (await attributesOf(other, foreign.id)).Event.Attribute.map(({ value }) => value).sort();
    expect(values).toEqual(['198.51.100.1', '198.51.100.2']);
  });

  it('refuses modules that are unknown or do not take the type', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const text = await makeAttribute(owner, event.id, { type: 'text', value: 'words' });
    for (const body of [{}, { nosuch: true }, { plain: true }]) {
      expect((await owner.post(`/attributes/enrich/${text.id}`, body)).status).toBe(405);
    }
  });
});

function standardResults(origin: string): JsonObject {
  const object = '11111111-1111-4111-8111-111111111111';
  const known = '22222222-2222-4222-8222-222222222222';
  return {
    Attribute: [
      { uuid: origin, type: 'domain', value: 'a.example.com', id: '1', event_id: '1' },
      { uuid: known, type: 'ip-dst', value: '192.0.2.7' },
    ],
    Object: [
      {
        uuid: object,
        name: 'domain-ip',
        'meta-category': 'network',
        template_uuid: '43b3b146-77eb-4931-b4cc-b66c60f28734',
        template_version: '9',
        Attribute: [
          { type: 'domain', object_relation: 'domain', value: 'b.example.com' },
          { type: 'ip-dst', object_relation: 'ip', value: '192.0.2.8' },
        ],
        ObjectReference: [
          { object_uuid: object, referenced_uuid: origin, relationship_type: 'related-to' },
          { object_uuid: object, referenced_uuid: known, relationship_type: 'related-to' },
        ],
      },
    ],
    EventReport: [{ name: 'Found', content: '# Found' }],
  };
}

describe('review before storing', () => {
  it('shows results in one form and stores what is sent back', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example.com' });
    answers.plain = () => ({ json: { results: [{ types: ['ip-dst', 'ip-src'], values: ['192.0.2.1'] }] } });
    const shown = await owner.post(`/events/queryEnrichment/${attribute.id}/plain/Enrichment/Attribute`);
    expect(shown.body).toMatchObject({ Attribute: [{ type: 'ip-dst', value: '192.0.2.1', types: ['ip-dst', 'ip-src'] }] });
    expect((await attributesOf(owner, event.id)).Event.Attribute).toHaveLength(1);
    const kept = { ...(shown.body as JsonObject), EventReport: [] };
    expect(await owner.post(`/events/handleModuleResults/${event.id}`, kept)).toMatchObject({
      status: 200,
      body: { data: { attributes: 1 } },
    });
    const asText = { Event: { JsonObject: JSON.stringify({ Attribute: [{ type: 'domain', value: 'c.example.com' }] }) } };
    expect((await other.post(`/events/handleModuleResults/${event.id}`, asText)).body).toMatchObject({
      data: { attributes: 0, proposals: 1 },
    });
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await other.post(`/events/handleModuleResults/${hidden.id}`, asText)).status).toBe(404);
  });
});

describe('hover', () => {
  it('asks a module once for a state of an attribute, for who sees it', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'h.example.com', distribution: '5' });
    answers.plain = () => ({ json: { results: [{ types: ['text'], values: ['good'] }] } });
    answers.standard = () => ({ json: { error: 'nothing known' } });
    const before = service.asked.length;
    const first = await owner.get(`/attributes/hoverEnrichment/${attribute.id}`);
    expect(first.body).toEqual([
      { module: 'plain', results: [{ types: ['text'], values: ['good'] }] },
      { module: 'standard', error: 'nothing known' },
    ]);
    await other.get(`/attributes/hoverEnrichment/${attribute.id}`);
    // The error is asked for again.
    expect(service.asked.length - before).toBe(3);
    await set('Plugin.Enrichment_hover_enable', false);
    expect((await owner.get(`/attributes/hoverEnrichment/${attribute.id}`)).status).toBe(405);
    await set('Plugin.Enrichment_hover_enable', true);
  });
});

describe('import modules', () => {
  it('import simplified results as attributes, or as proposals of who may not edit', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    answers.reader = ({ data }) => ({
      json: { results: [{ types: ['domain'], values: [Buffer.from(String(data), 'base64').toString()] }] },
    });
    const body = (paste: string) => ({ Event: { source: '0', paste, config: { column: '2' } } });
    expect((await owner.post(`/events/importModule/reader/${event.id}`, body('i.example.com'))).body).toMatchObject([
      { type: 'domain', value: 'i.example.com', event_id: event.id },
    ]);
    expect(service.asked.at(-1)).toMatchObject({ config: { column: '2' }, filename: 'paste.txt' });
    await other.post(`/events/importModule/reader/${event.id}`, body('j.example.com'));
    const view = (await owner.get(`/events/view/${event.id}`)).body;
    expect(view).toMatchObject({
      Event: { Attribute: [{ value: 'i.example.com' }], ShadowAttribute: [{ value: 'j.example.com' }] },
    });
    const wrong = await owner.post(`/events/importModule/reader/${event.id}`, {
      Event: { paste: 'x', config: { column: '7' } },
    });
    expect(wrong).toMatchObject({ status: 403, body: { errors: { column: ['Expected 0 to 4'] } } });
  });

  it('import standard results only for who may edit', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    answers.standard_reader = () => ({ json: { results: { Attribute: [{ type: 'domain', value: 's.example.com' }] } } });
    const path = `/events/importModule/standard_reader/${event.id}`;
    expect((await other.post(path, { paste: 'x' })).status).toBe(403);
    const preview = await owner.post(path, { paste: 'x', preview: true });
    expect(preview.body).toMatchObject({ Attribute: [{ value: 's.example.com' }] });
    expect((await attributesOf(owner, event.id)).Event.Attribute).toHaveLength(0);
    expect((await owner.post(path, { paste: 'x' })).body).toMatchObject({
      Event: { id: event.id },
      Attribute: [{ value: 's.example.com' }],
      rejected: [],
    });
    expect((await attributesOf(owner, event.id)).Event.Attribute).toHaveLength(1);
    expect((await owner.post(`/events/importModule/plain/${event.id}`, { paste: 'x' })).body).toMatchObject({
      message: 'The requested module is not enabled.',
    });
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await other.post(`/events/importModule/reader/${hidden.id}`, { paste: 'x' })).status).toBe(404);
  });
});

describe('export modules', () => {
  it('make files of events and are formats of event searches, without what the reader must not see', async () => {
    const event = await makeEvent(owner, { distribution: '1', Tag: [{ name: 'tlp:green' }] });
    await makeAttribute(owner, event.id, { type: 'domain', value: 'open.example.com', distribution: '5' });
    await makeAttribute(owner, event.id, { type: 'domain', value: 'secret.example.com', distribution: '0' });
    answers.writer = ({ data }) => ({ json: { response: [], data: Buffer.from(JSON.stringify(data)).toString('base64') } });
    const file = await owner.get(`/events/exportModule/writer/${event.id}`);
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    expect(file.headers.get('content-disposition')).toContain(`misp.event.${event.id}.writer.export.lst`);
    expect(JSON.parse(String(file.body))).toMatchObject([
      { Event: { id: event.id }, Attribute: [{ value: 'open.example.com' }, { value: 'secret.example.com' }] },
    ]);
    expect(String((await other.get(`/events/exportModule/writer/${event.id}`)).body)).not.toContain('secret');
    const search = await other.post('/events/restSearch', { returnFormat: 'writer', eventid: event.id });
    expect(String(search.body)).toContain('open.example.com');
    expect(String(search.body)).not.toContain('secret');
    expect((await owner.get(`/events/exportModule/nosuch/${event.id}`)).status).toBe(404);
    expect((await owner.post('/events/restSearch', { returnFormat: 'nosuch' })).status).toBe(404);
    expect((await owner.post('/attributes/restSearch', { returnFormat: 'writer' })).status).toBe(404);
    expect(JSON.stringify((await owner.get('/ui/exportFormats')).body)).toContain('"writer"');
  });
});

describe('action modules', () => {
  it('say whether a workflow may go on', async () => {
    const viewer = await m.magpie.accounts.viewerOfUser(1);
    if (viewer === null) throw new Error('no administrator');
    answers.act = () => ({ json: { data: true } });
    const input = { params: { a: 1 }, data: { Event: {} } };
    expect(await runAction(m.magpie, viewer, 'act', input)).toBeNull();
    expect(service.asked.at(-1)).toMatchObject({ module: 'act', params: { a: 1 }, data: { Event: {} } });
    answers.act = () => ({ json: { error: 'mailbox full' } });
    expect(await runAction(m.magpie, viewer, 'act', input)).toBe('mailbox full');
    await expect(runAction(m.magpie, viewer, 'nosuch', input)).rejects.toThrow('not available');
  });
});

describe('enrichment of an event', () => {
  it('runs in the background over what the modules take, and can be repeated', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    for (const value of ['k.example.com', 'l.example.com']) await makeAttribute(owner, event.id, { type: 'domain', value });
    await makeAttribute(owner, event.id, { type: 'text', value: 'words' });
    answers.plain = ({ domain }) => ({ json: { results: [{ types: ['hostname'], values: [`www.${domain}`] }] } });
    const asked = service.asked.length;
    for (let round = 0; round < 2; round += 1) {
      expect((await owner.post(`/events/enrichEvent/${event.id}`, { Event: { plain: '1' } })).status).toBe(200);
      await m.magpie.jobs.settled();
    }
    expect(service.asked.length - asked).toBe(4);
    const values = (await attributesOf(owner, event.id)).Event.Attribute.map(({ value }) => value);
    expect(values.sort()).toEqual(['k.example.com', 'l.example.com', 'words', 'www.k.example.com', 'www.l.example.com']);
    expect(await owner.post(`/events/enrichEvent/${event.id}`, {})).toMatchObject({
      status: 405,
      body: { message: 'modules not set' },
    });
    expect((await other.post(`/events/enrichEvent/${event.id}`, { plain: true })).status).toBe(403);
  });
});

describe('a service that is down', () => {
  it('is told clearly everywhere, and used again once it is back', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'd.example.com' });
    const unused = service.port;
    await service.stop();
    m.magpie.modules.forget();
    const down = { status: 405, body: { message: expect.stringContaining('Module service not reachable.') } };
    expect(await owner.get('/modules/index')).toMatchObject(down);
    expect(await owner.post('/modules/queryEnrichment', { module: 'plain', domain: 'x.example' })).toMatchObject(down);
    expect(await owner.post(`/attributes/enrich/${attribute.id}`, { plain: true })).toMatchObject(down);
    expect(await owner.get(`/attributes/hoverEnrichment/${attribute.id}`)).toMatchObject(down);
    expect(await owner.post(`/events/enrichEvent/${event.id}`, { plain: true })).toMatchObject(down);
    expect(await owner.post(`/events/importModule/reader/${event.id}`, { paste: 'x' })).toMatchObject(down);
    expect(await owner.get(`/events/exportModule/writer/${event.id}`)).toMatchObject(down);
    expect(await owner.post('/events/restSearch', { returnFormat: 'writer' })).toMatchObject(down);
    expect((await owner.get('/ui/modules/enrichment')).body).toMatchObject({ enabled: true, reachable: false });
    expect((await owner.get('/ui/exportFormats')).status).toBe(200);
    expect((await m.admin.get('/servers/serverSettings')).status).toBe(200);
    service = await startFakeService(modules, answers);
    expect(service.port).not.toBe(unused);
    await set('Plugin.Enrichment_services_port', service.port);
    expect((await owner.get('/ui/modules/enrichment')).body).toMatchObject({ reachable: true });
  });
});
