import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  type Made,
  makeAttribute,
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
let stranger: ApiClient;
let outsider: ApiClient;
let reader: ApiClient;
let sync: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin);
  const gamma = await makeOrganisation(admin);
  const user = magpie.user;
  owner = await user(alpha, '3');
  stranger = await user(beta, '3');
  outsider = await user(gamma, '3');
  reader = await user(alpha, '6');
  sync = await user(beta, '5');
});

afterAll(() => magpie.stop());

async function addNote(client: ApiClient, about: string, fields: object = {}): Promise<{ id: string; uuid: string }> {
  const answer = await client.post(`/analyst_data/add/Note/${about}/Event`, { note: 'a note', ...fields });
  expect(answer.status).toBe(200);
  return { id: String(member(answer.body, 'Note', 'id')), uuid: String(member(answer.body, 'Note', 'uuid')) };
}

const notesOf = async (client: ApiClient, event: string) => {
  const view = (await client.get(`/events/view/${event}`)).body as { Event: { Note?: { note: string }[] } };
  return view.Event.Note;
};

describe('organisations of entries', () => {
  it('are told shortly where MISP does: on events, and where an entry is asked for by its number', async () => {
    const event = await makeEvent(owner);
    const note = await addNote(owner, event.uuid);
    await owner.post(`/analyst_data/add/Opinion/${event.uuid}/Event`, { opinion: 50 });
    const view = (await owner.get(`/events/view/${event.id}`)).body;
    const short = ['id', 'local', 'name', 'nationality', 'sector', 'type', 'uuid'];
    const names = (body: unknown, ...path: (string | number)[]) => Object.keys(Object(member(body, ...path))).sort();
    expect(names(view, 'Event', 'Note', 0, 'Orgc')).toEqual(short);
    expect(names(view, 'Event', 'Opinion', 0, 'Orgc')).toContain('contacts');
    expect(names((await owner.get(`/analyst_data/view/Note/${note.id}`)).body, 'Note', 'Orgc')).toEqual(short);
    expect(names((await owner.get(`/analyst_data/view/Note/${note.uuid}`)).body, 'Note', 'Orgc')).toContain('contacts');
  });
});

