import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  member,
  startTestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Entry = { AuditLog: { id: string; action: string; model: string; model_id: string }; User?: unknown };

let m: Awaited<ReturnType<typeof startTestMagpie>>;
let owner: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  const [oak, elm] = [await makeOrganisation(m.admin), await makeOrganisation(m.admin)];
  owner = await m.user(oak, '3');
  other = await m.user(elm, '3');
});
afterAll(() => m.stop());

async function entries(path: string, client = owner): Promise<Entry[]> {
  const { status, body } = await client.get(path);
  expect(status).toBe(200);
  return body as Entry[];
}

describe('the history of an attribute', () => {
  it('gives its state after every entry and the difference between two', async () => {
    const event = await makeEvent(owner);
    const { id } = await makeAttribute(owner, event.id, { type: 'text', value: 'one', comment: 'a' });
    await owner.post(`/attributes/edit/${id}`, { value: 'two' });
    await owner.post(`/attributes/edit/${id}`, { comment: 'b', value: 'three' });
    const list = await entries(`/history/element/attribute/${id}`);
    expect(list.map(({ AuditLog }) => AuditLog.action)).toEqual(['edit', 'edit', 'add']);
    const [, second, first] = list.map(({ AuditLog }) => AuditLog.id);
    expect((await owner.get(`/history/state/attribute/${id}/${first}`)).body).toMatchObject({ value1: 'one' });
    expect((await owner.get(`/history/state/attribute/${id}/${second}`)).body).toMatchObject({
      value1: 'two',
      comment: 'a',
    });
    expect((await owner.get(`/history/diff/attribute/${id}/${first}`)).body).toEqual({
      value1: ['one', 'three'],
      comment: ['a', 'b'],
    });
    expect((await owner.get(`/history/diff/attribute/${id}/${first}/${second}`)).body).toEqual({
      value1: ['one', 'two'],
    });
  });

  it('sets one field back, or all of them, as a change of its own', async () => {
    const event = await makeEvent(owner);
    const { id } = await makeAttribute(owner, event.id, { type: 'ip-dst|port', value: '192.0.2.1|80', comment: 'a' });
    await owner.post(`/attributes/edit/${id}`, { value: '192.0.2.2|81', comment: 'b', first_seen: '2024-01-01' });
    const first = (await entries(`/history/element/attribute/${id}`)).at(-1)?.AuditLog.id;
    const only = await owner.post(`/history/restore/attribute/${id}/${first}`, { fields: ['comment'] });
    expect(only.body).toMatchObject({ data: { fields: ['comment'] } });
    const view = async () => (await owner.get(`/events/view/${event.id}`)).body;
    expect(await view()).toMatchObject({ Event: { Attribute: [{ value: '192.0.2.2|81', comment: 'a' }] } });
    await owner.post(`/history/restore/attribute/${id}/${first}`, {});
    expect(await view()).toMatchObject({ Event: { Attribute: [{ value: '192.0.2.1|80', first_seen: null }] } });
    expect(await entries(`/history/element/attribute/${id}`)).toHaveLength(4);
  });

  it('takes a soft deletion back', async () => {
    const event = await makeEvent(owner);
    const { id } = await makeAttribute(owner, event.id);
    const [added] = await entries(`/history/element/attribute/${id}`);
    await owner.post(`/attributes/delete/${id}`, {});
    const restored = await owner.post(`/history/restore/attribute/${id}/${added?.AuditLog.id}`, {});
    expect(restored.body).toMatchObject({ data: { fields: ['deleted'] } });
    expect((await owner.get(`/attributes/view/${id}`)).status).toBe(200);
  });

  it('brings one back that was deleted for good, with uuid, tags and file', async () => {
    const event = await makeEvent(m.admin);
    const made = await makeAttribute(m.admin, event.id, {
      ...{ type: 'attachment', category: 'Payload delivery', value: 'a.txt', data: 'aGVsbG8=', comment: 'kept' },
      Tag: [{ name: 'kept:tag' }],
    });
    await m.admin.post(`/attributes/delete/${made.id}/1`, {});
    const done = await m.admin.post(`/history/restore/attribute/${made.id}`, {});
    expect(done.status).toBe(200);
    const viewed = await m.admin.get(`/attributes/view/${member(done.body, 'id')}`);
    expect(viewed.body).toMatchObject({
      Attribute: { uuid: made.uuid, comment: 'kept', data: 'aGVsbG8=', Tag: [{ name: 'kept:tag' }] },
    });
  });
});

