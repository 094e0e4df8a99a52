import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let owner: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const user = async () => magpie.user(await makeOrganisation(magpie.admin), '2');
  owner = await user();
  stranger = await user();
});

afterAll(() => magpie.stop());

const eventOf = async (client: ApiClient, id: string) => {
  const { status, body } = await client.get(`/events/view/${id}/includeEventCorrelations:0`);
  return { status, body };
};

describe('the bin', () => {
  it('brings a deleted event back as it was, hidden and deleted parts too', async () => {
    const event = await makeEvent(owner, {
      info: 'to be missed',
      Tag: [{ name: 'tagged' }],
      Attribute: [
        { type: 'text', value: 'seen', Tag: [{ name: 'on it' }] },
        {
          type: 'attachment',
          category: 'Payload delivery',
          value: 'a.txt',
          data: Buffer.from('file').toString('base64'),
        },
      ],
      Object: [
        {
          name: 'file',
          'meta-category': 'file',
          template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
          template_version: '24',
          Attribute: [{ type: 'filename', object_relation: 'filename', value: 'a.exe' }],
        },
      ],
      EventReport: [{ name: 'report', content: 'text' }],
    });
    await makeAttribute(owner, event.id, { value: 'own', distribution: '0' });
    const before = { owner: await eventOf(owner, event.id), stranger: await eventOf(stranger, event.id) };
    expect((await owner.post(`/events/delete/${event.id}`)).status).toBe(200);
    expect((await eventOf(magpie.admin, event.id)).status).toBe(404);

    const listed = (await magpie.admin.get('/events/restoreDeletedEvents')).body;
    expect(listed).toMatchObject([{ Event: { id: event.id, uuid: event.uuid, info: 'to be missed' } }]);
    expect((await magpie.admin.post(`/events/recoverEvent/${event.id}`)).status).toBe(200);
    expect(await eventOf(owner, event.id)).toEqual(before.owner);
    expect(await eventOf(stranger, event.id)).toEqual(before.stranger);
    expect((await magpie.admin.get('/events/restoreDeletedEvents')).body).toEqual([]);
    expect((await magpie.admin.post(`/events/recoverEvent/${event.id}`)).status).toBe(404);
    // Off the blocklist as well: it can be deleted and come again.
    expect((await owner.post(`/events/delete/${event.id}`)).status).toBe(200);
    expect((await magpie.admin.post(`/events/recoverEvent/${event.id}`)).status).toBe(200);
  });

  it('leaves out what belongs to another event by now', async () => {
    const uuid = randomUUID();
    const event = await makeEvent(owner, {
      Attribute: [{ type: 'text', value: 'moved', uuid, Tag: [{ name: 'moved' }] }],
    });
    await owner.post(`/events/delete/${event.id}`);
    await makeEvent(owner, { Attribute: [{ type: 'text', value: 'moved', uuid }] });
    expect((await magpie.admin.post(`/events/recoverEvent/${event.id}`)).status).toBe(200);
    expect((await eventOf(owner, event.id)).body).toMatchObject({ Event: { attribute_count: '0', Attribute: [] } });
  });

  it('is for site administrators', async () => {
    expect((await owner.get('/events/restoreDeletedEvents')).status).toBe(403);
    expect((await owner.post('/events/recoverEvent/1')).status).toBe(403);
    expect((await owner.post('/events/cullEmptyEvents')).status).toBe(403);
    expect((await magpie.admin.post('/events/recoverEvent/999999')).status).toBe(404);
    expect((await magpie.admin.post('/events/recoverEvent/0x1A')).status).toBe(404);
  });

  it('takes the empty events when they are culled, and nothing else', async () => {
    const empty = await makeEvent(owner);
    const full = await makeEvent(owner, { Attribute: [{ type: 'text', value: 'x' }] });
    const told = await makeEvent(owner, { EventReport: [{ name: 'r', content: '' }] });
    expect((await magpie.admin.post('/events/cullEmptyEvents')).status).toBe(200);
    expect((await eventOf(owner, empty.id)).status).toBe(404);
    expect((await eventOf(owner, full.id)).status).toBe(200);
    expect((await eventOf(owner, told.id)).status).toBe(200);
    expect((await magpie.admin.post(`/events/recoverEvent/${empty.id}`)).status).toBe(200);
  });
});
