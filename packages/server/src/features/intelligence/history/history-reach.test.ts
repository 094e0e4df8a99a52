import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What was private when it was written stays so in the history, whoever reads its later forms.
let m: TestMagpie;
let oak: Made;
let elm: Made;
let owner: ApiClient;
let reader: ApiClient;
let readerOrganisation: string;

beforeAll(async () => {
  m = await startTestMagpie();
  oak = await makeOrganisation(m.admin);
  elm = await makeOrganisation(m.admin);
  readerOrganisation = elm.id;
  owner = await m.user(oak, '2');
  reader = await m.user(elm, '2');
});
afterAll(() => m.stop());

const SECRET = 'victim is ACME Bank';

/** All that a reader can ask of the history of an event and one element of it, as text. */
async function told(client: ApiClient, eventId: string, of: string, element: string): Promise<string> {
  const list = await client.get(`/history/element/${of}/${element}`);
  const answers = [
    await client.get(`/history/index/${eventId}`),
    await client.get(`/audit_logs/eventIndex/${eventId}`),
    await client.get(`/logs/event_index/${eventId}`),
    list,
  ];
  const entries = Array.isArray(list.body) ? list.body : [];
  for (const entry of entries) {
    const id = String(member(entry, 'AuditLog', 'id'));
    answers.push(await client.get(`/history/state/${of}/${element}/${id}`));
    answers.push(await client.get(`/history/diff/${of}/${element}/${id}`));
  }
  return JSON.stringify(answers.map(({ body }) => body));
}

describe('the history of an event', () => {
  it('keeps to its owner what it said before it was shared', async () => {
    const event = await makeEvent(owner, { info: SECRET, distribution: '0' });
    await owner.post(`/events/edit/${event.id}`, { info: 'Phishing', distribution: '3' });
    expect(await told(owner, event.id, 'event', event.id)).toContain(SECRET);
    expect(await told(reader, event.id, 'event', event.id)).not.toContain(SECRET);
    await owner.post(`/events/edit/${event.id}`, { info: 'Phishing of banks' });
    const seen = await told(reader, event.id, 'event', event.id);
    expect(seen).toContain('Phishing of banks');
    expect(seen).not.toContain(SECRET);
    const entries = (await owner.get(`/history/element/event/${event.id}`)).body;
    for (const index of [0, 1, 2]) {
      const entry = String(member(entries, index, 'AuditLog', 'id'));
      const { status } = await reader.get(`/history/state/event/${event.id}/${entry}`);
      expect(status).toBe(index === 0 ? 200 : 404);
    }
  });

  it('keeps what it held before it was shared, and goes on from there', async () => {
    const event = await makeEvent(owner, { distribution: '0' });
    const { id } = await makeAttribute(owner, event.id, { value: SECRET });
    await owner.post(`/attributes/edit/${id}`, { value: 'harmless' });
    await owner.post(`/events/edit/${event.id}`, { distribution: '1' });
    expect(await told(reader, event.id, 'attribute', id)).not.toContain(SECRET);
    await owner.post(`/attributes/edit/${id}`, { value: 'harmless too' });
    const seen = await told(reader, event.id, 'attribute', id);
    expect(seen).toContain('harmless too');
    expect(seen).not.toContain(SECRET);
    expect(await told(owner, event.id, 'attribute', id)).toContain(SECRET);
  });

  it('is told in full where the reach never changed', async () => {
    const event = await makeEvent(owner, { info: 'first', distribution: '3' });
    await owner.post(`/events/edit/${event.id}`, { info: 'second' });
    expect(await told(reader, event.id, 'event', event.id)).toContain('first');
  });

  it('begins anew for members of a group that the event goes over to', async () => {
    const group = await makeSharingGroup(owner, [oak.uuid, elm.uuid]);
    const event = await makeEvent(owner, { info: SECRET, distribution: '0' });
    await owner.post(`/events/edit/${event.id}`, { info: 'shared', distribution: '4', sharing_group_id: group.id });
    expect((await reader.get(`/events/view/${event.id}`)).status).toBe(200);
    expect(await told(reader, event.id, 'event', event.id)).not.toContain(SECRET);
  });

  it('tells the receiver of a delegation nothing of the time before', async () => {
    await m.admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: true });
    const event = await makeEvent(owner, { info: SECRET, distribution: '0' });
    await owner.post(`/events/edit/${event.id}`, { info: 'for you' });
    const asked = await owner.post(`/event_delegations/delegateEvent/${event.id}`, { org_id: readerOrganisation });
    expect(asked.status).toBe(200);
    expect((await reader.get(`/events/view/${event.id}`)).status).toBe(200);
    expect(await told(reader, event.id, 'event', event.id)).not.toContain(SECRET);
  });

  it('does not tell others what it was merged with', async () => {
    const hidden = await makeEvent(owner, { distribution: '0' });
    const event = await makeEvent(owner, { distribution: '3' });
    expect((await owner.post(`/events/merge/${event.id}/${hidden.id}`)).status).toBe(200);
    expect(await told(owner, event.id, 'event', event.id)).toContain(hidden.uuid);
    expect(await told(reader, event.id, 'event', event.id)).not.toContain(hidden.uuid);
  });

  it('comes back from the bin as reserved as it was', async () => {
    const event = await makeEvent(owner, { info: SECRET, distribution: '0' });
    await owner.post(`/events/edit/${event.id}`, { info: 'Phishing', distribution: '3' });
    await owner.post(`/events/delete/${event.id}`);
    expect((await m.admin.post(`/events/recoverEvent/${event.id}`)).status).toBe(200);
    expect((await reader.get(`/events/view/${event.id}`)).status).toBe(200);
    expect(await told(reader, event.id, 'event', event.id)).not.toContain(SECRET);
  });
});

