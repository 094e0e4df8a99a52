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

const ORG_ADMIN = '2';
const USER = '3';
const SYNC_USER = '5';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let gamma: Made;
let alphaAdmin: ApiClient;
let alphaUser: ApiClient;
let betaAdmin: ApiClient;
let betaUser: ApiClient;
let gammaUser: ApiClient;
let gammaSync: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  [alpha, beta, gamma] = await Promise.all([makeOrganisation(admin), makeOrganisation(admin), makeOrganisation(admin)]);
  const user = magpie.user;
  alphaAdmin = await user(alpha, ORG_ADMIN);
  alphaUser = await user(alpha, USER);
  betaAdmin = await user(beta, ORG_ADMIN);
  betaUser = await user(beta, USER);
  gammaUser = await user(gamma, USER);
  gammaSync = await user(gamma, SYNC_USER);
});

afterAll(() => magpie.stop());

const membersOf = (body: unknown) =>
  (member(body, 'SharingGroupOrg') as { org_id: string }[]).map(({ org_id }) => org_id).sort();

async function changesOf(model: string): Promise<number> {
  const row = await magpie.magpie.database.asSystem('count changes', (tx) =>
    tx.first<{ n: number }>('select count(*) as n from changes where model = $1', [model]),
  );
  return row?.n ?? 0;
}

