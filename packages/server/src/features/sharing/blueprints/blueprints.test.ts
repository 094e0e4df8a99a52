import {
  type ApiClient,
  makeOrganisation,
  makeSharingGroup,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileRules } from './rules.ts';

let magpie: TestMagpie;
let bank: { id: string; uuid: string };
let cert: { id: string; uuid: string };
let owner: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  bank = await makeOrganisation(magpie.admin, { name: 'Bank', sector: 'Finance', nationality: 'Belgium' });
  cert = await makeOrganisation(magpie.admin, { name: 'Cert', sector: 'Government', nationality: 'Belgium' });
  const mine = await makeOrganisation(magpie.admin, { name: 'Mine', sector: 'Other' });
  const theirs = await makeOrganisation(magpie.admin, { name: 'Theirs', sector: 'Other' });
  owner = await magpie.user(mine, '2');
  stranger = await magpie.user(theirs, '2');
});
afterAll(() => magpie.stop());

async function add(client: ApiClient, rules: unknown, name = `Blueprint ${crypto.randomUUID()}`) {
  return client.post('/sharing_group_blueprints/add', { name, rules });
}
const idOf = (body: unknown) => String(member(body, 'SharingGroupBlueprint', 'id'));

describe('a blueprint', () => {
  it('makes a sharing group and keeps its members as the rules say', async () => {
    const id = idOf((await add(owner, { org_sector: ['Finance'] }, 'Finance group')).body);
    const first = await owner.post(`/sharing_group_blueprints/execute/${id}`, {});
    expect(member(first.body, 'message')).toContain('Created: 1.');
    const group = member(
      (await owner.get(`/sharing_group_blueprints/view/${id}`)).body,
      'SharingGroupBlueprint',
      'sharing_group_id',
    );
    const members = async () => {
      const { body } = await magpie.admin.get(`/sharing_groups/view/${group}`);
      return Object.values(Object(member(body, 'SharingGroupOrg'))).map((row) => member(row, 'Organisation', 'name'));
    };
    expect(await members()).toEqual(['Bank']);
    await owner.post(`/sharing_group_blueprints/edit/${id}`, {
      rules: { org_nationality: 'Belgium', NOT: { org_id: bank.id } },
    });
    await owner.post(`/sharing_group_blueprints/execute/${id}`, {});
    expect(await members()).toEqual(['Cert']);
    const unchanged = await owner.post(`/sharing_group_blueprints/execute/${id}`, {});
    expect([unchanged.status, member(unchanged.body, 'errors')]).toEqual([403, expect.stringContaining('Updated: 0')]);
    const detached = await owner.post(`/sharing_group_blueprints/detach/${id}`, {});
    expect(member(detached.body, 'SharingGroupBlueprint', 'sharing_group_id')).toBeNull();
  });

  it('is its organisation’s alone', async () => {
    const id = idOf((await add(owner, { org_uuid: [bank.uuid] })).body);
    for (const action of ['view', 'viewOrgs', 'generateUuidList']) {
      expect((await stranger.get(`/sharing_group_blueprints/${action}/${id}`)).status).toBe(404);
    }
    for (const action of ['edit', 'delete', 'execute', 'detach']) {
      expect((await stranger.post(`/sharing_group_blueprints/${action}/${id}`, {})).status).toBe(404);
    }
    expect((await stranger.get('/sharing_group_blueprints/index')).body).toEqual([]);
    expect((await owner.get(`/sharing_group_blueprints/generateUuidList/${id}`)).body).toEqual([bank.uuid]);
    const user = magpie.client((await makeUser(magpie.admin, { role_id: '3' })).key);
    expect((await add(user, { org_id: [1] })).status).toBe(403);
    expect((await owner.post(`/sharing_group_blueprints/delete/${id}`, {})).status).toBe(200);
  });

  it('tells nobody the members of a group that he may not see', async () => {
    const secret = await makeSharingGroup(magpie.admin, [bank.uuid, cert.uuid], { name: 'Secret group' });
    const rules = { sharing_group_uuid: [secret.uuid] };
    const mine = idOf((await add(owner, rules)).body);
    expect((await owner.get(`/sharing_group_blueprints/viewOrgs/${mine}`)).body).toEqual([]);
    const admins = idOf((await add(magpie.admin, rules)).body);
    expect((await magpie.admin.get(`/sharing_group_blueprints/generateUuidList/${admins}`)).body).toEqual([
      bank.uuid,
      cert.uuid,
    ]);
  });

  it.each([[{ org_planet: ['Mars'] }], ['{'], [[]], [{ OR: [1] }], [{ NOT: { OR: { org_id: 1 } } }]])(
    'is refused with the rules %j',
    async (rules) => {
      const { status, body } = await add(owner, rules);
      expect([status, Object.keys(Object(member(body, 'errors')))]).toEqual([403, ['rules']]);
    },
  );

  it('writes organisations into the rules of a server in the form that these compare', async () => {
    const server = await magpie.admin.post('/servers/add', {
      name: 'Peer',
      url: 'http://127.0.0.1:9',
      remote_org_id: bank.id,
      authkey: 'k'.repeat(40),
    });
    const id = idOf((await add(magpie.admin, { org_name: ['Bank'] })).body);
    const send = async (type: string) => {
      const { body } = await magpie.admin.post(`/sharing_group_blueprints/encodeSyncRule/${id}`, {
        server_id: member(server.body, 'Server', 'id'),
        type,
        rule: 'OR',
      });
      return JSON.parse(String(member(body, 'Server', `${type}_rules`))).orgs.OR;
    };
    expect([await send('pull'), await send('push')]).toEqual([['Bank'], [bank.id]]);
  });
});