describe('the history of a part', () => {
  it('keeps what an attribute said before it was shared', async () => {
    const event = await makeEvent(owner, { distribution: '3' });
    const { id } = await makeAttribute(owner, event.id, { value: SECRET, distribution: '0' });
    await owner.post(`/attributes/edit/${id}`, { value: 'harmless', distribution: '5' });
    expect((await reader.get(`/attributes/view/${id}`)).status).toBe(200);
    expect(await told(reader, event.id, 'attribute', id)).not.toContain(SECRET);
    await owner.post(`/attributes/edit/${id}`, { value: 'harmless too' });
    const seen = await told(reader, event.id, 'attribute', id);
    expect(seen).toContain('harmless too');
    expect(seen).not.toContain(SECRET);
  });

  it('keeps what the members of an object said before the object was shared', async () => {
    const event = await makeEvent(owner, { distribution: '3' });
    const object = await makeObject(owner, event.id, { distribution: '0', comment: SECRET });
    const attributeId = String(member(object.body, 'Object', 'Attribute', 0, 'id'));
    await owner.post(`/attributes/edit/${attributeId}`, { value: `${SECRET}.exe` });
    await owner.post(`/attributes/edit/${attributeId}`, { value: 'harmless.exe' });
    await owner.post(`/objects/edit/${object.id}`, { distribution: '5', comment: 'harmless' });
    expect((await reader.get(`/objects/view/${object.id}`)).status).toBe(200);
    expect(await told(reader, event.id, 'object', object.id)).not.toContain(SECRET);
    expect(await told(reader, event.id, 'attribute', attributeId)).not.toContain(SECRET);
  });

  it('keeps the versions of a report from before it was shared', async () => {
    const event = await makeEvent(owner, { distribution: '3' });
    const added = await owner.post(`/event_reports/add/${event.id}`, { name: 'r', content: SECRET, distribution: '0' });
    const id = String(member(added.body, 'EventReport', 'id'));
    await owner.post(`/event_reports/edit/${id}`, { content: 'for everybody', distribution: '5' });
    expect((await reader.get(`/event_reports/view/${id}`)).status).toBe(200);
    expect(await told(reader, event.id, 'event_report', id)).not.toContain(SECRET);
    expect(JSON.stringify((await reader.get(`/event_reports/versions/${id}`)).body)).not.toContain(SECRET);
  });
});

describe('the log', () => {
  it('of an organisation does not tell its administrator what site administrators did to the events of others', async () => {
    const event = await makeEvent(owner, { info: SECRET, distribution: '0' });
    await m.admin.post(`/events/edit/${event.id}`, { info: `${SECRET}!` });
    const colleague = m.client((await makeUser(m.admin, { org_id: '1', role_id: '2' })).key);
    for (const path of ['/admin/audit_logs/index/limit:100', '/admin/logs/index', '/logs/index']) {
      const { status, body } = await colleague.get(path);
      expect(status, path).toBe(200);
      expect(JSON.stringify(body)).not.toContain(SECRET);
    }
    expect(JSON.stringify((await m.admin.get('/admin/audit_logs/index/limit:100')).body)).toContain(`${SECRET}!`);
  });
});
