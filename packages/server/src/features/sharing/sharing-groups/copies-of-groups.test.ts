import {
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  makeUser,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;

beforeAll(async () => {
  m = await startTestMagpie();
});
afterAll(() => m.stop());

describe('a copy of a sharing group that comes with an event', () => {
  it('brings no members into a group that another organisation owns', async () => {
    const [owner, peer, friend] = [
      await makeOrganisation(m.admin),
      await makeOrganisation(m.admin),
      await makeOrganisation(m.admin),
    ];
    const user = async (orgId: string, role: string) =>
      m.client((await makeUser(m.admin, { org_id: orgId, role_id: role })).key);
    const [making, pushing, reading] = [
      await user(owner.id, '2'),
      await user(peer.id, '5'),
      await user(friend.id, '3'),
    ];
    const group = await makeSharingGroup(making, [owner.uuid], {
      SharingGroupOrg: [
        { extend: true, Organisation: { uuid: owner.uuid } },
        { extend: false, Organisation: { uuid: peer.uuid } },
      ],
    });
    const secret = await makeEvent(making, { distribution: '4', sharing_group_id: group.id });
    expect((await pushing.get(`/events/view/${secret.id}`)).status).toBe(200);
    const copy = {
      uuid: group.uuid,
      name: 'Group',
      modified: '2099-01-01 00:00:00',
      SharingGroupOrg: [owner, peer, friend].map(({ uuid }) => ({ extend: true, Organisation: { uuid, name: uuid } })),
    };
    await makeEvent(pushing, { distribution: '4', SharingGroup: copy });
    expect((await reading.get(`/events/view/${secret.id}`)).status).toBe(404);
    expect((await pushing.post('/sharing_groups/addOrg', { sg_id: group.id, org_id: friend.id })).status).toBe(405);
    // The owner's own account may bring a newer copy.
    await makeEvent(await user(owner.id, '5'), { distribution: '4', SharingGroup: copy });
    expect((await reading.get(`/events/view/${secret.id}`)).status).toBe(200);
  });
});

describe('the list of organisations, where it and members of groups are hidden', () => {
  it('does not tell who is in the groups of others', async () => {
    const [owner, guest, hidden] = [
      await makeOrganisation(m.admin),
      await makeOrganisation(m.admin),
      await makeOrganisation(m.admin),
    ];
    const making = await m.user(owner, '2');
    const guestClient = await m.user(guest, '3');
    await makeSharingGroup(making, [owner.uuid, guest.uuid, hidden.uuid]);
    for (const name of ['hide_organisation_index_from_users', 'hide_organisations_in_sharing_groups']) {
      await m.admin.post(`/servers/serverSettingsEdit/Security.${name}`, { value: true });
    }
    const names = async (client: typeof making) =>
      JSON.stringify((await client.get('/organisations/index/scope:all')).body);
    expect(await names(guestClient)).not.toContain(hidden.uuid);
    expect((await guestClient.get(`/organisations/view/${hidden.uuid}`)).status).toBe(404);
    expect(await names(making)).toContain(hidden.uuid);
  });
});