describe('a sharing group', () => {
  it('is owned by the organisation of who makes it, and names its members', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid, beta.uuid]);
    expect(member(made.body, 'SharingGroup', 'org_id')).toBe(alpha.id);
    expect(membersOf(made.body)).toEqual([alpha.id, beta.id].sort());
    expect(member(made.body, 'SharingGroupServer', 0, 'all_orgs')).toBe(false);
  });

  it('is not made for others: the own organisation must be able to extend it', async () => {
    const refused = await alphaAdmin.post('/sharing_groups/add', {
      name: 'not mine',
      releasability: 'x',
      SharingGroupOrg: [{ extend: true, Organisation: { uuid: beta.uuid } }],
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ errors: 'Could not save sharing group.' });
    expect((await alphaUser.post('/sharing_groups/add', { name: 'no', releasability: 'x' })).status).toBe(403);
  });

  it('ignores an owner, ids and all_orgs that a body forges', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid], {
      id: '1',
      org_id: beta.id,
      organisation_uuid: beta.uuid,
      sync_user_id: '1',
      local: true,
      SharingGroupServer: [{ all_orgs: true, Server: { id: '0', url: magpie.magpie.config.baseUrl, name: 'here' } }],
    });
    expect(member(made.body, 'SharingGroup', 'org_id')).toBe(alpha.id);
    expect(member(made.body, 'SharingGroup', 'local')).toBe(false);
    expect(member(made.body, 'SharingGroupServer', 0, 'all_orgs')).toBe(false);
    expect((await gammaUser.get(`/sharing_groups/view/${made.id}`)).status).toBe(405);
  });

  it('is returned, unchanged, to an owner who adds its uuid again; nobody else learns of it', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    const again = await alphaAdmin.post('/sharing_groups/add', { uuid: made.uuid, name: 'other', releasability: 'x' });
    expect(again.status).toBe(200);
    expect(member(again.body, 'SharingGroup', 'name')).toBe(member(made.body, 'SharingGroup', 'name'));
    const stolen = await betaAdmin.post('/sharing_groups/add', {
      uuid: made.uuid,
      name: 'stolen',
      releasability: 'x',
      SharingGroupOrg: [{ extend: true, Organisation: { uuid: beta.uuid } }],
    });
    expect(stolen.status).toBe(403);
    expect(membersOf((await alphaAdmin.get(`/sharing_groups/view/${made.id}`)).body)).toEqual([alpha.id]);
  });

  it('gets another name when its own is taken', async () => {
    const first = await makeSharingGroup(alphaAdmin, [alpha.uuid], { name: 'Same name' });
    const second = await makeSharingGroup(betaAdmin, [beta.uuid], { name: 'Same name' });
    expect(member(second.body, 'SharingGroup', 'name')).toMatch(/^Same name_\d{4}$/);
    expect(second.id).not.toBe(first.id);
  });

  it('is seen by members and administrators alone', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid, beta.uuid]);
    const status = async (client: ApiClient) => (await client.get(`/sharingGroups/view/${made.uuid}`)).status;
    expect(await Promise.all([magpie.admin, alphaUser, betaUser, gammaUser].map(status))).toEqual([200, 200, 200, 405]);
    expect((await gammaUser.head(`/sharing_groups/view/${made.id}`)).status).toBe(404);
    expect((await betaUser.head(`/sharing_groups/view/${made.id}`)).status).toBe(200);
    const listed = (body: unknown) =>
      (member(body, 'response') as { SharingGroup: { id: string } }[]).some((row) => row.SharingGroup.id === made.id);
    expect(listed((await betaUser.get('/sharing_groups')).body)).toBe(true);
    expect(listed((await gammaUser.get('/sharing_groups/index')).body)).toBe(false);
  });

  it('is edited by owner and extending members, whatever id the body names', async () => {
    const other = await makeSharingGroup(betaAdmin, [beta.uuid]);
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    await alphaAdmin.post(`/sharing_groups/addOrg/${made.id}/${beta.id}`);
    const edit = { id: other.id, uuid: other.uuid, org_id: beta.id, description: 'edited' };
    expect((await betaAdmin.post(`/sharing_groups/edit/${made.id}`, edit)).status).toBe(405);
    const edited = await alphaAdmin.post(`/sharing_groups/edit/${made.id}`, { SharingGroup: edit });
    expect(edited.body).toMatchObject({
      SharingGroup: { id: made.id, uuid: made.uuid, org_id: alpha.id, description: 'edited' },
    });
    expect(member((await betaAdmin.get(`/sharing_groups/view/${other.id}`)).body, 'SharingGroup', 'description')).toBe(
      '',
    );
    await alphaAdmin.post(`/sharing_groups/removeOrg/${made.id}/${beta.id}`);
    await alphaAdmin.post(`/sharing_groups/addOrg/${made.id}/${beta.id}/1`);
    expect((await betaAdmin.post(`/sharing_groups/edit/${made.id}`, { releasability: 'beta' })).status).toBe(200);
  });

  it('keeps its text when an edit comes with an older time', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    const edit = { description: 'old', modified: '2001-01-01 00:00:00' };
    const answer = await alphaAdmin.post(`/sharing_groups/edit/${made.id}`, edit);
    expect(member(answer.body, 'SharingGroup', 'description')).toBe('');
  });

  it('cannot be deleted while something uses it, nor by others', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid, beta.uuid]);
    const event = await makeEvent(betaUser, { distribution: '4', sharing_group_id: made.id });
    expect((await betaAdmin.post(`/sharing_groups/delete/${made.id}`)).status).toBe(405);
    const refused = await alphaAdmin.post(`/sharing_groups/delete/${made.id}`);
    expect(refused).toMatchObject({ status: 403, body: { errors: 'The sharing group could not be deleted.' } });
    await magpie.admin.post(`/events/delete/${event.id}`);
    expect((await alphaAdmin.delete(`/sharing_groups/delete/${made.uuid}`)).body).toMatchObject({
      message: 'SharingGroup deleted',
    });
    expect((await alphaAdmin.head(`/sharing_groups/view/${made.id}`)).status).toBe(404);
  });

  it('is not deleted under what is shared with it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const made = await makeSharingGroup(alphaAdmin, [alpha.uuid, beta.uuid]);
      const event = { info: 'at once', distribution: '4', sharing_group_id: made.id };
      const [gone, ...added] = await Promise.all([
        alphaAdmin.post(`/sharing_groups/delete/${made.id}`),
        betaUser.post('/events/add', event),
        betaUser.post('/events/add', event),
      ]);
      const isUsed = added.some(({ status }) => status === 200);
      expect([isUsed, gone.status]).toEqual([isUsed, isUsed ? 403 : 200]);
    }
  });

  it('keeps what two change of it at the same moment', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    const path = `/sharing_groups/edit/${made.id}`;
    await Promise.all([
      alphaAdmin.post(path, { description: 'both' }),
      alphaAdmin.post(path, { releasability: 'kept' }),
      alphaAdmin.post(path, { roaming: true }),
    ]);
    const { body } = await alphaAdmin.get(`/sharing_groups/view/${made.id}`);
    expect(member(body, 'SharingGroup')).toMatchObject({
      description: 'both',
      releasability: 'kept',
      roaming: true,
    });
  });

  it.each(['0x1A', '1e3', '-1', '9223372036854775808', '%20', "1' or '1'='1", 'd0000000-0000-4000-8000-00000000000g'])(
    'is not found by %s',
    async (id) => {
      expect((await magpie.admin.get(`/sharing_groups/view/${encodeURIComponent(id)}`)).status).toBe(405);
      expect((await magpie.admin.post(`/sharing_groups/delete/${encodeURIComponent(id)}`)).status).toBe(405);
    },
  );

  it.each([
    ['a list as name', { name: ['x'] }],
    ['an object as name', { name: { $gt: '' } }],
    ['a name of 70 KB', { name: 'x'.repeat(70_000) }],
    ['members that are no list', { name: 'x', SharingGroupOrg: 'all' }],
    ['members that are no objects', { name: 'x', SharingGroupOrg: [1] }],
    ['a broken uuid', { name: 'x', uuid: 'not a uuid' }],
    ['an unknown organisation', { name: 'x', SharingGroupOrg: [{ org_id: '99999', extend: true }] }],
    ['an empty list of members', { name: 'x', SharingGroupOrg: [] }],
  ])('is refused with %s', async (_case, body) => {
    const before = await changesOf('SharingGroup');
    const answer = await magpie.admin.post('/sharing_groups/add', { releasability: 'x', ...body });
    expect(answer.status).toBe(403);
    expect(await changesOf('SharingGroup')).toBe(before);
  });
});

