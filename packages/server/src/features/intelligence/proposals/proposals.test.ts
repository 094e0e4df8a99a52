import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
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
let colleague: ApiClient;
let third: ApiClient;
let reader: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  alpha = await makeOrganisation(admin);
  beta = await makeOrganisation(admin);
  const gamma = await makeOrganisation(admin);
  const user = magpie.user;
  owner = await user(alpha, '3');
  ownerAdmin = await user(alpha, '2');
  stranger = await user(beta, '3');
  colleague = await user(beta, '3');
  third = await user(gamma, '3');
  reader = await user(beta, '6');
});

afterAll(() => magpie.stop());

const NEW = { type: 'ip-dst', value: '198.51.100.77' };
const eventOf = async (client: ApiClient, id: string, switches = '') =>
  member((await client.get(`/events/view/${id}${switches}`)).body, 'Event') as Record<string, unknown[]>;
const idsOf = (list: unknown) => (list as { id: string }[]).map(({ id }) => id);
const indexed = async (client: ApiClient, place = '') =>
  ((await client.get(`/shadow_attributes/index${place}`)).body as { ShadowAttribute: { id: string } }[]).map(
    ({ ShadowAttribute: { id } }) => id,
  );

async function propose(client: ApiClient, eventId: string, fields: object = NEW): Promise<string> {
  const answer = await client.post(`/shadowAttributes/add/${eventId}`, fields);
  expect(answer.status).toBe(200);
  return String(member(answer.body, 'ShadowAttribute', 'id'));
}

async function proposeChange(client: ApiClient, attribute: string, fields: object): Promise<string> {
  const answer = await client.post(`/shadowAttributes/edit/${attribute}`, fields);
  expect(answer.status).toBe(200);
  return String(member(answer.body, 'ShadowAttribute', 'id'));
}

async function proposeDeletion(client: ApiClient, attribute: string, eventId: string): Promise<string> {
  const answer = await client.post(`/shadowAttributes/delete/${attribute}`);
  expect(answer.body).toEqual({ saved: true, success: 'The proposal to delete the attribute has been saved' });
  return (await indexed(client, `/${eventId}`)).at(-1) ?? '';
}

