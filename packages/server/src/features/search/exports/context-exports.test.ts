import { inflateRawSync } from 'node:zlib';
import { readDocument } from '@magpie/formats/readers';
import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeTag,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TECHNIQUE = 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"';
const HIDDEN = 'misp-galaxy:mitre-attack-pattern="Hidden thing - T1999.001"';

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let keys: Record<'admin' | 'outsider', string>;
let event: Made;
let attribute: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  const user = await makeUser(admin, { org_id: organisation.id });
  outsider = magpie.client(user.key);
  keys = { admin: magpie.adminKey, outsider: user.key };
  event = await makeEvent(admin, {
    info: 'Événement 威胁情报',
    distribution: '3',
    Tag: [{ name: 'tlp:green' }, { name: TECHNIQUE }],
  });
  attribute = await makeAttribute(admin, event.id, {
    type: 'domain',
    value: 'evil.example.com',
    Tag: [{ name: TECHNIQUE }],
  });
  await makeAttribute(admin, event.id, {
    type: 'domain|ip',
    value: 'secret.example.com|192.0.2.66',
    distribution: '0',
    Tag: [{ name: HIDDEN }],
  });
  await admin.post(`/event_reports/add/${event.id}`, {
    name: 'Rapport',
    content: '# 标题\n\n- 項目',
    distribution: '0',
  });
  await admin.post(`/events/publish/${event.id}`);
});
afterAll(() => magpie?.stop());