describe('analyst data', () => {
  it('is added about anything that has a uuid, here or elsewhere', async () => {
    const about = randomUUID();
    expect(
      (
        await owner.post('/analystData/add/Opinion', {
          Opinion: { object_uuid: about, object_type: 'Event', opinion: 80 },
        })
      ).body,
    ).toMatchObject({
      Opinion: {
        opinion: '80',
        comment: '',
        object_uuid: about,
        note_type: 1,
        note_type_name: 'Opinion',
        _canEdit: true,
      },
    });
    expect((await owner.post(`/analyst_data/add/Note/${about}/Event`, {})).body).toMatchObject({
      Note: {
        note: '',
        language: 'en',
        distribution: '1',
        sharing_group_id: null,
        locked: false,
        org_uuid: alpha.uuid,
      },
    });
  });

  it('fills all three lists of an event as soon as one holds something, and of other elements that one alone', async () => {
    const event = await makeEvent(owner, { Attribute: [{ type: 'text', value: 'noted' }] });
    const before = (await owner.get(`/events/view/${event.id}`)).body;
    expect(Object.keys(Object(member(before, 'Event')))).not.toContain('Note');
    const attribute = String(member(before, 'Event', 'Attribute', 0, 'uuid'));
    await addNote(owner, event.uuid);
    await owner.post(`/analyst_data/add/Opinion/${attribute}/Attribute`, { opinion: 50 });
    const { body } = await owner.get(`/events/view/${event.id}`);
    expect(member(body, 'Event')).toMatchObject({ Note: [{ note: 'a note' }], Opinion: [], Relationship: [] });
    const lists = Object.keys(Object(member(body, 'Event', 'Attribute', 0)));
    expect(lists.filter((name) => ['Note', 'Opinion', 'Relationship'].includes(name))).toEqual(['Opinion']);
  });

  it('is refused without permission, of unknown kind, or about nothing', async () => {
    expect((await reader.post(`/analyst_data/add/Note/${randomUUID()}/Event`, { note: 'x' })).status).toBe(403);
    expect((await owner.post(`/analyst_data/add/Thought/${randomUUID()}/Event`, { note: 'x' })).status).toBe(405);
    expect((await owner.post('/analyst_data/add/Note', { note: 'x' })).status).toBe(403);
    const distribution4 = { note: 'x', distribution: 4 };
    expect((await owner.post(`/analyst_data/add/Note/${randomUUID()}/Event`, distribution4)).status).toBe(403);
  });

  it('refuses a relationship that points to itself, and resolves what it points to for those who see it', async () => {
    const uuid = randomUUID();
    const own = { uuid, related_object_uuid: uuid, related_object_type: 'Relationship', relationship_type: 'is' };
    expect(await owner.post(`/analyst_data/add/Relationship/${randomUUID()}/Event`, own)).toMatchObject({
      status: 403,
      body: { errors: [] },
    });
    const hidden = await makeEvent(owner, { distribution: '0', info: 'Hidden target' });
    const added = await owner.post(`/analyst_data/add/Relationship/${randomUUID()}/Event`, {
      related_object_uuid: hidden.uuid,
      related_object_type: 'Event',
      relationship_type: 'related-to',
    });
    expect(added.body).toMatchObject({ Relationship: { related_object: { Event: { info: 'Hidden target' } } } });
    const key = member(added.body, 'Relationship', 'uuid');
    expect((await stranger.get(`/analyst_data/view/Relationship/${key}`)).body).toMatchObject({
      Relationship: { related_object: [] },
    });
    expect((await stranger.get(`/analyst_data/getRelatedElement/Event/${hidden.uuid}`)).body).toEqual([]);
    expect((await owner.get(`/analyst_data/getRelatedElement/Event/${hidden.uuid}`)).body).toMatchObject({
      Event: { id: hidden.id },
    });
  });

  it('has a reach of its own, whatever it is about', async () => {
    const event = await makeEvent(owner);
    const group = await makeSharingGroup(magpie.admin, [alpha.uuid, beta.uuid]);
    await addNote(owner, event.uuid, { note: 'all' });
    const kept = await addNote(owner, event.uuid, { note: 'own', distribution: 0 });
    const shared = await addNote(owner, event.uuid, { note: 'group', distribution: 4, sharing_group_id: group.id });
    const texts = async (client: ApiClient) => (await notesOf(client, event.id))?.map(({ note }) => note);
    expect(await texts(owner)).toEqual(['all', 'own', 'group']);
    expect(await texts(stranger)).toEqual(['all', 'group']);
    expect(await texts(outsider)).toEqual(['all']);
    expect(await texts(magpie.admin)).toEqual(['all', 'own', 'group']);
    expect((await stranger.get(`/analyst_data/view/Note/${kept.uuid}`)).status).toBe(404);
    expect((await outsider.get(`/analyst_data/view/all/${shared.uuid}`)).status).toBe(404);
    const list = (await outsider.get('/analyst_data/index/Note')).body as { Note: { uuid: string } }[];
    expect(list.some(({ Note }) => Note.uuid === kept.uuid || Note.uuid === shared.uuid)).toBe(false);
    expect(JSON.stringify((await outsider.get('/analyst_data/indexMinimal')).body)).not.toContain(shared.uuid);
    const opened = await owner.post(`/analyst_data/edit/Note/${kept.uuid}`, { distribution: 1 });
    expect(opened.body).toMatchObject({ Note: { note: 'own', distribution: '1' } });
    expect(await texts(outsider)).toEqual(['all', 'own']);
  });

  it('is not shown with an element that the reader may not see', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id, { distribution: '0' });
    await owner.post(`/analyst_data/add/Note/${attribute.uuid}/Attribute`, { note: 'about a secret' });
    const view = async (client: ApiClient) => JSON.stringify((await client.get(`/events/view/${event.id}`)).body);
    expect(await view(owner)).toContain('about a secret');
    expect(await view(stranger)).not.toContain('about a secret');
    expect((await owner.get(`/attributes/viewAnalystData/${attribute.id}`)).body).toMatchObject({
      Note: [{ note: 'about a secret' }],
      Opinion: [],
    });
    expect((await stranger.get(`/attributes/viewAnalystData/${attribute.id}`)).status).toBe(404);
  });

  it('is changed and deleted by the organisation that wrote it alone', async () => {
    const note = await addNote(owner, randomUUID());
    expect((await stranger.post(`/analyst_data/edit/Note/${note.id}`, { note: 'x' })).status).toBe(405);
    expect((await stranger.post(`/analyst_data/delete/Note/${note.id}`)).status).toBe(405);
    expect((await stranger.post(`/analyst_data/edit/Note/${randomUUID()}`, { note: 'x' })).status).toBe(404);
    expect((await owner.post(`/analyst_data/edit/Opinion/${note.id}`, { comment: 'x' })).status).toBe(404);
    expect((await owner.post(`/analyst_data/edit/Note/${note.id}`, { note: 'changed' })).body).toMatchObject({
      Note: { note: 'changed', language: 'en' },
    });
    expect((await owner.post(`/analyst_data/delete/Note/${note.id}`)).body).toMatchObject({
      message: 'Note deleted.',
      url: `/notes/delete/${note.id}`,
      id: Number(note.id),
    });
    expect((await owner.get(`/analyst_data/view/Note/${note.id}`)).status).toBe(404);
  });

  it('answers other entries, which stay when those are deleted', async () => {
    const note = await addNote(owner, randomUUID());
    const opinion = { uuid: randomUUID(), opinion: 10, comment: 'no' };
    await owner.post(`/analyst_data/edit/Note/${note.uuid}`, { note: 'asked', Opinion: [opinion] });
    expect((await stranger.get(`/analyst_data/view/Note/${note.uuid}`)).body).toMatchObject({
      Note: {
        note: 'asked',
        Opinion: [{ opinion: '10', object_uuid: note.uuid, object_type: 'Note', _canEdit: false }],
      },
    });
    expect((await stranger.get(`/analyst_data/getChildren/Note/${note.uuid}/0`)).body).toMatchObject({ note: 'asked' });
    await owner.post(`/analyst_data/delete/Note/${note.uuid}`);
    expect((await owner.get(`/analyst_data/view/Opinion/${opinion.uuid}`)).status).toBe(200);
  });

  it('comes nested in events, attributes, objects and reports, but not again once deleted', async () => {
    const [onEvent, onMember] = [randomUUID(), randomUUID()];
    const body = (info: string) => ({
      info,
      distribution: '3',
      Note: [{ uuid: onEvent, note: 'on event', Opinion: [{ opinion: 5, comment: 'nested' }] }],
      Attribute: [{ type: 'text', value: randomUUID(), Opinion: [{ opinion: 50, comment: 'on attribute' }] }],
      Object: [
        {
          name: 'file',
          'meta-category': 'file',
          template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
          template_version: '24',
          Note: [{ note: 'on object' }],
          Attribute: [
            {
              type: 'filename',
              object_relation: 'filename',
              value: 'a',
              Note: [{ uuid: onMember, note: 'on member' }],
            },
          ],
        },
      ],
      EventReport: [{ name: 'r', content: '', Note: [{ note: 'on report' }] }],
    });
    const first = await makeEvent(owner, body('first'));
    expect((await owner.get(`/events/view/${first.id}`)).body).toMatchObject({
      Event: {
        Note: [{ note: 'on event', _max_depth_reached: true, Opinion: [{ comment: 'nested' }] }],
        Attribute: [{ Opinion: [{ comment: 'on attribute' }] }],
        Object: [{ Note: [{ note: 'on object' }], Attribute: [{ Note: [{ note: 'on member' }] }] }],
        EventReport: [{ Note: [{ note: 'on report' }] }],
      },
    });
    const search = async (fields: object) =>
      JSON.stringify((await owner.post('/events/restSearch', { eventid: first.id, ...fields })).body);
    expect(await search({})).not.toContain('on member');
    expect(await search({ includeAnalystData: 1 })).toContain('on member');
    await owner.post(`/analyst_data/delete/Note/${onEvent}`);
    const second = await makeEvent(owner, body('second'));
    expect(await notesOf(owner, second.id)).toBeUndefined();
    await magpie.admin.post(`/events/delete/${first.id}`);
    expect((await owner.get(`/analyst_data/view/Note/${onMember}`)).status).toBe(200);
  });

  it('comes with an attribute that is added by itself', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id, { Note: [{ note: 'with it' }] });
    expect((await owner.get(`/events/view/${event.id}`)).body).toMatchObject({
      Event: { Attribute: [{ uuid: attribute.uuid, Note: [{ note: 'with it' }] }] },
    });
  });

  it('names another creator only when a peer says so', async () => {
    const claimed = { note: 'x', orgc_uuid: beta.uuid, Orgc: { uuid: beta.uuid, name: 'Other' } };
    expect((await owner.post(`/analyst_data/add/Note/${randomUUID()}/Event`, claimed)).body).toMatchObject({
      Note: { orgc_uuid: alpha.uuid },
    });
    const uuid = randomUUID();
    const pushed = {
      Note: {
        uuid,
        object_uuid: randomUUID(),
        object_type: 'Event',
        note: 'pushed',
        distribution: '1',
        modified: '2024-04-04 00:00:00',
        Orgc: { uuid: alpha.uuid, name: 'Alpha' },
      },
    };
    expect((await sync.post('/analyst_data/pushAnalystData', pushed)).body).toMatchObject({
      message: 'Analyst Data imported. 1 imported, 0 ignored, 0 failed. ',
    });
    expect((await outsider.get(`/analyst_data/view/Note/${uuid}`)).body).toMatchObject({
      Note: { orgc_uuid: alpha.uuid, org_uuid: beta.uuid, modified: '2024-04-04 00:00:00', locked: true },
    });
    const offered = { Note: { [uuid]: '2024-01-01 00:00:00', [randomUUID()]: '2024-01-01 00:00:00' } };
    const wanted = await sync.post('/analyst_data/filterAnalystDataForPush', offered);
    expect(Object.keys(member(wanted.body, 'Note') as object)).toHaveLength(1);
    expect((await owner.post('/analyst_data/filterAnalystDataForPush', offered)).status).toBe(403);
  });

  it('tells a peer nothing of what another peer brought for its own organisation', async () => {
    const delta = await makeOrganisation(magpie.admin);
    const otherPeer = await magpie.user(delta, '5');
    const uuid = randomUUID();
    const copy = (note: string, modified: string) => ({
      Note: { uuid, object_uuid: randomUUID(), object_type: 'Event', note, modified, distribution: '0' },
    });
    await otherPeer.post('/analyst_data/pushAnalystData', copy('reserved for delta', '2024-04-04 00:00:00'));
    expect((await sync.get(`/analyst_data/view/Note/${uuid}`)).status).toBe(404);
    const pushed = await sync.post('/analyst_data/pushAnalystData', copy('mine now', '2030-01-01 00:00:00'));
    expect(pushed.body).toMatchObject({ message: expect.stringContaining('0 imported, 1 ignored') });
    await makeEvent(sync, { Note: [copy('mine now', '2030-01-01 00:00:00').Note] });
    expect((await otherPeer.get(`/analyst_data/view/Note/${uuid}`)).body).toMatchObject({
      Note: { note: 'reserved for delta' },
    });
    const log = await sync.get('/admin/audit_logs/index/limit:100');
    expect(log.status).toBe(200);
    expect(JSON.stringify(log.body)).not.toContain('reserved for delta');
  });
});