describe('a proposal for a new attribute', () => {
  it('is made by whoever sees the event, and leaves the event as it is', async () => {
    const event = await makeEvent(owner);
    await magpie.admin.post(`/events/publish/${event.id}`);
    const answer = await stranger.post(`/shadowAttributes/add/${event.uuid}`, {
      request: { ShadowAttribute: { ...NEW, comment: 'c', id: '1', event_id: '1', org_id: alpha.id, deleted: true } },
    });
    expect(answer.body).toMatchObject({
      ShadowAttribute: {
        old_id: '0',
        event_id: event.id,
        category: 'Network activity',
        to_ids: true,
        comment: 'c',
        event_org_id: alpha.id,
        deleted: false,
        value: NEW.value,
      },
    });
    const view = await eventOf(owner, event.id);
    expect(view).toMatchObject({ published: true, proposal_email_lock: true, Attribute: [] });
    expect(view.ShadowAttribute).toMatchObject([{ old_id: '0', org_id: beta.id, Org: { uuid: beta.uuid } }]);
    expect((await eventOf(owner, event.id, '/noShadowAttributes:1')).ShadowAttribute).toBeUndefined();
    expect((await reader.post(`/shadowAttributes/add/${event.id}`, NEW)).status).toBe(403);
  });

  it('is refused with 404 when a value breaks a rule or the event is hidden', async () => {
    const event = await makeEvent(owner);
    const bad = await stranger.post(`/shadowAttributes/add/${event.id}`, { type: 'ip-dst', value: 'bad' });
    expect(bad).toMatchObject({
      status: 404,
      body: { message: 'Could not save the proposal. Errors: [value]: IP address has an invalid format.\n' },
    });
    const hidden = await makeEvent(owner, { distribution: '0' });
    expect((await stranger.post(`/shadowAttributes/add/${hidden.id}`, NEW)).status).toBe(404);
    expect((await stranger.post('/shadowAttributes/add/999999', NEW)).status).toBe(404);
  });

  it('becomes an attribute when it is accepted, once, and unpublishes the event', async () => {
    const event = await makeEvent(owner);
    const id = await propose(stranger, event.id);
    await magpie.admin.post(`/events/publish/${event.id}`);
    expect(await stranger.post(`/shadowAttributes/accept/${id}`)).toMatchObject({ status: 302 });
    expect((await eventOf(owner, event.id)).Attribute).toEqual([]);
    const [first, second] = await Promise.all([
      owner.post(`/shadowAttributes/accept/${id}`),
      ownerAdmin.post(`/shadowAttributes/accept/${id}`),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 405]);
    const accepted = first.status === 200 ? first : second;
    expect(accepted.body).toMatchObject({ message: 'Proposal accepted.' });
    const view = await eventOf(owner, event.id);
    expect(view).toMatchObject({
      published: false,
      proposal_email_lock: false,
      Attribute: [{ ...NEW, distribution: '5', to_ids: true }],
      ShadowAttribute: [],
    });
    expect((await owner.post('/shadowAttributes/accept/999999')).status).toBe(405);
  });

  it('is discarded by its author or by who may change the event, by nobody else', async () => {
    const event = await makeEvent(owner);
    const [one, two] = [await propose(stranger, event.id), await propose(stranger, event.id)];
    expect((await colleague.post(`/shadowAttributes/discard/${one}`)).status).toBe(405);
    expect((await third.post(`/shadowAttributes/discard/${one}`)).status).toBe(405);
    expect((await stranger.post(`/shadowAttributes/discard/${one}`)).body).toMatchObject({
      message: 'Proposal discarded.',
    });
    expect((await ownerAdmin.post(`/shadowAttributes/discard/${two}`)).status).toBe(200);
    expect((await eventOf(owner, event.id)).ShadowAttribute).toEqual([]);
    expect((await owner.post(`/shadowAttributes/discard/${two}`)).status).toBe(405);
  });

  it('that equals an attribute by now is not accepted, and stays', async () => {
    const event = await makeEvent(owner);
    const id = await propose(stranger, event.id);
    await makeAttribute(owner, event.id, NEW);
    expect((await owner.post(`/shadowAttributes/accept/${id}`)).status).toBe(403);
    expect(idsOf((await eventOf(owner, event.id)).ShadowAttribute)).toEqual([id]);
  });

  it('carries a file, which the accepted attribute has', async () => {
    const event = await makeEvent(owner);
    const data = Buffer.from('a file').toString('base64');
    const id = await propose(stranger, event.id, { type: 'attachment', value: 'a.txt', data });
    expect(member((await owner.get(`/shadowAttributes/view/${id}`)).body, 'ShadowAttribute', 'data')).toBe(data);
    expect((await owner.get(`/shadowAttributes/download/${id}`)).body).toBe('a file');
    await owner.post(`/shadowAttributes/accept/${id}`);
    expect((await eventOf(owner, event.id)).Attribute).toMatchObject([{ value: 'a.txt', data }]);
  });
});