function ask(client: 'admin' | 'outsider', body: Record<string, unknown>, headers: Record<string, string> = {}) {
  return fetch(`${magpie.url}/events/restSearch`, {
    method: 'POST',
    headers: { authorization: keys[client], 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function document(client: 'admin' | 'outsider', body: Record<string, unknown>): Promise<Buffer> {
  const answer = await ask(client, body);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function search(client: 'admin' | 'outsider', scope: 'events' | 'attributes', returnFormat: string) {
  const answer = await fetch(`${magpie.url}/${scope}/restSearch`, {
    method: 'POST',
    headers: { authorization: keys[client], 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ returnFormat, eventid: event.id }),
  });
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status: 200 });
  return { text, headers: Object.fromEntries(answer.headers) };
}

describe('techniques', () => {
  it('are told of events and attributes, with when they were seen', async () => {
    await admin.post(`/sightings/add/${attribute.id}`, { timestamp: 1500000000 });
    const { text } = await search('admin', 'events', 'attack-sightings');
    const seen = JSON.parse(text) as { id: string; startTime: string; techniques: unknown }[];
    expect(seen.find(({ id }) => id === event.uuid)?.techniques).toEqual([{ techniqueID: 'T1566' }]);
    expect(seen.find(({ id }) => id === attribute.uuid)?.startTime).toBe('2017-07-14T02:40:00Z');
    const own = JSON.parse((await search('admin', 'attributes', 'attack-sightings')).text) as { id: string }[];
    expect(own.map(({ id }) => id)).not.toContain(event.uuid);
    expect((await search('outsider', 'events', 'attack-sightings')).text).not.toContain('T1999');
  });

  it('make a matrix, a layer and a page, of events only', async () => {
    expect(member(JSON.parse((await search('admin', 'events', 'attack-matrix')).text), 'Galaxy', 'type')).toBe(
      'mitre-attack-pattern',
    );
    expect(member(JSON.parse((await search('admin', 'events', 'navigator')).text), 'versions', 'layer')).toBe('4.5');
    const { headers, text } = await search('admin', 'events', 'attack');
    expect([headers['x-export-module-used'], text.startsWith('<div')]).toEqual([undefined, true]);
    const other = await admin.post('/attributes/restSearch', { returnFormat: 'attack' });
    expect(other.status).toBe(404);
    const wrong = await admin.post('/events/restSearch', { returnFormat: 'attack', attackGalaxy: 'no-such' });
    expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([400, expect.stringContaining('attackGalaxy')]);
  });

  it('are hidden with what they are on', async () => {
    for (const format of ['context', 'context-markdown', 'attack', 'navigator']) {
      expect((await search('outsider', 'events', format)).text).not.toContain('Hidden thing');
    }
  });
});

describe('documents', () => {
  it('are a spreadsheet and pages', async () => {
    for (const [format, start] of [
      ['xlsx', 'PK'],
      ['pdf', '%PDF-'],
    ] as const) {
      const answer = await ask('admin', { returnFormat: format, eventid: event.id });
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect([answer.status, bytes.subarray(0, start.length).toString()]).toEqual([200, start]);
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="misp.event.${event.id}.${format}"`);
    }
  });

  it('hold nothing that the reader may not see', async () => {
    const read = async (client: 'admin' | 'outsider', returnFormat: string) => {
      const body = { returnFormat, eventid: event.id, includeContext: 1, includeAllTags: 1, to_ids: [0, 1] };
      const bytes = await document(client, body);
      return returnFormat === 'xlsx' ? textOfSheet(bytes) : textOfPdf(bytes);
    };
    for (const format of ['xlsx', 'pdf']) {
      expect(await read('admin', format)).toMatch(/secret\.example\.com.*T1999/s);
      const seen = await read('outsider', format);
      expect(seen).toContain('evil.example.com');
      expect(seen).not.toMatch(/secret|192\.0\.2\.66|T1999|Rapport/);
    }
  });

  it('have an entity tag and a length, as other answers that are short', async () => {
    for (const returnFormat of ['xlsx', 'pdf', 'attack', 'context', 'context-markdown']) {
      const answer = await ask('admin', { returnFormat, eventid: event.id }, { 'if-none-match': '' });
      const { byteLength } = await answer.arrayBuffer();
      expect([returnFormat, answer.headers.get('etag')]).toEqual([
        returnFormat,
        expect.stringMatching(/^"[0-9a-f]{40}"$/),
      ]);
      expect(answer.headers.get('content-length')).toBe(String(byteLength));
    }
  });

  it('tell no tags that are to stay here, unless these are asked for', async () => {
    const kept = 'misp-galaxy:mitre-attack-pattern="Kept here - T1888"';
    const tagged = await makeEvent(admin, { info: 'Tagged', distribution: '3' });
    await makeTag(admin, { name: kept, exportable: false });
    await admin.post(`/events/addTag/${tagged.id}`, { tag: kept });
    for (const [options, isTold] of [
      [{}, false],
      [{ includeAllTags: 1 }, true],
    ] as const) {
      const pdf = await document('admin', { returnFormat: 'pdf', eventid: tagged.id, ...options });
      const sightings = await document('admin', { returnFormat: 'attack-sightings', eventid: tagged.id, ...options });
      expect([/T1888/.test(await textOfPdf(pdf)), /T1888/.test(String(sightings))]).toEqual([isTold, isTold]);
    }
  });
});

/** The text of the first sheet of a workbook: what its archive begins with, behind the entry's name. */
function textOfSheet(archive: Buffer): string {
  const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  return inflateRawSync(archive.subarray(start)).toString();
}

async function textOfPdf(bytes: Buffer): Promise<string> {
  const texts: string[] = [];
  const other = () => Promise.reject(new Error('the document is no PDF'));
  const options = { fileName: 'report.pdf', readHtml: other, readStix: other };
  for await (const found of readDocument(bytes, options)) texts.push(JSON.stringify(found));
  return texts.join(' ').replaceAll(/(\\n|\s)+/g, ' ');
}

describe('an event report as a document', () => {
  it('is for those who see the report', async () => {
    const reports = await admin.get(`/event_reports/index/event_id:${event.id}`);
    const id = member(reports.body, '0', 'EventReport', 'id');
    const answer = await fetch(`${magpie.url}/eventReports/downloadAsPdf/${id}`, {
      headers: { authorization: keys.admin },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect((await answer.text()).slice(0, 5)).toBe('%PDF-');
    expect((await outsider.get(`/eventReports/downloadAsPdf/${id}`)).status).toBe(404);
    expect((await admin.get('/eventReports/downloadAsPdf/0x1')).status).toBe(404);
  });

  it('shows what its references stand for, to each reader what he may see', async () => {
    const subject = await makeEvent(admin, { info: 'With a report', distribution: '3' });
    const seen = await makeAttribute(admin, subject.id, { type: 'domain', value: 'seen.example.org' });
    const secret = await makeAttribute(admin, subject.id, {
      type: 'domain',
      value: 'inside.example.org',
      distribution: '0',
    });
    const other = await makeEvent(admin, { info: 'Other' });
    const elsewhere = await makeAttribute(admin, other.id, { type: 'domain', value: 'elsewhere.example.org' });
    const content = [seen, secret, elsewhere].map(({ uuid }) => `@[attribute](${uuid})`).join(' and ');
    const added = await admin.post(`/event_reports/add/${subject.id}`, {
      name: 'Shared',
      content: `${content} @[tag](tlp:green) @[tag](no:such)`,
      distribution: '5',
    });
    const id = member(added.body, 'EventReport', 'id');
    const read = async (key: string) => {
      const answer = await fetch(`${magpie.url}/eventReports/downloadAsPdf/${id}`, { headers: { authorization: key } });
      return textOfPdf(Buffer.from(await answer.arrayBuffer()));
    };
    const own = await read(keys.admin);
    expect(own).toContain('domain: seen.example.org');
    expect(own).toContain('domain: inside.example.org');
    expect(own).toContain('tlp:green');
    expect(own).not.toContain('elsewhere.example.org');
    expect(own).not.toContain('@[');
    const others = await read(keys.outsider);
    expect(others).toContain('domain: seen.example.org');
    expect(others).not.toContain('inside.example.org');
  });
});

describe('the feed of published events', () => {
  it('has a manifest, hashes and events, for those who see them', async () => {
    const manifest = await admin.get('/feed/manifest.json');
    expect(member(manifest.body, event.uuid)).toMatchObject({
      info: 'Événement 威胁情报',
      Orgc: { name: expect.any(String) },
      Tag: expect.arrayContaining([{ name: 'tlp:green', colour: expect.any(String) }]),
      analysis: expect.any(Number),
    });
    expect(
      String((await admin.get('/feed/hashes.csv')).body)
        .trim()
        .split('\n'),
    ).toHaveLength(3);
    expect(
      String((await outsider.get('/feed/hashes.csv')).body)
        .trim()
        .split('\n'),
    ).toHaveLength(1);
    const one = await outsider.get(`/feed/${event.uuid}.json`);
    expect(JSON.stringify(one.body)).not.toContain('secret');
    expect(member(one.body, 'Event', 'Attribute', '0')).toMatchObject({
      uuid: attribute.uuid,
      value: 'evil.example.com',
    });
    expect(JSON.stringify(one.body)).not.toContain('"event_id"');
    const draft = await makeEvent(admin, { info: 'Draft', distribution: '3' });
    expect((await admin.get(`/feed/events/${draft.uuid}`)).status).toBe(404);
    expect((await admin.get('/feed/events/rubbish')).status).toBe(404);
    expect((await magpie.client(null).get('/feed/manifest.json')).status).toBe(403);
  });
});
