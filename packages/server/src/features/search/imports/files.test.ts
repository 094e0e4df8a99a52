import {
  type ApiClient,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewerOf } from '../../../access/authenticate.ts';
import { storeFile } from './store-file.ts';
import { findUpload, keepUpload } from './uploads.ts';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let outsiderKey: string;
let readerKey: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsiderKey = (await makeUser(admin, { org_id: organisation.id, role_id: '3' })).key;
  readerKey = (await makeUser(admin, { org_id: organisation.id, role_id: '6' })).key;
  outsider = magpie.client(outsiderKey);
});
afterAll(() => magpie?.stop());

interface Sent {
  status: number;
  body: Record<string, unknown>;
}

async function send(path: string, content: string, key = magpie.adminKey): Promise<Sent> {
  const headers = { authorization: key, accept: 'application/json', 'content-type': 'application/octet-stream' };
  const answer = await fetch(`${magpie.url}${path}`, { method: 'POST', headers, body: content });
  const body: Record<string, unknown> = JSON.parse(await answer.text());
  return { status: answer.status, body };
}

async function sendForm(path: string, field: string, name: string, content: string, key = magpie.adminKey) {
  const form = new FormData();
  form.set(field, new Blob([content]), name);
  form.set('Event[distribution]', '0');
  const headers = { authorization: key, accept: 'application/json' };
  const answer = await fetch(`${magpie.url}${path}`, { method: 'POST', headers, body: form });
  const body: unknown = await answer.json();
  return { status: answer.status, body };
}

async function attributesOf(id: string): Promise<{ type: string; value: string }[]> {
  const found = member((await admin.get(`/events/view/${id}`)).body, 'Event', 'Attribute');
  return Array.isArray(found) ? found : [];
}

const CSV = 'domain,comment,to_ids\nevil.com,bad,1\nnot a domain,x,0\n';
const IOC =
  '<ioc id="doc"><short_description>Bad</short_description><definition><Indicator operator="OR" id="i"><IndicatorItem id="a" condition="is"><Context search="Network/DNS"/><Content type="string">ioc.example.com</Content></IndicatorItem></Indicator></definition></ioc>';