describe('a proposal on an attribute', () => {
  it('changes only what it names when it is accepted', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id, { comment: 'kept' });
    const answer = await stranger.post(`/shadowAttributes/edit/${attribute.id}`, {
      value: 'better',
      id: '1',
      event_id: '1',
      uuid: crypto.randomUUID(),
      distribution: '0',
    });
    expect(answer.body).toMatchObject({
      ShadowAttribute: { old_id: attribute.id, uuid: attribute.uuid, value: 'better', comment: 'kept' },
    });
    const id = String(member(answer.body, 'ShadowAttribute', 'id'));
    expect((await eventOf(owner, event.id)).Attribute).toMatchObject([{ ShadowAttribute: [{ id, value: 'better' }] }]);
    expect((await owner.post(`/shadowAttributes/accept/${id}`)).body).toMatchObject({
      message: 'Proposed change accepted.',
    });
    expect((await eventOf(owner, event.id)).Attribute).toMatchObject([
      { id: attribute.id, value: 'better', comment: 'kept', distribution: '5', ShadowAttribute: [] },
    ]);
  });

  it('says nothing of use: refused', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    expect(await stranger.post(`/shadowAttributes/edit/${attribute.id}`, { id: '1' })).toMatchObject({
      status: 405,
      body: { message: 'Invalid input.' },
    });
    expect((await stranger.post('/shadowAttributes/edit/999999', { value: 'x' })).status).toBe(404);
    expect((await stranger.post('/shadowAttributes/delete/999999')).body).toEqual({
      false: true,
      errors: 'Invalid Attribute.',
    });
  });

  it('to delete it deletes it softly when it is accepted', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const id = await proposeDeletion(stranger, attribute.id, event.id);
    const change = await proposeChange(stranger, attribute.id, { comment: 'late' });
    expect((await owner.post(`/shadowAttributes/accept/${id}`)).status).toBe(200);
    expect((await eventOf(owner, event.id)).Attribute).toEqual([]);
    expect((await eventOf(owner, event.id, '/deleted:1')).Attribute).toMatchObject([{ deleted: true }]);
    expect((await owner.post(`/shadowAttributes/accept/${change}`)).status).toBe(405);
    expect(await indexed(third, `/${event.id}`)).toEqual([]);
    expect(await indexed(owner, `/${event.id}`)).toEqual([id, change]);
  });

  it('hides with its attribute, event and object, and shows when they do', async () => {
    const event = await makeEvent(owner);
    const group = await makeSharingGroup(ownerAdmin, [alpha.uuid, beta.uuid]);
    const attribute = await makeAttribute(owner, event.id);
    const id = await proposeChange(stranger, attribute.id, { comment: 'x' });
    const onEvent = await propose(stranger, event.id);
    const seen = async (client: ApiClient) => (await indexed(client, `/${event.id}`)).sort();
    expect(await seen(third)).toEqual([id, onEvent]);
    await owner.post(`/attributes/edit/${attribute.id}`, { distribution: 4, sharing_group_id: group.id });
    expect(await seen(third)).toEqual([onEvent]);
    expect(await seen(stranger)).toEqual([id, onEvent]);
    expect((await third.get(`/shadowAttributes/view/${id}`)).status).toBe(404);
    expect((await third.post(`/shadowAttributes/edit/${attribute.id}`, { value: 'y' })).status).toBe(404);
    await owner.post(`/events/edit/${event.id}`, { distribution: 0 });
    expect((await stranger.get(`/shadow_attributes/index/${event.id}`)).status).toBe(404);
    expect((await stranger.get(`/shadowAttributes/view/${id}`)).status).toBe(404);
    expect((await stranger.get(`/shadowAttributes/view/${onEvent}`)).status).toBe(404);
    expect(await indexed(stranger)).not.toContain(onEvent);
    expect(await seen(owner)).toEqual([id, onEvent]);
    await owner.post(`/events/edit/${event.id}`, { distribution: 3 });
    expect(await seen(stranger)).toEqual([id, onEvent]);
    expect(await seen(third)).toEqual([onEvent]);
  });

  it('follows the object its attribute lies in', async () => {
    const event = await makeEvent(owner);
    const object = await makeObject(owner, event.id, { distribution: '5' });
    const attributeId = String(member(object.body, 'Object', 'Attribute', 0, 'id'));
    const id = await proposeChange(stranger, attributeId, { comment: 'x' });
    await stranger.post(`/sightings/add/${attributeId}`, {});
    const sightings = async () => (await stranger.get(`/sightings/index/${event.id}`)).body;
    expect(await sightings()).toHaveLength(1);
    await owner.post(`/objects/edit/${object.id}`, { distribution: '0' });
    expect(await indexed(stranger, `/${event.id}`)).toEqual([]);
    expect(await sightings()).toEqual([]);
    expect(await indexed(owner, `/${event.id}`)).toEqual([id]);
    await owner.post(`/objects/edit/${object.id}`, { distribution: '5' });
    expect(await indexed(stranger, `/${event.id}`)).toEqual([id]);
    expect(await sightings()).toHaveLength(1);
    await owner.post(`/objects/delete/${object.id}/1`);
    expect(await indexed(owner, `/${event.id}`)).toEqual([]);
  });

  it('hides with an unpublished event where those are private', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const id = await proposeChange(stranger, attribute.id, { comment: 'x' });
    await magpie.admin.post(`/events/publish/${event.id}`);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.unpublishedprivate', { value: true });
    expect((await stranger.get(`/shadowAttributes/view/${id}`)).status).toBe(200);
    await owner.post(`/shadowAttributes/accept/${id}`);
    expect((await stranger.get(`/shadowAttributes/view/${id}`)).status).toBe(404);
    expect((await owner.get(`/shadowAttributes/view/${id}`)).status).toBe(200);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.unpublishedprivate', { value: false });
  });

  it('ends with an attribute that is deleted, in whatever way', async () => {
    const event = await makeEvent(owner);
    const attribute = () => makeAttribute(owner, event.id);
    const [one, two, three] = [await attribute(), await attribute(), await attribute()];
    for (const { id } of [one, two, three]) await proposeChange(stranger, id, { comment: 'x' });
    expect(await indexed(owner, `/${event.id}/deleted:0`)).toHaveLength(3);
    await owner.post(`/attributes/delete/${one.id}`);
    await owner.post(`/attributes/edit/${two.id}`, { deleted: true });
    await owner.post(`/events/edit/${event.id}`, { Attribute: [{ uuid: three.uuid, deleted: true }] });
    expect(await indexed(owner, `/${event.id}/deleted:0`)).toEqual([]);
    expect(await indexed(owner, `/${event.id}/deleted:1`)).toHaveLength(3);
  });

  it('goes when attribute or event go for good', async () => {
    const event = await makeEvent(owner);
    const attribute = await makeAttribute(owner, event.id);
    const id = await proposeChange(stranger, attribute.id, { comment: 'x' });
    const other = await propose(stranger, event.id);
    await owner.post(`/attributes/delete/${attribute.id}/1`);
    expect((await owner.get(`/shadowAttributes/view/${id}`)).status).toBe(404);
    await owner.post(`/events/delete/${event.id}`);
    const left = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.query('select id from proposals where id = any ($1::bigint[])', [[id, other]]),
    );
    expect(left).toEqual([]);
  });
});

