import {
  type ApiClient,
  type Made,
  type MadeUser,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeTag,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PUBLISHER = '4';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let gamma: Made;
let annUser: MadeUser;
let ann: ApiClient;
let plain: ApiClient;
let bob: ApiClient;
let cid: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  [alpha, beta, gamma] = await Promise.all([makeOrganisation(admin), makeOrganisation(admin), makeOrganisation(admin)]);
  const user = (organisation: Made, role = PUBLISHER) => makeUser(admin, { org_id: organisation.id, role_id: role });
  annUser = await user(alpha);
  ann = magpie.client(annUser.key);
  plain = magpie.client((await user(alpha, '3')).key);
  bob = magpie.client((await user(beta)).key);
  cid = magpie.client((await user(gamma)).key);
  await admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: true });
});

afterAll(() => magpie.stop());

async function request(event: Made, fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await ann.post(`/eventDelegations/delegateEvent/${event.id}`, { org_id: beta.id, ...fields });
  expect(answer.status).toBe(200);
  return String(member(answer.body, 'EventDelegation', 'id'));
}

const sees = async (client: ApiClient, event: Made) => (await client.get(`/events/view/${event.uuid}`)).status === 200;
const listed = async (client: ApiClient, context: string) =>
  (
    (await client.get(`/event_delegations/index/context:${context}`)).body as {
      EventDelegation: { event_id: string };
    }[]
  ).map(({ EventDelegation }) => EventDelegation.event_id);

