import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let owner: ApiClient;
let stranger: ApiClient;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  [owner, stranger] = [await magpie.user(), await magpie.user()];
  event = await makeEvent(owner, { distribution: '1' });
});
afterAll(() => magpie.stop());

describe('a sighting with all its fields', () => {
  it('is added to an attribute, or to all of an event that one sees', async () => {
    const shown = await makeAttribute(owner, event.id, { type: 'domain', value: 'a.example' });
    await makeAttribute(owner, event.id, { type: 'domain', value: 'b.example', distribution: '0' });
    const body = { type: '1', source: 'sensor', date: '2024-01-02', time: '03:04:05' };
    expect((await stranger.post(`/sightings/advanced/${shown.id}`, { Sighting: body })).body).toMatchObject({
      Sighting: { attribute_id: shown.id, type: '1', source: 'sensor', date_sighting: '1704164645' },
    });
    await stranger.post(`/sightings/advanced/${event.id}/event`, { type: '2', id: '999999' });
    const { body: list } = await stranger.get(`/sightings/index/${event.id}`);
    expect(list).toMatchObject([{ type: '1' }, { type: '2', attribute_id: shown.id }]);
    const hidden = await makeEvent(owner, { distribution: '0' });
    const secret = await makeAttribute(owner, hidden.id, { type: 'domain', value: 'c.example' });
    for (const path of [secret.id, '424242', `${hidden.id}/event`, '424242/event', '!424242/event', 'all/event']) {
      const { body: told } = await stranger.post(`/sightings/advanced/${path}`, {});
      expect(member(told, 'message')).toMatch(/^Could not add the Sighting. Reason: No valid attributes found/);
    }
    expect((await stranger.post(`/sightings/advanced/${shown.id}/thing`, {})).status).toBe(400);
  });

  it('is not added with a time that nobody can read', async () => {
    const { id } = await makeAttribute(owner, event.id, { type: 'domain', value: 'd.example' });
    for (const [wrong, field] of [
      [{ timestamp: 'soon' }, 'timestamp'],
      [{ date: 'when?' }, 'date or time'],
    ] as const) {
      expect((await owner.post(`/sightings/add/${id}`, wrong)).body).toEqual({
        message: `Could not add the Sighting. Reason: Invalid ${field}.`,
      });
    }
  });
});

describe('files', () => {
  const send = async (client: { key: string }, malware: string, eventId: string) => {
    const form = new FormData();
    form.append('ShadowAttribute[values][]', new Blob(['one']), 'one.txt');
    form.set('ShadowAttribute[malware]', malware);
    const headers = { authorization: client.key, accept: 'application/json' };
    const path = `${magpie.url}/shadow_attributes/add_attachment/${eventId}`;
    const answer = await fetch(path, { method: 'POST', headers, body: form });
    return { status: answer.status, body: await answer.json() };
  };

  it('are proposed by those who see the event, as attachment or as sample', async () => {
    const key = String(member((await stranger.post('/auth_keys/add/me', {})).body, 'AuthKey', 'authkey_raw'));
    expect(await send({ key }, '0', event.id)).toMatchObject({
      status: 200,
      body: { message: '1 of 1 files proposed.' },
    });
    expect(await send({ key }, '1', event.id)).toMatchObject({
      status: 200,
      body: { message: '1 of 1 files proposed.' },
    });
    const { body } = await owner.get(`/shadow_attributes/index/${event.id}`);
    const types = Array.isArray(body) ? body.map((entry) => member(entry, 'ShadowAttribute', 'type')).sort() : body;
    expect(types).toEqual(['attachment', 'malware-sample']);
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await send({ key }, '0', hidden.id)).status).toBe(404);
  });

  it('that are gone are found, for site administrators', async () => {
    const data = Buffer.from('a file that goes').toString('base64');
    const attribute = await makeAttribute(owner, event.id, { type: 'attachment', value: 'gone.txt', data });
    const check = '/attributes/checkAttachments';
    expect((await magpie.admin.get(check)).body).toEqual([]);
    await rm(join(magpie.magpie.config.dataDir, 'attachments'), { recursive: true });
    expect((await magpie.admin.post(check, { limit: 10 })).body).toMatchObject([
      { Attribute: { id: attribute.id, event_id: event.id, value1: 'gone.txt' } },
    ]);
    expect((await magpie.admin.get(`${check}/after_id:${attribute.id}`)).body).toEqual([]);
    expect((await owner.get(check)).status).toBe(403);
  });
});

describe('leaving the instance', () => {
  it('an event is offered in every format, to those who see it', async () => {
    expect((await stranger.get(`/events/exportChoice/${event.id}`)).body).toContainEqual({
      url: `/events/restSearch/returnFormat:csv/eventid:${event.id}`,
      text: 'csv',
    });
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await stranger.get(`/events/exportChoice/${hidden.id}`)).status).toBe(404);
  });

  it('by a queue is said not to be enabled, and what else this version lacks is named', async () => {
    const publisher = await magpie.user(undefined, '4');
    for (const queue of ['ZMQ', 'Kafka']) {
      expect((await publisher.post(`/events/pushEventTo${queue}/${event.id}`)).body).toMatchObject({
        saved: true,
        message: `${queue} event publishing not enabled.`,
      });
    }
    expect(await magpie.admin.post('/servers/pull/1')).toMatchObject({
      status: 404,
      body: { message: 'Pulling from other instances: not in this version.' },
    });
    expect((await owner.get('/dashboards/index')).body).toMatchObject({ message: 'Dashboards: not in this version.' });
    expect((await owner.post('/servers/pull/1')).status).toBe(403);
  });
});
