import { readDocument } from '@magpie/formats/readers';
import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
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
      const answer = await fetch(`${magpie.url}/events/restSearch`, {
        method: 'POST',
        headers: { authorization: magpie.adminKey, 'content-type': 'application/json' },
        body: JSON.stringify({ returnFormat: format, eventid: event.id }),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect([answer.status, bytes.subarray(0, start.length).toString()]).toEqual([200, start]);
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="misp.event.${event.id}.${format}"`);
    }
  });
});

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