// Each file is read in a thread of its own, whose start takes a while on a busy machine.
describe('the import of a file', { timeout: 60_000 }, () => {
  it('tells what it would give, then stores it as a new event', async () => {
    const { status, body } = await send('/ui/import-upload?name=list.csv', CSV);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'list.csv',
      format: 'csv',
      events: 1,
      attributes: 1,
      types: [['domain', 1]],
      sample: [{ type: 'domain', value: 'evil.com', toIds: true }],
      notTakenCount: 1,
      csv: { delimiter: ',', hasHeader: true, columns: ['domain', 'comment', 'to_ids'] },
    });
    const again = await admin.post(`/ui/import-preview/${body.upload}`, {
      csv: { columns: ['hostname', '', ''], has_header: true },
    });
    expect(again.body).toMatchObject({ types: [['hostname', 1]] });
    const stored = await admin.post(`/ui/import-store/${body.upload}`, { distribution: '0' });
    expect(stored.body).toMatchObject({
      job: null,
      result: {
        format: 'csv',
        results: [{ info: 'list.csv', action: 'created', rejected: [{ path: 'Attribute[1]' }] }],
      },
    });
    const id = String(member(stored.body, 'result', 'results', '0', 'id'));
    expect(await attributesOf(id)).toMatchObject([{ type: 'domain', value: 'evil.com', comment: 'bad', to_ids: true }]);
    expect((await admin.post(`/ui/import-store/${body.upload}`, {})).status).toBe(400);
    expect((await admin.get(`/ui/import-result/${body.upload}`)).body).toMatchObject({ result: { format: 'csv' } });
  });

  it('adds to an event that one may change, and to no other', async () => {
    const event = await makeEvent(admin, { distribution: '3' });
    const hidden = await makeEvent(admin, { distribution: '0' });
    const own = await send('/ui/import-upload?name=a.txt', 'seen 192[.]0[.]2[.]55');
    await admin.post(`/ui/import-store/${own.body.upload}`, { event: event.id });
    expect(await attributesOf(event.id)).toMatchObject([{ type: 'ip-dst', value: '192.0.2.55', distribution: '5' }]);
    const foreign = await send('/ui/import-upload?name=a.txt', 'seen 192[.]0[.]2[.]56', outsiderKey);
    const refused = await outsider.post(`/ui/import-store/${foreign.body.upload}`, { event: event.id });
    expect(refused.status).toBe(403);
    const unseen = await outsider.post(`/ui/import-store/${foreign.body.upload}`, { event: hidden.id });
    expect(unseen.status).toBe(404);
    expect(await attributesOf(event.id)).toHaveLength(1);
  });

  it('is for those who may add events, and files are for their sender', async () => {
    expect((await send('/ui/import-upload?name=a.txt', 'evil.com', readerKey)).status).toBe(403);
    const { body } = await send('/ui/import-upload?name=a.txt', 'evil.com');
    for (const path of ['import-preview', 'import-store', 'import-drop']) {
      expect((await outsider.post(`/ui/${path}/${body.upload}`, {})).status).toBe(404);
    }
    expect((await outsider.get(`/ui/import-result/${body.upload}`)).status).toBe(404);
    expect((await admin.post(`/ui/import-drop/${body.upload}`)).status).toBe(200);
    expect((await admin.post(`/ui/import-preview/${body.upload}`, {})).status).toBe(404);
  });

  it.each([
    ['nothing', ''],
    ['text without indicators', 'hello'],
    ['broken JSON', '{"Event":{'],
    ['deep XML', `<Event>${'<a>'.repeat(10_000)}`],
    ['an entity', '<!DOCTYPE x [<!ENTITY a "b">]><response><Event><info>&a;</info></Event></response>'],
    ['a deep page', `<html>${'<div>'.repeat(10_000)}`],
    ['a damaged archive', 'PK\u0003\u0004 and no more'],
  ])('refuses %s with a reason', async (_what, content) => {
    const { status, body } = await send('/ui/import-upload?name=file', content);
    expect(status).toBe(400);
    expect(body.message).toMatch(/\w/);
  });

  it('is read when it is one’s turn; beyond ten of a user under way more are refused', async () => {
    const { body } = await send('/ui/import-upload?name=a.txt', 'evil.com');
    const asked = [
      ...Array.from({ length: 6 }, () => admin.post(`/ui/import-preview/${body.upload}`, {})),
      ...Array.from({ length: 6 }, () => send('/ui/import', 'no event')),
    ];
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    expect((await admin.post(`/ui/import-preview/${body.upload}`, {})).status).toBe(200);
  });

  it('does a large file in the background', async () => {
    const events = Array.from({ length: 30 }, (_, n) => ({ Event: { info: `Many ${n}`, Attribute: attributes(n) } }));
    const { body } = await send('/ui/import-upload?name=many.json', JSON.stringify({ response: events }));
    expect(body).toMatchObject({ events: 30 });
    const { body: begun } = await admin.post(`/ui/import-store/${body.upload}`, { events: 30 });
    expect(begun).toMatchObject({ job: expect.stringMatching(/^\d+$/) });
    await magpie.magpie.jobs.settled();
    const done = await admin.get(`/ui/import-result/${body.upload}`);
    expect(done.body).toMatchObject({ state: 'done', progress: 100 });
    expect(member(done.body, 'result', 'results')).toHaveLength(30);
  });

  it('is stored again when its work was cancelled, and not when it was done', async () => {
    const { body } = await send('/ui/import-upload?name=again.txt', 'stored-again.example.com');
    const store = () => admin.post(`/ui/import-store/${body.upload}`, { attributes: 50_000 });
    const job = member((await store()).body, 'job');
    await magpie.magpie.jobs.settled();
    const setBack = (state: string) =>
      magpie.magpie.database.asSystem('test', async (tx) => {
        await tx.execute('update jobs set state = $2 where id = $1', [String(job), state]);
        await tx.execute('update import_uploads set result = null where id = $1', [String(body.upload)]);
      });
    await setBack('running');
    expect((await store()).status).toBe(400);
    await setBack('cancelled');
    // Its file went away when it was stored.
    expect((await store()).body).toMatchObject({ job: expect.not.stringMatching(new RegExp(`^${job}$`)) });
    await magpie.magpie.jobs.settled();
  });

  it('makes one event of a file whose storing is asked for twice at the same moment', async () => {
    const { body } = await send('/ui/import-upload?name=double-click.txt', 'double-click.example.com');
    await Promise.all([1, 2].map(() => admin.post(`/ui/import-store/${body.upload}`, {})));
    const found = await admin.post('/events/restSearch', { eventinfo: 'double-click.txt', returnFormat: 'json' });
    expect(member(found.body, 'response')).toHaveLength(1);
  });

  it('does a small file that holds much in the background as well', async () => {
    const { body } = await send('/ui/import-upload?name=few.txt', 'evil.com');
    const store = () => admin.post(`/ui/import-store/${body.upload}`, { events: 1, attributes: 50_000 });
    // Asked for twice at the same moment it is done once.
    const asked = await Promise.all([store(), store()]);
    expect(asked.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(asked.find(({ status }) => status === 200)?.body).toMatchObject({ job: expect.stringMatching(/^\d+$/) });
    await magpie.magpie.jobs.settled();
  });

  it('lets the oldest file that nobody decided about give way beyond twenty', async () => {
    const viewer = { ...(await firstViewer()), userId: 4711 };
    const uploads: string[] = [];
    const file = { fileName: 'a.csv', bytes: Buffer.from(CSV) };
    for (let n = 0; n < 21; n += 1) uploads.push(await keepUpload(magpie.magpie, viewer, file));
    const found = (upload: string | undefined) => magpie.magpie.database.as(viewer, (tx) => findUpload(tx, upload));
    await expect(found(uploads[0])).rejects.toThrow('not here any more');
    expect([await found(uploads[1]), await found(uploads[20])]).toMatchObject([
      { size: CSV.length },
      { size: CSV.length },
    ]);
  });
});

