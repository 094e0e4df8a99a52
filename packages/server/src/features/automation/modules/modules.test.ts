import { type ApiClient, makeAttribute, makeEvent, member, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewerOf } from '../../../access/authenticate.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { runAction } from './action.ts';
import { type FakeAnswer, type FakeService, startFakeService } from './testing/fake-service.ts';
import { fakeModules, type ModulesWorld, startModulesWorld } from './testing/modules-world.ts';

let world: ModulesWorld;
let m: TestMagpie;
let service: FakeService;
let owner: ApiClient;
let other: ApiClient;
let answers: ModulesWorld['answers'];

beforeAll(async () => {
  world = await startModulesWorld();
  ({ magpie: m, service, owner, other, answers } = world);
});
afterAll(() => world?.stop());

const attributesOf = async (client: ApiClient, id: string) =>
  (await client.get(`/events/view/${id}`)).body as { Event: { Attribute: JsonObject[]; Object: JsonObject[] } };

describe('settings of modules', () => {
  it('are known from the service, hide secrets and reach the module', async () => {
    await world.set('Plugin.Enrichment_plain_apikey', 'my-secret-key');
    await world.set('Plugin.Enrichment_plain_server', 'ns.example.com');
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
    for (const name of [
      'Plugin.Enrichment_nosuch_enabled',
      'Plugin.Enrichment_plain_nosuch',
      'Plugin.Nosuch_plain_x',
    ]) {
      expect((await m.admin.post(`/servers/serverSettingsEdit/${name}`, { value: '1' })).status).toBe(404);
    }
  });

  it('keep modules to one organisation', async () => {
    const names = async (client: ApiClient) =>
      ((await client.get('/modules/index')).body as JsonObject[]).map(({ name }) => name).sort();
    expect(await names(other)).toEqual(['plain', 'standard']);
    await world.set('Plugin.Enrichment_plain_restrict', world.ownerOrganisation);
    expect(await names(other)).toEqual(['standard']);
    expect(await names(owner)).toEqual(['plain', 'standard']);
    expect(await names(m.admin)).toEqual(['plain', 'standard']);
    expect(await other.post('/modules/queryEnrichment', { module: 'plain', domain: 'a.example' })).toMatchObject({
      status: 405,
      body: { message: 'Module not found or not available.' },
    });
    await world.set('Plugin.Enrichment_plain_restrict', '');
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

  it('take a file sent in a form, with its options', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    answers.reader = ({ data }) => ({
      json: { results: [{ types: ['domain'], values: [Buffer.from(String(data), 'base64').toString()] }] },
    });
    const form = new FormData();
    form.set('data[Event][fileupload]', new Blob(['form.example.com']), 'list.txt');
    form.set('data[Event][source]', '1');
    form.set('data[Event][config][column]', '3');
    const answer = await fetch(`${m.url}/events/importModule/reader/${event.id}`, {
      method: 'POST',
      headers: { authorization: m.adminKey, accept: 'application/json' },
      body: form,
    });
    expect(await answer.json()).toMatchObject([{ type: 'domain', value: 'form.example.com' }]);
    expect(service.asked.at(-1)).toMatchObject({ config: { column: '3' }, filename: 'list.txt' });
  });

  it('import standard results only for who may edit', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    answers.standard_reader = () => ({
      json: { results: { Attribute: [{ type: 'domain', value: 's.example.com' }] } },
    });
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
    answers.writer = ({ data }) => ({
      json: { response: [], data: Buffer.from(JSON.stringify(data)).toString('base64') },
    });
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
    const account = await m.magpie.accounts.byUserId(1);
    if (account === null) throw new Error('no administrator');
    const viewer = viewerOf(account, { ip: '', requestId: '' });
    answers.act = () => ({ json: { data: true } });
    const input = { params: { a: 1 }, data: { Event: {} } };
    expect(await runAction(m.magpie, viewer, 'act', input)).toBeNull();
    expect(service.asked.at(-1)).toMatchObject({ module: 'act', params: { a: 1 }, data: { Event: {} } });
    answers.act = () => ({ json: { error: 'mailbox full' } });
    expect(await runAction(m.magpie, viewer, 'act', input)).toBe('mailbox full');
    await expect(runAction(m.magpie, viewer, 'nosuch', input)).rejects.toThrow('not available');
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
    const back = await startFakeService(fakeModules, answers);
    expect(back.port).not.toBe(unused);
    await world.set('Plugin.Enrichment_services_port', back.port);
    expect((await owner.get('/ui/modules/enrichment')).body).toMatchObject({ reachable: true });
    await back.stop();
  });
});
