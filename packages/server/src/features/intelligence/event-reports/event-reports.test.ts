import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let owner: ApiClient;
let ownerAdmin: ApiClient;
let stranger: ApiClient;
let reader: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin);
  const user = magpie.user;
  owner = await user(alpha, '3');
  ownerAdmin = await user(alpha, '2');
  stranger = await user(beta, '3');
  reader = await user(alpha, '6');
});

afterAll(() => magpie.stop());

async function addReport(eventId: string, fields: object = {}): Promise<{ id: string; uuid: string }> {
  const answer = await owner.post(`/eventReports/add/${eventId}`, { name: 'A report', content: 'text', ...fields });
  expect(answer.status).toBe(200);
  return {
    id: String(member(answer.body, 'EventReport', 'id')),
    uuid: String(member(answer.body, 'EventReport', 'uuid')),
  };
}

const reportsOf = async (client: ApiClient, eventId: string) =>
  member((await client.get(`/events/view/${eventId}`)).body, 'Event', 'EventReport') as Record<string, unknown>[];

describe('an event report', () => {
  it('is listed with its event, named by id or uuid', async () => {
    const event = await makeEvent(owner);
    await owner.post(`/eventReports/add/${event.id}`, { name: 'listed', content: '', distribution: '5' });
    for (const key of [event.id, event.uuid]) {
      const { body } = await owner.get(`/eventReports/index/event_id:${key}`);
      expect(member(body, 0, 'EventReport', 'name')).toBe('listed');
    }
    expect((await owner.get('/eventReports/index/event_id:999999')).body).toEqual([]);
  });

  it('is found with others by their uuids, by those who see it', async () => {
    const event = await makeEvent(owner);
    const [hidden, open] = [await addReport(event.id), await addReport(event.id, { distribution: '5' })];
    const found = async (client: ApiClient, uuid: unknown) =>
      ((await client.post('/eventReports/index', { uuid })).body as Record<string, Record<string, unknown>>[]).map(
        ({ EventReport: report }) => report?.id,
      );
    expect(await found(owner, [open.uuid, hidden.uuid.toUpperCase()])).toEqual([hidden.id, open.id]);
    expect(await found(owner, hidden.uuid)).toEqual([hidden.id]);
    expect(await found(stranger, [open.uuid, hidden.uuid])).toEqual([open.id]);
    for (const none of ['', 'x', [], [7], {}]) expect(await found(owner, none)).toEqual([]);
  });

  it('is added by those who may change the event, and unpublishes it', async () => {
    const event = await makeEvent(owner);
    const answer = await owner.post(`/event_reports/add/${event.id}`, {
      EventReport: { name: 'One', distribution: 5 },
    });
    expect(answer.body).toMatchObject({
      EventReport: {
        event_id: event.id,
        name: 'One',
        content: '',
        distribution: '5',
        sharing_group_id: '0',
        deleted: false,
      },
      Event: { id: event.id, org_id: alpha.id, Orgc: { id: alpha.id } },
      SharingGroup: { id: null, name: null, uuid: null },
    });
    expect(await owner.post(`/eventReports/add/${event.uuid}`, { name: 'x' })).toMatchObject({
      status: 403,
      body: { errors: 'numeric' },
    });
    expect((await stranger.post(`/eventReports/add/${event.id}`, { name: 'x' })).body).toMatchObject({
      message: 'You do not have permission to do that.',
    });
    expect((await reader.post(`/eventReports/add/${event.id}`, { name: 'x' })).status).toBe(403);
    expect((await owner.post('/eventReports/add/999999', { name: 'x' })).status).toBe(404);
  });

  it('without distribution is for the own organisation alone', async () => {
    const event = await makeEvent(owner);
    const hidden = await addReport(event.id);
    const open = await addReport(event.id, { distribution: '5' });
    expect((await reportsOf(stranger, event.id)).map(({ id }) => id)).toEqual([open.id]);
    expect((await reportsOf(reader, event.id)).map(({ id }) => id)).toEqual([hidden.id, open.id]);
    expect((await stranger.get(`/eventReports/view/${hidden.uuid}`)).status).toBe(404);
    expect((await stranger.get(`/eventReports/view/${open.uuid}`)).status).toBe(200);
    const listed = await stranger.get(`/eventReports/index/event_id:${event.uuid}`);
    expect(listed.body).toMatchObject([{ EventReport: { id: open.id } }]);
    expect((await stranger.get(`/eventReports/index/event_id:${event.id}`)).body).toMatchObject([
      { EventReport: { id: open.id }, RelationshipInbound: [] },
    ]);
  });

  it('of a sharing group is for its members, and needs one that may be used', async () => {
    const event = await makeEvent(owner);
    const group = await makeSharingGroup(ownerAdmin, [alpha.uuid]);
    const report = await addReport(event.id, { distribution: 4, sharing_group_id: group.id });
    expect((await stranger.get(`/eventReports/view/${report.id}`)).status).toBe(404);
    await ownerAdmin.post('/sharing_groups/addOrg', { sg_id: group.id, org_id: beta.id });
    expect((await stranger.get(`/eventReports/view/${report.id}`)).body).toMatchObject({
      SharingGroup: { id: group.id },
    });
    const foreign = await makeSharingGroup(magpie.admin, [beta.uuid]);
    const refused = await owner.post(`/eventReports/add/${event.id}`, {
      name: 'x',
      distribution: 4,
      sharing_group_id: foreign.id,
    });
    expect(refused.status).toBe(403);
    const dropped = await owner.post(`/eventReports/edit/${report.id}`, { distribution: 3 });
    expect(member(dropped.body, 'EventReport', 'sharing_group_id')).toBe('0');
  });

  it('is edited by the creator organisation; ids in the body move nothing', async () => {
    const event = await makeEvent(owner);
    const other = await makeEvent(owner);
    const report = await addReport(event.id, { distribution: 5 });
    const edited = await owner.post(`/eventReports/edit/${report.uuid}`, {
      id: '1',
      uuid: crypto.randomUUID(),
      event_id: other.id,
      deleted: true,
      name: 'Renamed',
    });
    expect(edited.body).toMatchObject({
      EventReport: {
        id: report.id,
        uuid: report.uuid,
        event_id: event.id,
        name: 'Renamed',
        content: 'text',
        deleted: false,
      },
    });
    const refused = await stranger.post(`/eventReports/edit/${report.id}`, { name: 'x' });
    expect(refused).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect((await stranger.post(`/eventReports/delete/${report.id}`)).status).toBe(401);
    expect((await magpie.admin.post(`/eventReports/edit/${report.id}`, { content: 'by admin' })).status).toBe(200);
  });

  it('is deleted softly, restored, and deleted for good', async () => {
    const event = await makeEvent(owner);
    const report = await addReport(event.id, { distribution: 5 });
    expect((await owner.post(`/eventReports/delete/${report.uuid}`)).body).toMatchObject({
      name: `Event Report ${report.uuid} soft deleted`,
      id: report.uuid,
    });
    expect((await owner.get(`/eventReports/index/event_id:${event.id}`)).body).toEqual([]);
    expect((await owner.get(`/eventReports/index/event_id:${event.id}/context:deleted`)).body).toHaveLength(1);
    expect(await reportsOf(owner, event.id)).toMatchObject([{ deleted: true }]);
    expect(await reportsOf(stranger, event.id)).toEqual([]);
    expect((await owner.post(`/eventReports/restore/${report.id}`)).body).toMatchObject({
      name: `Event Report ${report.id} restored`,
    });
    expect(await reportsOf(stranger, event.id)).toMatchObject([{ deleted: false }]);
    expect((await owner.post(`/eventReports/delete/${report.id}`, { hard: 1 })).body).toMatchObject({
      name: `Event Report ${report.id} hard deleted`,
    });
    expect((await owner.post(`/eventReports/delete/${report.id}`)).status).toBe(404);
  });

  it.each([
    ['no name', { content: 'x' }, 'This field cannot be left blank'],
    ['a blank name', { name: ' ' }, 'This field cannot be left blank'],
    ['a list as name', { name: ['x'] }, /name/],
    ['an object as content', { name: 'x', content: { $gt: 1 } }, /content/],
    ['an unknown distribution', { name: 'x', distribution: 9 }, /distribution/],
    ['a broken uuid', { name: 'x', uuid: 'urn:uuid:x' }, /UUID/],
    ['a name of 70 KB', { name: 'x'.repeat(70_000) }, /name/],
  ])('is refused with %s', async (_case, body, message) => {
    const event = await makeEvent(owner);
    const answer = await owner.post(`/eventReports/add/${event.id}`, body);
    expect(answer).toMatchObject({ status: 403, body: { errors: expect.stringMatching(message) } });
    expect(await reportsOf(owner, event.id)).toEqual([]);
  });

  it('does not take the uuid of another, visible or not', async () => {
    const event = await makeEvent(owner, { distribution: '0' });
    const report = await addReport(event.id);
    const own = await makeEvent(stranger);
    const answer = await stranger.post(`/eventReports/add/${own.id}`, { name: 'x', uuid: report.uuid });
    expect(answer).toMatchObject({ status: 403, body: { errors: 'The UUID provided is not unique' } });
  });
});

describe('reports inside an event', () => {
  it('are stored with it, changed by newer copies, and never taken from another event', async () => {
    const [kept, replaced, taken] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const other = await makeEvent(owner, { EventReport: [{ uuid: taken, name: 'Of another', distribution: '5' }] });
    const event = await makeEvent(owner, {
      EventReport: [
        { uuid: kept, name: 'Kept', timestamp: '1700000000', distribution: '5' },
        { uuid: replaced, name: 'Old', timestamp: '1700000000', distribution: '5' },
        { content: 'nameless' },
      ],
    });
    expect((await reportsOf(owner, event.id)).map(({ name }) => name)).toEqual(['Kept', 'Old']);
    await owner.post(`/events/edit/${event.id}`, {
      EventReport: [
        { uuid: kept, name: 'Older', timestamp: '1600000000' },
        { uuid: replaced, name: 'New', timestamp: '1700000001' },
        { uuid: taken, name: 'Stolen' },
      ],
    });
    expect((await reportsOf(owner, event.id)).map(({ name }) => name)).toEqual(['Kept', 'New']);
    expect(await reportsOf(owner, other.id)).toMatchObject([{ uuid: taken, name: 'Of another', event_id: other.id }]);
  });
});