describe('a request', () => {
  it('shows the event to the receiver, as far as its parts go, until it is settled', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    await makeAttribute(ann, event.id, { value: 'for the receiver' });
    await makeAttribute(ann, event.id, { value: 'for us alone', distribution: '0' });
    const foreign = await makeSharingGroup(magpie.admin, [alpha.uuid, gamma.uuid]);
    await makeObject(ann, event.id, { distribution: '4', sharing_group_id: foreign.id });
    expect(await sees(bob, event)).toBe(false);
    const id = await request(event, { message: 'please' });
    await makeAttribute(ann, event.id, { value: 'added meanwhile' });

    const seen = await bob.get(`/events/view/${event.uuid}`);
    const values = JSON.stringify(member(seen.body, 'Event', 'Attribute'));
    expect(values).toContain('for the receiver');
    expect(values).toContain('added meanwhile');
    expect(values).not.toContain('for us alone');
    expect(member(seen.body, 'Event', 'Object')).toEqual([]);
    expect(JSON.stringify(seen.body)).not.toContain('delegated_to');
    expect(await sees(cid, event)).toBe(false);
    expect(await listed(bob, 'pending')).toContain(event.id);
    expect(await listed(ann, 'issued')).toContain(event.id);
    expect(await listed(ann, 'pending')).not.toContain(event.id);
    expect(await listed(cid, 'pending')).toEqual([]);
    expect((await bob.post(`/attributes/add/${event.id}`, { type: 'text', value: 'not mine yet' })).status).toBe(403);
    expect((await bob.post(`/events/publish/${event.id}`)).status).not.toBe(200);

    expect((await cid.post(`/eventDelegations/deleteDelegation/${id}`)).status).toBe(405);
    const rejected = await bob.post(`/eventDelegations/deleteDelegation/${id}`);
    expect(rejected.body).toMatchObject({ saved: true, name: 'Delegation request deleted.', id });
    expect(await sees(bob, event)).toBe(false);
    expect(await sees(ann, event)).toBe(true);
  });

  it('can be withdrawn by who made it', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    const id = await request(event);
    expect((await ann.post(`/eventDelegations/deleteDelegation/${id}`)).status).toBe(200);
    expect(await sees(bob, event)).toBe(false);
    await request(event);
  });

  it('goes by uuid too, and leaves to the receiver what is not asked for', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    const answer = await ann.post(`/event_delegations/delegateEvent/${event.uuid}`, {
      EventDelegation: { org_id: beta.uuid },
    });
    expect(member(answer.body, 'EventDelegation')).toMatchObject({
      org_id: beta.id,
      requester_org_id: alpha.id,
      event_id: event.id,
      distribution: '-1',
      sharing_group_id: '0',
    });
    const view = await bob.get(`/event_delegations/view/${String(member(answer.body, 'EventDelegation', 'id'))}`);
    expect(member(view.body, 'EventDelegation')).not.toHaveProperty('distribution');
    expect(member(view.body, 'EventDelegation', 'Event')).toMatchObject({ uuid: event.uuid, attribute_count: '0' });
  });

  it('is refused for open, foreign and pending events, unknown organisations, and without the right', async () => {
    const open = await makeEvent(ann, { distribution: '1' });
    const refused = await ann.post(`/eventDelegations/delegateEvent/${open.id}`, { org_id: beta.id });
    expect(refused.status).toBe(405);
    expect(JSON.stringify(refused.body)).toContain('&quot;Your Organisation Only&quot; can be delegated.');
    expect((await bob.post(`/eventDelegations/delegateEvent/${open.id}`, { org_id: gamma.id })).status).toBe(405);
    const own = await makeEvent(ann, { distribution: '0' });
    const path = `/eventDelegations/delegateEvent/${own.id}`;
    expect((await plain.post(path, { org_id: beta.id })).status).toBe(403);
    expect((await ann.post(path, { org_id: '999999' })).status).toBe(404);
    expect((await ann.post(path, { org_id: alpha.id })).status).toBe(405);
    expect((await bob.post(path, { org_id: gamma.id })).status).toBe(404);
    expect((await ann.post('/eventDelegations/delegateEvent/0x1A', { org_id: beta.id })).status).toBe(404);
    await request(own);
    expect(member((await ann.post(path, { org_id: gamma.id })).body, 'message')).toBe(
      'This event already has a pending delegation request. Please revoke that before creating a new request.',
    );
  });

  it('is made once when several are made at the same moment, and the others are told of it', async () => {
    for (let round = 0; round < 3; round += 1) {
      const event = await makeEvent(ann, { distribution: '0' });
      // An organisation that was never asked: who reads the event from now on was not known before.
      const receiver = await makeOrganisation(magpie.admin);
      const answers = await Promise.all(
        [1, 2, 3].map(() => ann.post(`/eventDelegations/delegateEvent/${event.id}`, { org_id: receiver.id })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 405, 405]);
    }
  });

  it('ends with its event', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    await request(event);
    await ann.post(`/events/delete/${event.id}`);
    expect(await listed(bob, 'pending')).not.toContain(event.id);
  });

  it('is not possible while the instance does not let', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: false });
    expect((await ann.post(`/eventDelegations/delegateEvent/${event.id}`, { org_id: beta.id })).status).toBe(403);
    await magpie.admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: true });
  });
});