describe('servers in sharing groups', () => {
  it('are added, shown and removed by who may edit the group', async () => {
    await magpie.admin.post('/servers/add', {
      name: 'Listed peer',
      url: 'http://127.0.0.1:19',
      remote_org_id: bank.id,
      authkey: 'k'.repeat(40),
    });
    const { id } = await makeSharingGroup(magpie.admin, [bank.uuid]);
    const request = { sg_id: id, server_name: 'Listed peer', all_orgs: true };
    expect((await stranger.post('/sharing_groups/addServer', request)).status).toBe(405);
    expect((await magpie.admin.post('/sharing_groups/addServer', request)).status).toBe(200);
    expect((await magpie.admin.post('/sharing_groups/addServer', request)).status).toBe(403);
    const { body } = await magpie.admin.get(`/sharing_groups/view/${id}`);
    const servers = Object.values(Object(member(body, 'SharingGroupServer')));
    expect(servers.at(-1)).toMatchObject({
      all_orgs: true,
      Server: { name: 'Listed peer', url: 'http://127.0.0.1:19' },
    });
    expect((await magpie.admin.post('/sharing_groups/addServer', { sg_id: id, server_id: 0 })).status).toBe(405);
    expect(
      (await magpie.admin.post('/sharing_groups/removeServer', { sg_id: id, server_url: 'http://127.0.0.1:19/' }))
        .status,
    ).toBe(200);
    expect(
      (await magpie.admin.post('/sharing_groups/removeServer', { sg_id: id, server_name: 'Listed peer' })).status,
    ).toBe(403);
  });

  it('come along with a described group, as far as they are connected', async () => {
    const made = await magpie.admin.post('/sharing_groups/add', {
      name: 'Described',
      releasability: 'x',
      SharingGroupServer: [
        { all_orgs: true, Server: { url: 'http://127.0.0.1:19' } },
        { Server: { url: 'http://unknown.test' } },
      ],
    });
    const servers = Object.values(Object(member(made.body, 'SharingGroupServer')));
    expect(servers).toHaveLength(1);
    expect(servers[0]).toMatchObject({ all_orgs: false });
  });
});

it('never compiles rules to anything but the fixed conditions', () => {
  const selector = fc.constantFrom('org_id', 'org_uuid', 'org_name', 'org_sector', 'sharing_group_id');
  const leaf = fc.dictionary(selector, fc.oneof(fc.string(), fc.integer(), fc.array(fc.string())));
  const rules = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, leaf, fc.record({ OR: tie('node'), NOT: leaf }), fc.record({ AND: tie('node') })),
  })).node;
  fc.assert(
    fc.property(rules, (given) => {
      const { sql, values } = compileRules(Object(given), true);
      const unquoted = sql.replaceAll(/'(magpie\.[a-z_]+|yes)'/g, '');
      expect(unquoted).toMatch(/^[a-z_\s().=$0-9:[\]]+$/);
      expect(new Set(sql.match(/\$\d+/g)).size).toBe(values.length);
    }),
  );
});
