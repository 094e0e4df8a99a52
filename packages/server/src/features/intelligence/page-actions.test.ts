import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
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

describe('actions that pages use', () => {
  it('change one field of an object, for those who may change the event', async () => {
    const object = await makeObject(owner, event.id, {
      distribution: '5',
      Attribute: [{ object_relation: 'filename', type: 'filename', value: 'one.exe' }],
    });
    const path = `/objects/editField/${object.id}`;
    expect((await owner.post(path, { Object: { comment: 'seen' } })).body).toMatchObject({ saved: true });
    const shown = (await owner.get(`/objects/view/${object.id}`)).body;
    expect(member(shown, 'Object', 'comment')).toBe('seen');
    expect(member(shown, 'Object', 'Attribute')).toHaveLength(1);
    expect((await owner.post(path, { Object: { first_seen: 'never' } })).body).toMatchObject({ fail: false });
    expect((await owner.post(path, { Object: { name: 'other' } })).status).toBe(405);
    expect((await stranger.post(path, { Object: { comment: 'mine' } })).status).toBe(403);
  });

  it('add and delete sightings, and always answer 200', async () => {
    const attribute = await makeAttribute(owner, event.id, { type: 'domain', value: 'quick.example' });
    const added = await stranger.post(`/sightings/quickAdd/${attribute.id}/1`, {});
    expect(added).toMatchObject({ status: 200, body: { saved: true } });
    const [sighting] = (await stranger.get(`/sightings/index/${event.id}`)).body as { id: string; type: string }[];
    expect(sighting?.type).toBe('1');
    const remove = `/sightings/quickDelete/${sighting?.id}`;
    expect(await owner.post(remove, {})).toMatchObject({ status: 200, body: { saved: false } });
    expect((await stranger.post(remove, {})).body).toMatchObject({ saved: true });
    const hidden = await makeEvent(owner, { distribution: '0' });
    const unseen = await makeAttribute(owner, hidden.id, { type: 'domain', value: 'hidden.example' });
    expect((await stranger.post(`/sightings/quickAdd/${unseen.id}`, {})).body).toMatchObject({ saved: false });
  });

  it('decide several proposals on an event, and none on another', async () => {
    const propose = async (on: Made, value: string) =>
      String(
        member(
          (await stranger.post(`/shadowAttributes/add/${on.id}`, { type: 'domain', value })).body,
          'ShadowAttribute',
          'id',
        ),
      );
    const other = await makeEvent(owner, { distribution: '1' });
    const ids = [
      await propose(event, 'a.example'),
      await propose(event, 'b.example'),
      await propose(other, 'c.example'),
    ];
    const accept = `/shadow_attributes/acceptSelected/${event.id}`;
    expect((await stranger.post(accept, { ids })).body).toMatchObject({ saved: false });
    const accepted = await owner.post(accept, { ShadowAttribute: { ids_accept: JSON.stringify(ids) } });
    expect(accepted.body).toMatchObject({ saved: true, success: '2 proposal(s) accepted.' });
    expect((await owner.post(accept, { ids })).status).toBe(404);
    expect((await owner.post(accept, {})).status).toBe(405);
    const discarded = await owner.post(`/shadow_attributes/discardSelected/${other.id}`, { ids });
    expect(discarded.body).toMatchObject({ saved: true, success: '1 proposal(s) discarded.' });
    const found = await owner.post('/attributes/restSearch', { type: 'domain', value: '%.example', eventid: event.id });
    const values = (member(found.body, 'response', 'Attribute') as { value: string }[]).map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['a.example', 'b.example']));
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await stranger.post(`/shadow_attributes/acceptSelected/${hidden.id}`, { ids })).status).toBe(404);
  });

  it('show what they are named for under MISP’s other names', async () => {
    const filtered = await owner.get(`/events/viewEventAttributes/${event.id}/searchFor:quick.example`);
    expect(member(filtered.body, 'Event', 'id')).toBe(event.id);
    expect(JSON.stringify(filtered.body)).not.toContain('one.exe');
    const made = await magpie.admin.post('/tags/quickAdd', { Tag: { name: 'quick:made', colour: '#123456' } });
    expect(member(made.body, 'Tag', 'name')).toBe('quick:made');
    const report = await owner.post(`/eventReports/add/${event.id}`, {
      name: 'Report',
      content: 'text',
      distribution: '5',
    });
    const id = member(report.body, 'EventReport', 'id');
    expect(member((await owner.get(`/eventReports/viewSummary/${id}`)).body, 'EventReport', 'name')).toBe('Report');
  });

  it('show one thing in a collection to those who see the collection', async () => {
    const collection = await owner.post('/collections/add', { name: 'Mine', type: 'campaign', distribution: '0' });
    const id = member(collection.body, 'Collection', 'id');
    const element = { element_uuid: event.uuid, element_type: 'Event' };
    const added = await owner.post(`/collectionElements/add/${id}`, element);
    const elementId = member(added.body, 'CollectionElement', 'id');
    const shown = await owner.get(`/collectionElements/view/${elementId}`);
    expect(member(shown.body, 'CollectionElement')).toMatchObject(element);
    expect((await stranger.get(`/collectionElements/view/${elementId}`)).status).toBe(404);
  });
});