describe('the history of objects, reports and events', () => {
  it('brings an object back with its members and references', async () => {
    const event = await makeEvent(owner);
    const target = await makeAttribute(owner, event.id);
    const object = await makeObject(owner, event.id, { comment: 'kept' });
    const reference = { referenced_uuid: target.uuid, relationship_type: 'drops' };
    await owner.post(`/objectReferences/add/${object.uuid}`, reference);
    await owner.post(`/objects/delete/${object.id}/1`, {});
    const done = await owner.post(`/history/restore/object/${object.id}`, {});
    expect(done.status).toBe(200);
    expect((await owner.get(`/events/view/${event.id}`)).body).toMatchObject({
      Event: {
        Object: [
          {
            uuid: object.uuid,
            comment: 'kept',
            Attribute: [{ object_relation: 'filename' }],
            ObjectReference: [reference],
          },
        ],
      },
    });
  });

  it('keeps a version of a report for every save and sets it back', async () => {
    const event = await makeEvent(owner);
    const added = await owner.post(`/event_reports/add/${event.id}`, { name: 'r', content: 'one' });
    const id = String(member(added.body, 'EventReport', 'id'));
    await owner.post(`/event_reports/edit/${id}`, { content: 'two' });
    await owner.post(`/event_reports/edit/${id}`, { content: 'three' });
    const versions = await entries(`/event_reports/versions/${id}`);
    expect(versions).toHaveLength(3);
    const second = versions[1]?.AuditLog.id;
    const shown = await owner.get(`/event_reports/version/${id}/${second}`);
    expect(shown.body).toMatchObject({ EventReport: { content: 'two', name: 'r' } });
    await owner.post(`/event_reports/restoreVersion/${id}/${second}`, {});
    expect((await owner.get(`/event_reports/view/${id}`)).body).toMatchObject({ EventReport: { content: 'two' } });
    await owner.post(`/event_reports/delete/${id}/1`, {});
    const again = await owner.post(`/history/restore/event_report/${id}`, {});
    expect((await owner.get(`/event_reports/view/${member(again.body, 'id')}`)).body).toMatchObject({
      EventReport: { content: 'two' },
    });
  });

  it('sets an event back to an earlier time and unpublishes it', async () => {
    const event = await makeEvent(owner, { info: 'before', threat_level_id: '1' });
    await owner.post(`/events/edit/${event.id}`, { info: 'after', threat_level_id: '2', distribution: '0' });
    const first = (await entries(`/history/element/event/${event.uuid}`)).at(-1)?.AuditLog.id;
    await owner.post(`/history/restore/event/${event.id}/${first}`, {});
    expect((await owner.get(`/events/view/${event.id}`)).body).toMatchObject({
      Event: { info: 'before', threat_level_id: '1', distribution: '3' },
    });
  });
});

describe('who may look back', () => {
  it('shows a foreign reader what he sees now, and of whom nothing', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const shown = await makeAttribute(owner, event.id, { distribution: '5' });
    const hidden = await makeAttribute(owner, event.id, { distribution: '0' });
    const list = await entries(`/history/index/${event.id}`, other);
    const ids = list.filter(({ AuditLog }) => AuditLog.model === 'Attribute').map(({ AuditLog }) => AuditLog.model_id);
    expect(ids).toEqual([shown.id]);
    expect(list.every((entry) => entry.User === undefined)).toBe(true);
    for (const action of ['element', 'diff', 'state']) {
      expect((await other.get(`/history/${action}/attribute/${hidden.id}/1`)).status).toBe(404);
    }
    await owner.post(`/attributes/delete/${shown.id}/1`, {});
    expect((await other.get(`/history/element/attribute/${shown.id}`)).status).toBe(404);
    expect((await other.post(`/history/restore/attribute/${shown.id}`, {})).status).toBe(404);
  });

  it('lets only who may change an element set it back', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const { id } = await makeAttribute(owner, event.id, { distribution: '5', comment: 'a' });
    await owner.post(`/attributes/edit/${id}`, { comment: 'b' });
    const first = (await entries(`/history/element/attribute/${id}`, other)).at(-1)?.AuditLog.id;
    expect((await other.post(`/history/restore/attribute/${id}/${first}`, {})).status).toBe(403);
    expect((await owner.post(`/history/restore/attribute/${id}/999999`, {})).status).toBe(404);
    expect((await owner.post(`/history/restore/thing/${id}/${first}`, {})).status).toBe(404);
  });
});
