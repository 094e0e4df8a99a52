import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeOrganisation,
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
let peer: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  alpha = await makeOrganisation(magpie.admin);
  beta = await makeOrganisation(magpie.admin);
  owner = await magpie.user(alpha);
  stranger = await magpie.user(beta);
  peer = await magpie.user(await makeOrganisation(magpie.admin), '5');
});

afterAll(() => magpie.stop());

const indexOf = async (client: ApiClient, eventId: string) => (await client.get(`/sightings/index/${eventId}`)).body;

describe('exchange of sightings', () => {
  it('stores those of others once, and tells which are known', async () => {
    const event = await makeEvent(owner);
    const elsewhere = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const foreign = await makeAttribute(owner, elsewhere.id);
    const uuids = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const Organisation = { uuid: crypto.randomUUID(), name: `Far ${event.uuid}` };
    const sent = [
      { uuid: uuids[0], attribute_uuid: attribute.uuid, date_sighting: '1700001000', org_id: '7', Organisation },
      { Sighting: { uuid: uuids[1], attribute_uuid: attribute.uuid, org_id: '0', type: '1' } },
      { uuid: uuids[2], attribute_uuid: foreign.uuid },
      { attribute_uuid: 'x' },
      5,
    ];
    const save = (client: ApiClient) => client.post(`/sightings/bulkSaveSightings/${event.uuid}`, sent);
    expect((await save(peer)).body).toEqual({ saved: true, success: '2 sightings added.' });
    expect((await save(peer)).body).toEqual({ saved: false, success: 'No sightings added.' });
    const rows = await indexOf(owner, event.id);
    expect(rows).toMatchObject([
      { uuid: uuids[0], date_sighting: '1700001000', Organisation },
      { uuid: uuids[1], org_id: '0', type: '1' },
    ]);
    expect((await peer.post(`/sightings/filterSightingUuidsForPush/${event.uuid}`, uuids)).body).toEqual(
      uuids.slice(0, 2),
    );
    expect((await owner.post(`/sightings/filterSightingUuidsForPush/${event.uuid}`, uuids)).status).toBe(403);
    expect((await peer.post('/sightings/bulkSaveSightings/999999', sent)).status).toBe(405);
    expect((await peer.post('/sightings/filterSightingUuidsForPush/999999', [])).status).toBe(404);
  });

  it('names the own organisation where no peer speaks', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    await stranger.post(`/sightings/bulkSaveSightings/${event.id}`, [
      { attribute_uuid: attribute.uuid, org_id: alpha.id, Organisation: { uuid: alpha.uuid, name: 'x' } },
    ]);
    expect(await indexOf(owner, event.id)).toMatchObject([{ org_id: beta.id }]);
  });

  it('is announced by publishing them', async () => {
    const event = await makeEvent(owner);
    expect((await owner.post(`/events/publishSightings/${event.id}`)).status).toBe(200);
    const listed = await owner.post('/events/index', { eventid: event.id, minimal: 1 });
    expect(Number(member(listed.body, 0, 'sighting_timestamp'))).toBeGreaterThan(1_700_000_000);
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await stranger.post(`/events/publishSightings/${hidden.id}`)).status).toBe(404);
  });
});
