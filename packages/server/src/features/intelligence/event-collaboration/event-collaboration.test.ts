import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let owner: ApiClient;
let ownerMail: string;
let colleague: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin, { name: 'Beta' });
  const user = await makeUser(admin, { org_id: alpha.id });
  ownerMail = user.email;
  owner = magpie.client(user.key);
  colleague = await magpie.user(alpha, '5');
  stranger = await magpie.user(beta);
});

afterAll(() => magpie.stop());

describe('locks', () => {
  it('tell others who edits: colleagues by address, others by organisation', async () => {
    const event = await makeEvent(owner);
    const lock = member((await owner.post(`/events/addEventLock/${event.id}`)).body, 'lock_id');
    expect((await owner.get(`/events/checkLocks/${event.id}/0`)).status).toBe(204);
    expect(await colleague.get(`/events/checkLocks/${event.id}`)).toMatchObject({
      status: 200,
      body: `Being edited by: ${ownerMail}`,
    });
    expect((await stranger.post(`/events/addEventLock/${event.uuid}`)).status).toBe(401);
    await magpie.admin.post(`/events/addEventLock/${event.uuid}`);
    expect((await owner.get(`/events/checkLocks/${event.id}`)).body).toBe('Being edited by: ORGNAME');
    expect((await owner.get(`/events/checkLocks/${event.id}/99999999999`)).status).toBe(204);
    expect((await stranger.post(`/events/removeEventLock/${event.id}/${lock}`)).body).toEqual({ deleted: false });
    expect((await owner.post(`/events/removeEventLock/${event.id}/${lock}`)).body).toEqual({ deleted: true });
  });

  it('are not for events that the caller does not see', async () => {
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await stranger.post(`/events/addEventLock/${hidden.id}`)).status).toBe(405);
    expect((await stranger.post('/events/addEventLock/999999')).status).toBe(405);
    expect((await stranger.get(`/events/checkLocks/${hidden.id}`)).status).toBe(404);
  });
});

describe('contacting the reporter', () => {
  it('takes a message from everybody who sees the event', async () => {
    const event = await makeEvent(owner);
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect(await stranger.post(`/events/contact/${event.id}`, { message: 'hello' })).toMatchObject({
      status: 200,
      body: { message: 'Email sent to the reporter.', id: event.id },
    });
    expect((await stranger.post(`/events/contact/${event.id}`, { message: ' ' })).status).toBe(403);
    expect((await stranger.post(`/events/contact/${hidden.id}`, { message: 'hello' })).status).toBe(404);
  });
});

describe('small questions about an event', () => {
  it('answer whether a uuid is here, to synchronisation accounts', async () => {
    const event = await makeEvent(owner);
    expect((await colleague.get(`/events/checkuuid/${event.uuid}`)).body).toEqual({ found: true });
    expect((await colleague.get('/events/checkuuid/e0000000-0000-4000-8000-000000000997')).body).toEqual({
      found: false,
    });
    expect((await owner.get(`/events/checkuuid/${event.uuid}`)).status).toBe(403);
  });

  it('name tags that exclude each other: none without taxonomies', async () => {
    const event = await makeEvent(owner, { Tag: [{ name: 'one' }, { name: 'two' }] });
    expect((await owner.get(`/events/runTaxonomyExclusivityCheck/${event.id}`)).body).toEqual([]);
  });
});
