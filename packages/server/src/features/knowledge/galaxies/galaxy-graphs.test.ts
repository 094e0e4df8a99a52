import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = '22222222-2222-4222-8222-222222222222';
const OTHER = '33333333-3333-4333-8333-333333333333';

let m: TestMagpie;
let own: ApiClient;
let foreign: ApiClient;
let reader: ApiClient;
let galaxyId: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  m = await startTestMagpie();
  await m.magpie.database.asSystem('a library galaxy', async (tx) => {
    const galaxy = await tx.first<{ id: number }>(
      `insert into galaxies (uuid, name, type, version, kill_chain_order)
       values (gen_random_uuid(), 'ATT&CK', 'mitre-attack-pattern', '1', '{"tab":["recon","impact"]}') returning id`,
    );
    galaxyId = String(galaxy?.id);
    for (const [uuid, value, place] of [
      [ROOT, 'Phish', 'tab:recon'],
      [OTHER, 'Wipe', 'tab:impact'],
    ] as const) {
      const cluster = await tx.first<{ id: number }>(
        `insert into galaxy_clusters (uuid, type, value, tag_name, galaxy_id, version, is_default, extends_uuid)
         values ($1, 'mitre-attack-pattern', $2, 'misp-galaxy:mitre-attack-pattern="' || $2 || '"', $3, 3, true, '')
         returning id`,
        [uuid, value, galaxy?.id ?? 0],
      );
      ids[value] = String(cluster?.id);
      await tx.execute(
        `insert into galaxy_elements (galaxy_cluster_id, key, value)
         values ($1, 'kill_chain', $2), ($1, 'external_id', 'T' || $1::text), ($1, 'synonyms', 'also ' || $3)`,
        [cluster?.id ?? 0, place, value],
      );
    }
  });
  const alpha = await makeOrganisation(m.admin);
  const beta = await makeOrganisation(m.admin);
  own = await m.user(alpha);
  foreign = await m.user(beta);
  reader = await m.user(alpha, '6');
});

afterAll(() => m.stop());

async function fork(client: ApiClient, of: string, fields: Record<string, unknown> = {}) {
  const body = { value: 'Fork', distribution: '0', ...fields };
  const answer = await client.post(`/galaxy_clusters/add/${galaxyId}/forkUuid:${of}`, body);
  expect(answer.status).toBe(200);
  return {
    id: String(member(answer.body, 'GalaxyCluster', 'id')),
    uuid: String(member(answer.body, 'GalaxyCluster', 'uuid')),
  };
}

describe('forks of clusters', () => {
  it('are shown under what they were made from, to those who see them', async () => {
    const first = await fork(own, ROOT, { value: 'First' });
    const second = await fork(own, first.uuid, { value: 'Second' });
    const tree = await own.get(`/galaxies/forkTree/${galaxyId}`);
    expect(tree.body).toMatchObject([
      {
        Galaxy: { id: galaxyId },
        children: [
          {
            GalaxyCluster: { uuid: ROOT },
            children: [
              {
                GalaxyCluster: { uuid: first.uuid },
                extends_version: '3',
                children: [{ GalaxyCluster: { uuid: second.uuid }, children: [] }],
              },
            ],
          },
        ],
      },
    ]);
    expect((await foreign.get(`/galaxies/forkTree/${galaxyId}`)).body).toMatchObject([{ children: [] }]);
    expect((await own.get('/galaxies/forkTree/0x1')).status).toBe(404);
  });

  it('are shown however long their chain is', async () => {
    const LENGTH = 6000;
    const galaxy = await m.magpie.database.asSystem('a chain of forks', async (tx) => {
      const row = await tx.first<{ id: number }>(
        `insert into galaxies (uuid, name, type, version) values (gen_random_uuid(), 'Chain', 'custom-chain', '1')
         returning id`,
      );
      const uuid = (n: string) => `('44444444-4444-4444-8444-' || lpad((${n})::text, 12, '0'))`;
      await tx.execute(
        `insert into galaxy_clusters (uuid, type, value, tag_name, galaxy_id, version, is_default, extends_uuid)
         select ${uuid('n')}::uuid, 'custom-chain', 'Link ' || n, ${uuid('n')}, $1, 1, false,
           case when n > 1 then ${uuid('n - 1')} end from generate_series(1, $2::int) n`,
        [row?.id ?? 0, LENGTH],
      );
      return row?.id ?? 0;
    });
    const { status, body } = await foreign.get(`/galaxies/forkTree/${galaxy}`);
    expect(status).toBe(200);
    expect(JSON.stringify(body).match(/"children":/g)).toHaveLength(LENGTH + 1);
    await m.magpie.database.asSystem('the chain goes', (tx) =>
      tx.execute('delete from galaxies where id = $1', [galaxy]),
    );
  });

  it('take elements over that the parent has gained', async () => {
    const { id } = await fork(own, ROOT, { GalaxyElement: [{ key: 'synonyms', value: 'also Phish' }] });
    const shown = await own.get(`/galaxy_clusters/updateCluster/${id}`);
    expect(shown.body).toMatchObject({
      GalaxyCluster: { id },
      ExtendedCluster: { uuid: ROOT },
      NewElement: [
        { key: 'kill_chain', value: 'tab:recon' },
        { key: 'external_id', value: `T${ids.Phish}` },
      ],
    });
    const some = await own.post(`/galaxy_clusters/updateCluster/${id}`, {
      GalaxyElement: [
        { key: 'kill_chain', value: 'tab:recon' },
        { key: 'made', value: 'up' },
      ],
    });
    expect(member(some.body, 'GalaxyCluster', 'GalaxyElement')).toHaveLength(2);
    const all = await own.post(`/galaxy_clusters/updateCluster/${id}`);
    expect(member(all.body, 'GalaxyCluster', 'GalaxyElement')).toHaveLength(3);
    expect(member(all.body, 'GalaxyCluster')).toMatchObject({ extends_version: '3', published: false });
    expect(member((await own.get(`/galaxy_clusters/updateCluster/${id}`)).body, 'NewElement')).toEqual([]);
    expect((await foreign.post(`/galaxy_clusters/updateCluster/${id}`)).status).toBe(404);
    expect((await reader.post(`/galaxy_clusters/updateCluster/${id}`)).status).toBe(403);
    expect((await own.post(`/galaxy_clusters/updateCluster/${ids.Phish}`)).status).toBe(405);
  });
});