describe('the lists of proposals', () => {
  it('are paged, and filtered by time and state', async () => {
    const event = await makeEvent(owner);
    const ids = [await propose(stranger, event.id), await propose(stranger, event.id)];
    await owner.post(`/shadowAttributes/discard/${ids[0]}`);
    const place = `/${event.id}`;
    expect(await indexed(owner, place)).toEqual(ids);
    expect(await indexed(owner, `${place}/deleted:0`)).toEqual([ids[1]]);
    expect(await indexed(owner, `${place}/deleted[]:0/deleted[]:1/limit:1/page:2`)).toEqual([ids[1]]);
    expect(await indexed(owner, `${place}/timestamp:9999999999`)).toEqual([]);
    const answer = await owner.get(`/shadow_attributes/index${place}`);
    expect(answer.body).toMatchObject([
      { ShadowAttribute: { org_uuid: beta.uuid, event_uuid: event.uuid, deleted: true, Org: { id: beta.id } } },
      { ShadowAttribute: { deleted: false } },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('@example.test');
  });

  it('are found by hasproposal and in attribute searches', async () => {
    const event = await makeEvent(owner, { info: 'with a proposal' });
    const attribute = await makeAttribute(owner, event.id);
    const listed = async (hasproposal: number) =>
      idsOf((await owner.post('/events/index', { eventid: event.id, hasproposal })).body);
    expect([await listed(1), await listed(0), await listed(2)]).toEqual([[], [event.id], [event.id]]);
    const id = await proposeChange(stranger, attribute.id, { comment: 'x' });
    expect([await listed(1), await listed(0), await listed(2)]).toEqual([[event.id], [], [event.id]]);
    const found = await owner.post('/attributes/restSearch', { eventid: event.id, includeProposals: 1 });
    expect(member(found.body, 'response', 'Attribute', 0, 'ShadowAttribute')).toMatchObject([
      { id, old_id: attribute.id, value1: expect.any(String), event_org_id: alpha.id },
    ]);
  });
});
