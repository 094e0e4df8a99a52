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

let magpie: TestMagpie;
let admin: ApiClient;
let outsider: ApiClient;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  admin = magpie.admin;
  const organisation = await makeOrganisation(admin);
  outsider = await magpie.user(organisation, '3');
  event = await makeEvent(admin, { info: 'As STIX 1', distribution: '3', Tag: [{ name: 'tlp:green' }] });
  await makeAttribute(admin, event.id, { type: 'ip-src', value: '8.8.8.8', to_ids: true });
  await makeAttribute(admin, event.id, { type: 'domain', value: 'secret.example.com', distribution: '0' });
  await admin.post(`/events/publish/${event.id}`);
});
afterAll(() => magpie?.stop());

async function search(client: ApiClient, scope: string, body: Record<string, unknown>): Promise<string> {
  const { status, body: answer } = await client.post(`/${scope}/restSearch`, { eventid: event.id, ...body });
  expect(status).toBe(200);
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

describe('STIX 1 of searches', () => {
  it.each(['events', 'attributes'])('hides what the reader of %s may not see', async (scope) => {
    for (const returnFormat of ['stix', 'stix-xml', 'stix-json']) {
      const text = await search(outsider, scope, { returnFormat });
      expect(text).toContain('8.8.8.8');
      expect(text).not.toContain('secret.example.com');
      expect(await search(admin, scope, { returnFormat })).toContain('secret.example.com');
    }
  });

  it('answers at its old address, without what the reader may not see', async () => {
    const { status, body } = await outsider.get(`/events/stix/download/${event.id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { version: '1.1.1' } });
    expect(JSON.stringify(body)).toContain('8.8.8.8');
    expect(JSON.stringify(body)).not.toContain('secret.example.com');
  });

  it('is JSON for whom asks for JSON, and XML by name', async () => {
    expect(JSON.parse(await search(admin, 'events', { returnFormat: 'stix' }))).toMatchObject({ version: '1.1.1' });
    const xml = await search(admin, 'events', { returnFormat: 'stix-xml', 'stix-version': '1.2' });
    expect(xml).toContain('<AddressObj:Address_Value condition="Equals">8.8.8.8</AddressObj:Address_Value>');
    expect(xml).toContain('version="1.2"');
    const refused = await admin.post('/events/restSearch', { returnFormat: 'stix', 'stix-version': '2.0' });
    expect(refused.status).toBe(400);
  });
});

describe('STIX 1 documents', () => {
  it('become events, with what was left told; a known one is refused', async () => {
    const xml = await search(admin, 'events', { returnFormat: 'stix-xml' });
    const changed = xml.replaceAll(event.uuid, '7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4d01');
    const send = () =>
      fetch(`${magpie.url}/events/upload_stix`, {
        method: 'POST',
        body: changed,
        headers: { authorization: magpie.adminKey, accept: 'application/xml', 'content-type': 'application/xml' },
      });
    const answer = await send();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      Event: { uuid: '7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4d01', info: 'As STIX 1', published: false },
    });
    expect((await send()).status).toBe(403);
  });

  it('are taken in a JSON string, as PyMISP sends a document that it has as text', async () => {
    const xml = await search(admin, 'events', { returnFormat: 'stix-xml' });
    const changed = xml.replaceAll(event.uuid, '7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4d03');
    const answer = await fetch(`${magpie.url}/events/upload_stix`, {
      method: 'POST',
      body: JSON.stringify(changed),
      headers: { authorization: magpie.adminKey, accept: 'application/json', 'content-type': 'application/xml' },
    });
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 200,
      body: { Event: { info: 'As STIX 1' } },
    });
  });

  it('are taken from a form, under its options, and without the file where it is not wanted', async () => {
    const xml = await search(admin, 'events', { returnFormat: 'stix-xml' });
    const sendForm = async (fields: Record<string, string | Blob>, path = '') => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      const headers = { authorization: magpie.adminKey, accept: 'application/json' };
      const answer = await fetch(`${magpie.url}/events/upload_stix/1${path}`, { method: 'POST', body, headers });
      return { status: answer.status, body: await answer.json() };
    };
    const file = (end: string) =>
      new Blob([xml.replaceAll(event.uuid, `7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4d${end}`)], { type: 'text/xml' });
    const own = await sendForm({
      'data[Event][stix]': file('11'),
      'data[Event][distribution]': '2',
      'data[Event][publish]': '1',
      'data[Event][original_file]': '0',
    });
    expect(own).toMatchObject({ status: 200, body: { Event: { distribution: '2', published: true, Object: [] } } });
    const plain = await sendForm({ upload: file('12') }, '/distribution:1');
    const kept = [{ name: 'original-imported-file' }];
    expect(plain).toMatchObject({ status: 200, body: { Event: { distribution: '1', Object: kept } } });
    expect((await sendForm({ 'Event[stix]': file('13'), distribution: '9' })).status).toBe(400);
    expect((await sendForm({ 'Event[stix]': file('13'), 'distribution[x]': '1' })).status).toBe(200);
    expect((await sendForm({ 'data[Event][distribution]': '1' })).status).toBe(400);
  });

  it('are taken as JSON too', async () => {
    const json = await search(admin, 'events', { returnFormat: 'stix-json' });
    const changed = json.replaceAll(event.uuid, '7c0b7f5e-3b0d-4c7e-8f55-1c1f5a2b4d02');
    const { status, body } = await admin.post('/events/upload_stix/1', JSON.parse(changed));
    expect({ status, body }).toMatchObject({ status: 200, body: { Event: { info: 'As STIX 1' } } });
  });

  it('are refused with a document type, and when they are none', async () => {
    for (const body of ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', '<a/>']) {
      const answer = await fetch(`${magpie.url}/events/upload_stix`, {
        method: 'POST',
        body,
        headers: { authorization: magpie.adminKey, accept: 'application/json', 'content-type': 'application/xml' },
      });
      expect(answer.status).toBe(403);
    }
  });
});