describe('relations of clusters', () => {
  it('are told at both ends and drawn, to those who see them', async () => {
    const { id, uuid } = await fork(own, ROOT, {
      value: 'Related',
      GalaxyClusterRelation: [
        { referenced_galaxy_cluster_uuid: OTHER, referenced_galaxy_cluster_type: 'similar', distribution: '0' },
      ],
    });
    const target = await own.get(`/galaxy_clusters/view/${OTHER}`);
    expect(member(target.body, 'GalaxyCluster', 'TargetingClusterRelation')).toMatchObject([
      { galaxy_cluster_uuid: uuid, referenced_galaxy_cluster_uuid: OTHER, referenced_galaxy_cluster_type: 'similar' },
    ]);
    const unseen = await foreign.get(`/galaxy_clusters/view/${OTHER}`);
    expect(member(unseen.body, 'GalaxyCluster')).not.toHaveProperty('TargetingClusterRelation');
    const links = [{ source: uuid, target: OTHER, type: 'similar', tag: [] }];
    expect(member((await own.get(`/galaxies/relationsGraph/${galaxyId}`)).body, 'links')).toEqual(links);
    expect((await foreign.get(`/galaxies/relationsGraph/${galaxyId}`)).body).toEqual({ nodes: [], links: [] });
    const around = await own.get(`/galaxy_clusters/viewRelations/${ids.Wipe}`);
    expect(member(around.body, 'links')).toEqual(links);
    expect(member(around.body, 'nodes', 0)).toMatchObject({ uuid: OTHER, Galaxy: { name: 'ATT&CK' } });
    expect((await foreign.get(`/galaxy_clusters/viewRelations/${id}`)).status).toBe(404);
  });
});

describe('matrices', () => {
  it('count the techniques of an event and of what a search finds, as far as one sees', async () => {
    const tag = (name: string) => `misp-galaxy:mitre-attack-pattern="${name}"`;
    const event = await makeEvent(own, { distribution: '0', info: 'matrix', Tag: [{ name: tag('Phish') }] });
    const attribute = await makeAttribute(own, event.id, { type: 'text', value: 'x', Tag: [{ name: tag('Phish') }] });
    await makeEvent(own, { distribution: '0', info: 'matrix', Tag: [{ name: tag('Wipe') }] });
    // Users may not create tags, so an administrator attaches them.
    for (const [uuid, name] of [
      [event.uuid, 'Phish'],
      [attribute.uuid, 'Phish'],
    ] as const) {
      expect((await m.admin.post('/tags/attachTagToObject', { uuid, tag: tag(name) })).status).toBe(200);
    }
    const view = await own.get(`/events/viewGalaxyMatrix/${event.id}/${galaxyId}`);
    expect(view.body).toMatchObject({
      Galaxy: { type: 'mitre-attack-pattern' },
      killChainOrders: { tab: ['recon', 'impact'] },
      matrix: { tab: { impact: [{ value: 'Wipe' }] } },
      scores: { [tag('Phish')]: 2 },
      maxScore: 2,
      truncated: false,
    });
    expect(member(view.body, 'matrix', 'tab', 'recon')).toContainEqual(
      expect.objectContaining({ value: 'Phish', external_id: `T${ids.Phish}` }),
    );
    const compact = await own.get(`/events/viewGalaxyMatrix/${event.id}/${galaxyId}/compact:1`);
    expect(member(compact.body, 'matrix', 'tab', 'recon')).toContainEqual({
      id: expect.any(String),
      value: 'Phish',
      tag_name: tag('Phish'),
      external_id: `T${ids.Phish}`,
    });
    expect((await foreign.get(`/events/viewGalaxyMatrix/${event.id}`)).status).toBe(404);
    const search = (client: ApiClient, body: object) => client.post('/ui/galaxy_matrix', body);
    expect(member((await search(own, { eventinfo: 'matrix' })).body, 'scores')).toEqual({ [tag('Phish')]: 1 });
    expect(member((await search(own, { eventinfo: 'other' })).body, 'scores')).toEqual({});
    expect(member((await search(foreign, {})).body, 'scores')).toEqual({});
    const small = await search(own, { eventinfo: 'matrix', compact: true });
    expect(member(small.body, 'scores')).toEqual({ [tag('Phish')]: 1 });
    expect(JSON.stringify(small.body)).not.toContain('GalaxyElement');
    expect((await own.get(`/ui/galaxy_matrix/${galaxyId}`)).status).toBe(200);
    expect((await own.get('/ui/galaxy_matrix/nosuch')).status).toBe(404);
    const graph = await own.get(`/galaxies/viewGraph/${ids.Phish}`);
    expect(JSON.stringify(graph.body)).toContain(`event-${event.id}`);
    const row = (await own.post('/events/index', { eventid: event.id })).body;
    expect(member(row, 0, 'GalaxyCluster')).toMatchObject([
      { value: 'Phish', Galaxy: { type: 'mitre-attack-pattern' }, local: false },
    ]);
  });
});
