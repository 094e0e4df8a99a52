import { type ApiClient, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { expect } from 'vitest';

/** A galaxy of a library, and its cluster. */
export const GALAXY = '11111111-1111-4111-8111-111111111111';

/** The uuid of the cluster that comes from a library. */
export const DEFAULT = '22222222-2222-4222-8222-222222222222';

/** A Magpie with a galaxy of a library, and people of two organisations. */
export interface ClusterWorld {
  readonly magpie: TestMagpie;
  /** A user of the first organisation. */
  readonly own: ApiClient;
  /** A publisher of the first organisation. */
  readonly publisher: ApiClient;
  /** A publisher of the second organisation. */
  readonly foreign: ApiClient;
  /** Somebody of the first organisation who may only read. */
  readonly reader: ApiClient;
  readonly galaxyId: string;
  readonly defaultId: string;
  /** Adds a cluster to the galaxy. */
  addCluster(
    client: ApiClient,
    fields?: Record<string, unknown>,
  ): Promise<{ readonly id: string; readonly uuid: string; readonly body: unknown }>;
}

/** Starts it; its Magpie is stopped after the tests. */
export async function startClusterWorld(): Promise<ClusterWorld> {
  const magpie = await startTestMagpie();
  const { galaxyId, defaultId } = await magpie.magpie.database.asSystem('a library galaxy', async (tx) => {
    const galaxy = await tx.first<{ id: number }>(
      `insert into galaxies (uuid, name, type, version) values ($1, 'Tea', 'tea', '1') returning id`,
      [GALAXY],
    );
    const cluster = await tx.first<{ id: number }>(
      `insert into galaxy_clusters (uuid, type, value, tag_name, galaxy_id, version, is_default)
       values ($1, 'tea', 'Green', 'misp-galaxy:tea="Green"', $2, 3, true) returning id`,
      [DEFAULT, galaxy?.id ?? 0],
    );
    return { galaxyId: String(galaxy?.id), defaultId: String(cluster?.id) };
  });
  const alpha = await makeOrganisation(magpie.admin);
  const beta = await makeOrganisation(magpie.admin);
  return {
    magpie,
    own: await magpie.user(alpha),
    publisher: await magpie.user(alpha, '4'),
    foreign: await magpie.user(beta, '4'),
    reader: await magpie.user(alpha, '6'),
    galaxyId,
    defaultId,
    async addCluster(client, fields = {}) {
      const answer = await client.post(`/galaxy_clusters/add/${galaxyId}`, {
        value: 'Oolong',
        description: 'd',
        ...fields,
      });
      expect(answer.status).toBe(200);
      return {
        id: String(member(answer.body, 'GalaxyCluster', 'id')),
        uuid: String(member(answer.body, 'GalaxyCluster', 'uuid')),
        body: answer.body,
      };
    },
  };
}