describe('an import that is told to end', { timeout: 60_000 }, () => {
  it('keeps what is stored whole and nothing of the event it is at', async () => {
    const events = ['first', 'second', 'third'].map((name) => ({ Event: { info: `Ended ${name}` } }));
    const viewer = await firstViewer();
    const bytes = Buffer.from(JSON.stringify({ response: events }));
    const abort = new AbortController();
    const told = () => abort.abort('cancelled');
    const stored = storeFile(magpie.magpie, viewer, { fileName: 'a.json', bytes }, {}, { signal: abort.signal, told });
    await expect(stored).rejects.toBe('cancelled');
    const found = await admin.post('/events/restSearch', { eventinfo: 'Ended%', returnFormat: 'json' });
    expect(JSON.stringify(found.body).match(/Ended \w+/g)).toEqual(['Ended first']);
  });

  it('tells what is stored where the rest cannot be read', async () => {
    const writer = new ZipWriter(new Uint8ArrayWriter());
    const add = (name: string, bytes: Uint8Array) =>
      writer.add(name, new Uint8ArrayReader(bytes), { useWebWorkers: false });
    await add('a.json', Buffer.from('{"Event":{"info":"Before the bomb"}}'));
    await add('b.bin', Buffer.from([0, 1, 2, 3]));
    await add('c.json', Buffer.alloc(40_000_000));
    const file = { fileName: 'a.zip', bytes: await writer.close() };
    const stored = await storeFile(magpie.magpie, await firstViewer(), file, {});
    expect(stored.results).toMatchObject([{ info: 'Before the bomb', action: 'created' }]);
    expect(stored.notTaken).toEqual([
      { path: expect.stringContaining('b.bin'), reason: expect.any(String) },
      { path: 'the rest of the file', reason: expect.stringContaining('unpacks to more') },
    ]);
  });

  it('makes nothing twice when it is begun again', async () => {
    const viewer = await firstViewer();
    const file = { fileName: 'again.txt', bytes: Buffer.from('again.example.com') };
    const seed = crypto.randomUUID();
    const [first] = (await storeFile(magpie.magpie, viewer, file, {}, { seed })).results;
    const [second] = (await storeFile(magpie.magpie, viewer, file, {}, { seed })).results;
    expect([first?.action, second?.action]).toEqual(['created', 'updated']);
    expect(second?.id).toBe(first?.id);
    expect(await attributesOf(String(first?.id))).toHaveLength(1);
  });

  it('tells how far it is inside one large event, and can end there', async () => {
    const viewer = await firstViewer();
    const list = Array.from({ length: 25 }, (_, n) => attributes(n)).flat();
    const sent = (info: string) => ({
      fileName: 'a.json',
      bytes: Buffer.from(JSON.stringify({ Event: { info, Attribute: list } })),
    });
    const counts: number[] = [];
    const told = ({ attributes: count }: { attributes: number }) => counts.push(count);
    await storeFile(magpie.magpie, viewer, sent('Large whole'), {}, { told });
    expect(counts.at(-1)).toBe(5000);
    expect(new Set(counts).size).toBeGreaterThan(2);

    const abort = new AbortController();
    const endEarly = ({ attributes: count }: { attributes: number }) => count > 0 && abort.abort('cancelled');
    const ended = storeFile(magpie.magpie, viewer, sent('Large ended'), {}, { signal: abort.signal, told: endEarly });
    await expect(ended).rejects.toBe('cancelled');
    const found = await admin.post('/events/restSearch', { eventinfo: 'Large%', returnFormat: 'json', metadata: 1 });
    expect(JSON.stringify(found.body).match(/Large \w+/g)).toEqual(['Large whole']);
  });
});