describe('membership', () => {
  it('opens and closes what is shared with the group at once, and touches none of it', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    const event = await makeEvent(alphaUser, {
      distribution: '4',
      sharing_group_id: made.id,
      Attribute: [{ type: 'text', value: 'shared with the group', distribution: '5' }],
    });
    const status = async (client: ApiClient) => (await client.get(`/events/view/${event.id}`)).status;
    const rows = () =>
      magpie.magpie.database.asSystem('rows', (tx) =>
        tx.query('select e.*, e.xmin from events e where id = $1', [event.id]),
      );
    const before = await rows();
    expect(await status(betaUser)).toBe(404);
    expect((await alphaAdmin.post('/sharingGroups/addOrg', { sg_id: made.id, org_id: beta.uuid })).status).toBe(200);
    expect(await status(betaUser)).toBe(200);
    expect(await status(gammaUser)).toBe(404);
    expect((await alphaAdmin.post('/sharing_groups/removeOrg', { sg_uuid: made.uuid, org_id: beta.id })).status).toBe(
      200,
    );
    expect(await status(betaUser)).toBe(404);
    expect(await rows()).toEqual(before);
  });

  it('is given once', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    const add = () =>
      alphaAdmin.post('/sharing_groups/addOrg', {
        sg_id: made.id,
        org_name: member(beta.body, 'Organisation', 'name'),
      });
    const answers = await Promise.all([add(), add(), add()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
    const refused = await alphaAdmin.post('/sharing_groups/removeOrg', { sg_id: made.id, org_id: gamma.id });
    expect(refused.status).toBe(403);
  });

  it('is decided by the group in the request alone', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    const own = await makeSharingGroup(betaAdmin, [beta.uuid]);
    const attempt = await betaAdmin.post(`/sharing_groups/addOrg/${made.id}/${beta.id}`, { sg_id: own.id });
    expect(attempt).toMatchObject({ status: 405, body: { message: 'Invalid sharing group or no editing rights.' } });
    expect(membersOf((await alphaAdmin.get(`/sharing_groups/view/${made.id}`)).body)).toEqual([alpha.id]);
  });

  it('cannot be changed by servers that are not connected', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    for (const server of [0, '0', 99, { $gt: 0 }]) {
      const body = { sg_id: made.id, server_id: server, all_orgs: true };
      expect((await alphaAdmin.post('/sharing_groups/addServer', body)).body).toMatchObject({
        name: 'Invalid Server.',
      });
      expect((await alphaAdmin.post('/sharing_groups/removeServer', body)).body).toMatchObject({
        name: 'Invalid Server.',
      });
    }
    expect((await gammaUser.get(`/sharing_groups/view/${made.id}`)).status).toBe(405);
  });

  it('is written to the change log', async () => {
    const [groups, members] = [await changesOf('SharingGroup'), await changesOf('SharingGroupOrg')];
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid]);
    await alphaAdmin.post('/sharing_groups/addOrg', { sg_id: made.id, org_id: beta.id });
    await alphaAdmin.post('/sharing_groups/removeOrg', { sg_id: made.id, org_id: beta.id });
    expect(await changesOf('SharingGroup')).toBe(groups + 1);
    expect(await changesOf('SharingGroupOrg')).toBe(members + 3);
  });
});

