import { randomUUID } from 'node:crypto';
import { type ApiClient, makeOrganisation, member, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterWorld, DEFAULT, GALAXY, startClusterWorld } from './testing/cluster-world.ts';

let m: TestMagpie;
let own: ApiClient;
let foreign: ApiClient;
let reader: ApiClient;
let galaxyId: string;
let addCluster: ClusterWorld['addCluster'];

beforeAll(async () => {
  const world = await startClusterWorld();
  m = world.magpie;
  ({ own, foreign, reader, galaxyId, addCluster } = world);
});

afterAll(() => m.stop());

describe('import and export of clusters', () => {
  it('that events bring along names what is lost, and not what is here already', async () => {
    const organisation = await makeOrganisation(m.admin);
    const sync = await m.user(organisation, '5');
    const { body } = await addCluster(own, { value: 'Assam', distribution: '3' });
    const mine = Object(member(body, 'GalaxyCluster'));
    const galaxy = { uuid: GALAXY, type: 'tea', name: 'Tea' };
    const add = (...clusters: unknown[]) =>
      sync.post('/events/add', { info: 'x', Galaxy: [{ ...galaxy, GalaxyCluster: clusters }] });
    const library = { uuid: DEFAULT, value: 'Green', version: '3' };
    expect((await add(library, { ...library, version: '4' }, mine)).body).not.toHaveProperty('rejected');
    const lost = await add(
      { ...mine, version: String(Number(mine.version) + 1) },
      { uuid: randomUUID(), default: false },
    );
    expect(member(lost.body, 'rejected')).toEqual([
      { path: 'Galaxy', reason: '2 galaxy clusters could not be stored.' },
    ]);
  });

  it('takes back what it gave', async () => {
    const { id, uuid } = await addCluster(own, { value: 'Travels', GalaxyElement: [{ key: 'a', value: 'b' }] });
    const exported = await own.post(`/galaxies/export/${galaxyId}`, { Galaxy: { default: false, custom: true } });
    const mine = (Array.isArray(exported.body) ? exported.body : []).filter(
      (item) => member(item, 'GalaxyCluster', 'uuid') === uuid,
    );
    expect(mine).toHaveLength(1);
    expect(member(mine, 0, 'GalaxyCluster')).not.toHaveProperty('id');
    await m.magpie.database.asSystem('as if it never was', (tx) =>
      tx.execute('delete from galaxy_clusters where id = $1', [Number(id)]),
    );
    const imported = await foreign.post('/galaxies/import', mine);
    expect(member(imported.body, 'message')).toBe('Galaxy clusters imported. 1 imported, 0 ignored, 0 failed. ');
    const view = await foreign.get(`/galaxy_clusters/view/${uuid}`);
    expect(member(view.body, 'GalaxyCluster')).toMatchObject({
      value: 'Travels',
      GalaxyElement: [{ key: 'a', value: 'b' }],
    });
    const again = await foreign.post('/galaxies/import', mine);
    expect(again.status).toBe(403);
    expect((await reader.post('/galaxies/import', mine)).status).toBe(403);
  });

  it('counts bad clusters and keeps the good ones', async () => {
    const answer = await own.post('/galaxies/import', [
      { GalaxyCluster: { uuid: 'no' } },
      7,
      { GalaxyCluster: { uuid: randomUUID(), value: 'x', type: 'tea', distribution: '9' } },
      { GalaxyCluster: { uuid: randomUUID(), value: 'Good', type: 'tea', version: '5', distribution: '0' } },
    ]);
    expect(member(answer.body, 'message')).toBe('Galaxy clusters imported. 1 imported, 0 ignored, 3 failed. ');
  });
});