async function firstViewer() {
  const account = await magpie.magpie.accounts.byUserId(1);
  if (account === null) throw new Error('there is no first user');
  return viewerOf(account, { ip: '127.0.0.1', requestId: crypto.randomUUID() });
}

function attributes(n: number) {
  return Array.from({ length: 200 }, (_, m) => ({
    type: 'domain',
    value: `host-${n}-${m}.example.com`,
    comment: 'x'.repeat(150),
  }));
}

describe('MISP’s own imports', { timeout: 60_000 }, () => {
  it('addIOC adds to an event and tells what was not taken', async () => {
    const event = await makeEvent(admin, { distribution: '3' });
    const { status, body } = await sendForm(`/events/addIOC/${event.id}`, 'Event[submittedioc]', 'bad.ioc', IOC);
    expect({ status, body }).toMatchObject({ status: 200, body: { format: 'openioc', results: [{ id: event.id }] } });
    expect(await attributesOf(event.id)).toContainEqual(
      expect.objectContaining({ type: 'domain', value: 'ioc.example.com', distribution: '0' }),
    );
    expect((await sendForm(`/events/addIOC/${event.id}`, 'Event[submittedioc]', 'a', IOC, outsiderKey)).status).toBe(
      403,
    );
    expect((await sendForm(`/events/addIOC/${event.id}`, 'Event[submittedioc]', 'a', '<a/>')).status).toBe(400);
    expect((await sendForm('/events/addIOC/999999', 'Event[submittedioc]', 'a', IOC)).status).toBe(404);
  });

  it('add_threatconnect adds to an event', async () => {
    const event = await makeEvent(admin, {});
    const text = 'Type,Value,Confidence,Description,Source\nHost,tc.example.com,90,x,Analyst\nMutex,m,1,,\n';
    const { body } = await sendForm(`/attributes/add_threatconnect/${event.id}`, 'Attribute[value]', 'tc.csv', text);
    expect(body).toMatchObject({ format: 'threatconnect', notTakenCount: 1 });
    expect(await attributesOf(event.id)).toMatchObject([
      { value: 'tc.example.com', to_ids: true },
      { value: 'Analyst' },
    ]);
  });

  it('upload_analysis_file adds the rows of a time line that are picked', async () => {
    const event = await makeEvent(admin, { distribution: '3' });
    const line = 'Thu Jan 02 2020 10:11:12,4096,m.c.,r/rrwxrwxrwx,0,0,1,/tmp/evil';
    const text = `Date,Size,Type,Mode,UID,GID,Meta,File Name\n${line}1\n${line}2\n${line}3\n`;
    const path = `/events/upload_analysis_file/${event.id}`;
    const form = new FormData();
    form.set('data[Event][analysis_file]', new Blob([text]), 'mactime.csv');
    form.set('data[Event][rows]', '1,3');
    const headers = { authorization: magpie.adminKey, accept: 'application/json' };
    const answer = await fetch(`${magpie.url}${path}`, { method: 'POST', headers, body: form });
    expect(await answer.json()).toMatchObject({ format: 'mactime', results: [{ id: event.id, rejected: [] }] });
    const found = member((await admin.get(`/events/view/${event.id}`)).body, 'Event', 'Object');
    const values = JSON.stringify(found).match(/\/tmp\/evil\d/g);
    expect({ count: Array.isArray(found) ? found.length : 0, values }).toEqual({
      count: 2,
      values: ['/tmp/evil1', '/tmp/evil3'],
    });
    expect((await send(path, 'a,b\n1,2\n')).status).toBe(400);
    expect((await send(path, text, outsiderKey)).status).toBe(403);
    expect((await send('/events/upload_analysis_file/999999', text)).status).toBe(404);
  });

  it('add_attachment keeps files as attachments, or as samples', async () => {
    const event = await makeEvent(admin, { distribution: '3' });
    const post = async (malware: string, key = magpie.adminKey) => {
      const form = new FormData();
      form.append('Attribute[values][]', new Blob(['one']), 'one.txt');
      form.append('Attribute[values][]', new Blob(['two']), 'two.txt');
      form.set('Attribute[malware]', malware);
      form.set('Attribute[category]', 'Payload installation');
      const headers = { authorization: key, accept: 'application/json' };
      const path = `${magpie.url}/attributes/add_attachment/${event.id}`;
      const answer = await fetch(path, { method: 'POST', headers, body: form });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await post('0')).toMatchObject({ status: 200, body: { message: '2 of 2 files added.' } });
    expect(await post('1')).toMatchObject({ status: 200, body: { message: '2 of 2 files added.' } });
    expect((await post('0', outsiderKey)).status).toBe(403);
    expect(await attributesOf(event.id)).toMatchObject([
      { type: 'attachment', category: 'Payload installation', value: 'one.txt' },
      { type: 'attachment', value: 'two.txt' },
    ]);
    const objects = member((await admin.get(`/events/view/${event.id}`)).body, 'Event', 'Object');
    expect(objects).toMatchObject([{ name: 'file' }, { name: 'file' }]);
    expect(JSON.stringify(objects)).toContain('one.txt|f97c5d29941bfb1b2fdab0874906ab82');
  });

  it('importChoice tells what can be imported, and nothing of hidden events', async () => {
    const event = await makeEvent(admin, { distribution: '0' });
    const { body } = await admin.get(`/events/importChoice/${event.id}`);
    expect(body).toContainEqual({ url: `/events/addIOC/${event.id}`, text: 'OpenIOC' });
    expect((await admin.get('/events/importChoice/event-collection/0')).body).toHaveLength(3);
    expect((await outsider.get(`/events/importChoice/${event.id}`)).status).toBe(404);
  });

  it('add_misp_export adds JSON and XML, and leaves known events alone', async () => {
    const uuid = '3d9f5f0e-3f0b-4a44-9a6b-0d9b4a7f2a77';
    const json = JSON.stringify({ response: [{ Event: { uuid, info: 'From JSON', published: true } }] });
    const first = await admin.post('/events/add_misp_export', { filecontent: json });
    expect(first.body).toMatchObject([{ info: 'From JSON', result: true, validationIssues: [] }]);
    const id = String(member(first.body, '0', 'id'));
    expect((await admin.get(`/events/view/${id}`)).body).toMatchObject({ Event: { published: false } });
    const again = await admin.post('/events/add_misp_export', { Event: { filecontent: json } });
    expect(again.body).toMatchObject([{ result: id, id }]);
    const xml =
      '<response><Event><info>From XML</info><Attribute><type>domain</type><category>Network activity</category><value>x.example.com</value><to_ids>1</to_ids></Attribute><Tag><name>tlp:red</name></Tag></Event></response>';
    const { body } = await sendForm('/events/add_misp_export', 'Event[submittedfile]', 'a.xml', xml);
    expect(body).toMatchObject([{ info: 'From XML', result: true }]);
    expect(await attributesOf(String(member(body, '0', 'id')))).toMatchObject([
      { value: 'x.example.com', to_ids: true },
    ]);
    expect((await admin.post('/events/add_misp_export', { filecontent: CSV })).status).toBe(400);
  });

  it('saveFreeText adds chosen rows, or proposes them', async () => {
    const event = await makeEvent(admin, { distribution: '3' });
    const rows = [
      { type: 'ip-src/ip-dst', category: 'Network activity', value: '192.0.2.77', to_ids: 1 },
      { type: 'domain', category: 'Network activity', value: 'no domain', to_ids: 1 },
    ];
    const saved = await admin.post(`/events/saveFreeText/${event.id}`, {
      Attribute: { JsonObject: JSON.stringify(rows) },
    });
    expect(saved.body).toMatchObject({ message: '2 attributes created. 1 attributes could not be saved.' });
    expect(await attributesOf(event.id)).toMatchObject([{ type: 'ip-src' }, { type: 'ip-dst' }]);
    const proposed = await outsider.post(`/events/saveFreeText/${event.id}`, [
      { type: 'domain', value: 'p.example.com' },
    ]);
    expect(proposed.body).toMatchObject({ message: '1 proposals created.' });
    expect(await attributesOf(event.id)).toHaveLength(2);
  });
});