describe('members, where the instance hides them', () => {
  it('are shown to the owner and site administrators alone', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid, beta.uuid]);
    const { settings } = magpie.magpie;
    await settings.set(null, 'Security.hide_organisations_in_sharing_groups', true);
    try {
      const shown = async (client: ApiClient) => membersOf((await client.get(`/sharing_groups/view/${made.id}`)).body);
      expect(await shown(betaUser)).toEqual([]);
      expect(await shown(alphaUser)).toHaveLength(2);
      expect(await shown(magpie.admin)).toHaveLength(2);
      const index = await betaUser.get('/sharing_groups/index');
      const rows = member(index.body, 'response') as {
        SharingGroup: Record<string, unknown>;
        SharingGroupOrg: unknown[];
      }[];
      const row = rows.find(({ SharingGroup }) => SharingGroup.id === made.id);
      expect(row).toMatchObject({ SharingGroupOrg: [] });
      expect(row?.SharingGroup).not.toHaveProperty('org_count');
    } finally {
      await settings.set(null, 'Security.hide_organisations_in_sharing_groups', false);
    }
  });
});

describe('a group that data brings along', () => {
  const nested = (uuid: string, fields: object, ...members: string[]) => ({
    uuid,
    name: `Brought ${uuid.slice(0, 8)}`,
    releasability: 'brought',
    roaming: true,
    SharingGroupOrg: members.map((organisation) => ({
      extend: true,
      Organisation: { uuid: organisation, name: organisation },
    })),
    SharingGroupServer: [],
    ...fields,
  });
  const add = (client: ApiClient, group: object) =>
    client.post('/events/add', { Event: { info: 'brought', distribution: '4', SharingGroup: group } });

  it('is made when the account may and belongs to it', async () => {
    const uuid = crypto.randomUUID();
    const stranger = crypto.randomUUID();
    const answer = await add(gammaSync, nested(uuid, {}, gamma.uuid, stranger));
    expect(answer.status).toBe(200);
    expect(member(answer.body, 'Event', 'SharingGroup', 'uuid')).toBe(uuid);
    const organisation = await magpie.admin.get(`/organisations/view/${stranger}`);
    expect(organisation.body).toMatchObject({ Organisation: { local: false, uuid: stranger } });
  });

  it('is made once when several bring it, with organisations nobody knew, at the same moment', async () => {
    const [uuid, first, second] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const answers = await Promise.all(
      [first, second, first, second].map((stranger, index) =>
        add(gammaSync, nested(uuid, {}, gamma.uuid, stranger, index % 2 === 0 ? second : first)),
      ),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const rows = await magpie.magpie.database.asSystem('count', (tx) =>
      tx.query('select id from organisations where uuid = any($1::uuid[])', [[first, second]]),
    );
    expect(rows).toHaveLength(2);
  });

  it('is not made by accounts without the right or outside of it', async () => {
    for (const [client, members] of [
      [gammaUser, [gamma.uuid]],
      [gammaSync, [beta.uuid]],
    ] as const) {
      const uuid = crypto.randomUUID();
      const answer = await add(client, nested(uuid, {}, ...members));
      expect(answer.status === 200 ? member(answer.body, 'Event', 'distribution') : 'refused').not.toBe('4');
      expect((await magpie.admin.head(`/sharing_groups/view/${uuid}`)).status).toBe(404);
    }
  });

  it('gains no member for those who may not change it', async () => {
    const made = await makeSharingGroup(alphaAdmin, [alpha.uuid, beta.uuid]);
    const later = { modified: '2037-01-01 00:00:00', description: 'taken over' };
    await add(gammaSync, nested(made.uuid, later, gamma.uuid));
    await add(betaUser, nested(made.uuid, later, beta.uuid, gamma.uuid));
    const view = await alphaAdmin.get(`/sharing_groups/view/${made.id}`);
    expect(membersOf(view.body)).toEqual([alpha.id, beta.id].sort());
    expect(member(view.body, 'SharingGroup', 'description')).toBe('');
  });
});