describe('acceptance', () => {
  it('makes the event the receiver’s, and nothing in it leads back', async () => {
    await makeTag(magpie.admin, { name: 'a:kept' });
    const event = await makeEvent(ann, { distribution: '0', info: 'handed over', Tag: [{ name: 'a:kept' }] });
    const attribute = await makeAttribute(ann, event.id, { value: 'kept', distribution: '5' });
    await makeAttribute(ann, event.id, { value: 'kept too', distribution: '0' });
    await makeObject(ann, event.id);
    const say = async (about: string, type: string, fields: Record<string, unknown>) => {
      const answer = await ann.post(`/analyst_data/add/Note/${about}/${type}`, { distribution: '1', ...fields });
      return String(member(answer.body, 'Note', 'uuid'));
    };
    await say(event.uuid, 'Event', { note: 'kept to ourselves', distribution: '0' });
    await say(await say(attribute.uuid, 'Attribute', { note: 'said' }), 'Note', { note: 'answered' });
    const id = await request(event);
    expect((await ann.post(`/eventDelegations/acceptDelegation/${id}`)).status).toBe(405);
    expect((await cid.post(`/eventDelegations/acceptDelegation/${id}`)).status).toBe(405);
    const accepted = await bob.post(`/eventDelegations/acceptDelegation/${id}`);
    expect(accepted.body).toMatchObject({ saved: true, name: 'Event ownership transferred.', id });
    expect((await bob.post(`/eventDelegations/acceptDelegation/${id}`)).status).toBe(405);

    expect(await sees(ann, event)).toBe(false);
    const seen = await bob.get(`/events/view/${event.uuid}`);
    expect(member(seen.body, 'Event')).toMatchObject({
      uuid: event.uuid,
      org_id: beta.id,
      orgc_id: beta.id,
      info: 'handed over',
      attribute_count: '3',
      published: false,
      Tag: [{ name: 'a:kept' }],
    });
    expect(member(seen.body, 'Event', 'id')).not.toBe(event.id);
    expect(member(seen.body, 'Event', 'Attribute')).toHaveLength(2);
    expect(member(seen.body, 'Event', 'Object')).toHaveLength(1);

    await bob.post(`/events/edit/${event.uuid}`, { distribution: '3' });
    const newId = String(member(seen.body, 'Event', 'id'));
    const history = await cid.get(`/audit_logs/eventIndex/${newId}`);
    expect(history.status).toBe(200);
    const public_ = JSON.stringify([history.body, (await cid.get(`/events/view/${newId}`)).body]);
    expect(public_).toContain(beta.uuid);
    expect(public_).not.toContain(alpha.uuid);
    expect(public_).not.toContain(annUser.email);
    for (const note of ['said', 'answered']) expect(public_).toContain(`"note":"${note}"`);
    expect(public_).not.toContain('kept to ourselves');
    expect(JSON.stringify((await ann.get('/analyst_data/index/Note')).body)).toContain('kept to ourselves');
    expect((await cid.get(`/events/view/${event.id}`)).status).toBe(404);
    expect((await cid.get(`/audit_logs/eventIndex/${event.id}`)).status).toBe(404);
    expect((await cid.get(`/attributes/view/${attribute.uuid}`)).status).toBe(200);
    expect((await bob.post(`/events/publish/${newId}`)).status).toBe(200);
    expect((await magpie.admin.get(`/eventBlocklists/index/event_uuid:${event.uuid}`)).body).toEqual([]);
  });

  it('hands over what was said to a group, which only its members and the receiver read', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    const group = await makeSharingGroup(magpie.admin, [alpha.uuid, gamma.uuid]);
    const note = { note: 'for a group', distribution: '4', sharing_group_id: group.id };
    const made = await ann.post(`/analyst_data/add/Note/${event.uuid}/Event`, note);
    const path = `/analyst_data/view/Note/${String(member(made.body, 'Note', 'uuid'))}`;
    expect((await bob.get(path)).status).toBe(404);
    await bob.post(`/eventDelegations/acceptDelegation/${await request(event)}`);
    for (const client of [cid, bob]) {
      expect(member((await client.get(path)).body, 'Note')).toMatchObject({
        orgc_uuid: beta.uuid,
        org_uuid: beta.uuid,
      });
    }
    const other = magpie.client(
      (await makeUser(magpie.admin, { org_id: (await makeOrganisation(magpie.admin)).id })).key,
    );
    expect((await other.get(path)).status).toBe(404);
  });

  it('happens once, whoever is faster', async () => {
    const event = await makeEvent(ann, { distribution: '0' });
    const id = await request(event);
    const answers = await Promise.all([
      bob.post(`/eventDelegations/acceptDelegation/${id}`),
      ann.post(`/eventDelegations/deleteDelegation/${id}`),
      bob.post(`/eventDelegations/acceptDelegation/${id}`),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await sees(ann, event)) !== (await sees(bob, event))).toBe(true);
  });
});
