import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  member,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterWorld, DEFAULT, GALAXY, startClusterWorld } from './testing/cluster-world.ts';

let m: TestMagpie;
let own: ApiClient;
let publisher: ApiClient;
let foreign: ApiClient;
let reader: ApiClient;
let galaxyId: string;
let defaultId: string;
let addCluster: ClusterWorld['addCluster'];

beforeAll(async () => {
  const world = await startClusterWorld();
  m = world.magpie;
  ({ own, publisher, foreign, reader, galaxyId, defaultId, addCluster } = world);
});

afterAll(() => m.stop());

describe('clusters of organisations', () => {
  it('are added unpublished, owned by the adder, with a tag named by their uuid', async () => {
    const uuid = randomUUID();
    const { body } = await addCluster(own, {
      uuid,
      distribution: '1',
      GalaxyElement: [{ key: 'synonyms', value: ['A', 'B'] }],
    });
    expect(member(body, 'GalaxyCluster')).toMatchObject({
      uuid,
      tag_name: `misp-galaxy:tea="${uuid}"`,
      default: false,
      published: false,
      distribution: '1',
      Galaxy: { uuid: GALAXY },
      GalaxyElement: [
        { key: 'synonyms', value: 'A' },
        { key: 'synonyms', value: 'B' },
      ],
    });
    const again = await foreign.post(`/galaxy_clusters/add/${galaxyId}`, { value: 'x', uuid });
    expect(again.status).toBe(403);
  });

  it('say what is wrong with a body', async () => {
    const errors = async (body: unknown) => {
      const answer = await own.post(`/galaxy_clusters/add/${galaxyId}`, body);
      expect(answer.status).toBe(403);
      return Object.keys(Object(member(answer.body, 'errors')));
    };
    expect(await errors({ description: 'x' })).toEqual(['value']);
    expect(await errors({ value: 'x', distribution: '7' })).toEqual(['distribution']);
    expect(await errors({ value: 'x', uuid: 'no' })).toEqual(['uuid']);
    expect((await own.post('/galaxy_clusters/add/99999', { value: 'x' })).status).toBe(404);
  });

  it('remember what they are a fork of', async () => {
    const answer = await own.post(`/galaxy_clusters/add/${galaxyId}/forkUuid:${DEFAULT}`, { value: 'Fork' });
    expect(member(answer.body, 'GalaxyCluster')).toMatchObject({ extends_uuid: DEFAULT, extends_version: '3' });
  });

  it('are forks, and not the same again, where the cluster is sent that is forked', async () => {
    const sent = { value: 'Fork of itself', uuid: DEFAULT, version: '3', extends_uuid: '', extends_version: '0' };
    const answer = await own.post(`/galaxy_clusters/add/${galaxyId}/forkUUID:${DEFAULT}`, sent);
    const fork = member(answer.body, 'GalaxyCluster');
    expect(fork).toMatchObject({ value: 'Fork of itself', extends_uuid: DEFAULT, extends_version: '3' });
    expect(member(fork, 'uuid')).not.toBe(DEFAULT);
  });

  it('change by an edit: elements replaced, a newer version, unpublished', async () => {
    const { id, body } = await addCluster(publisher, { GalaxyElement: [{ key: 'a', value: 'b' }] });
    expect((await publisher.post(`/galaxy_clusters/publish/${id}`)).status).toBe(200);
    const answer = await publisher.post(`/galaxy_clusters/edit/${id}`, {
      GalaxyCluster: { value: 'Renamed', GalaxyElement: [{ key: 'c', value: 'd' }] },
    });
    expect(member(answer.body, 'GalaxyCluster')).toMatchObject({
      value: 'Renamed',
      description: 'd',
      published: false,
      GalaxyElement: [{ key: 'c', value: 'd' }],
    });
    expect(Number(member(answer.body, 'GalaxyCluster', 'version'))).toBeGreaterThan(
      Number(member(body, 'GalaxyCluster', 'version')),
    );
  });

  it('are published by publishers of their organisation alone, and once', async () => {
    const { id } = await addCluster(own, { distribution: '1' });
    expect((await own.post(`/galaxy_clusters/publish/${id}`)).status).toBe(403);
    expect((await foreign.post(`/galaxy_clusters/publish/${id}`)).status).toBe(403);
    expect((await publisher.post(`/galaxy_clusters/publish/${id}`)).status).toBe(200);
    expect((await publisher.post(`/galaxy_clusters/publish/${id}`)).status).toBe(405);
    expect(member((await own.post(`/galaxy_clusters/unpublish/${id}`)).body, 'message')).toBe(
      'GalaxyCluster unpublished',
    );
    const waited = await publisher.post(`/galaxy_clusters/publish/${id}/disable_background_processing:1`);
    expect(member(waited.body, 'message')).toBe('GalaxyCluster published');
  });

  it('keep what several change at once, and are published and deleted by one of them', async () => {
    const { body } = await addCluster(own, { description: 'before', source: 'before' });
    const id = String(member(body, 'GalaxyCluster', 'id'));
    await Promise.all([
      own.post(`/galaxy_clusters/edit/${id}`, { description: 'after' }),
      own.post(`/galaxy_clusters/edit/${id}`, { source: 'after' }),
      own.post(`/galaxy_clusters/edit/${id}`, { authors: ['after'] }),
    ]);
    const changed = member((await own.get(`/galaxy_clusters/view/${id}`)).body, 'GalaxyCluster');
    expect(changed).toMatchObject({ description: 'after', source: 'after', authors: ['after'] });
    const four = async (path: string) => {
      const answers = await Promise.all([1, 2, 3, 4].map(() => publisher.post(path)));
      return answers.map(({ status }) => status).sort();
    };
    expect(await four(`/galaxy_clusters/publish/${id}`)).toEqual([200, 405, 405, 405]);
    expect(await four(`/galaxy_clusters/delete/${id}/1`)).toEqual([200, 404, 404, 404]);
  });

  it('are not to be changed by others, nor by read-only roles; those of libraries by nobody', async () => {
    const { id } = await addCluster(own, { distribution: '3' });
    for (const action of ['edit', 'delete', 'restore', 'publish', 'unpublish']) {
      expect((await foreign.post(`/galaxy_clusters/${action}/${id}`, {})).status).toBe(403);
      expect((await reader.post(`/galaxy_clusters/${action}/${id}`, {})).status).toBe(403);
      expect((await m.admin.post(`/galaxy_clusters/${action}/${defaultId}`, {})).status).toBe(405);
    }
    expect((await reader.post(`/galaxy_clusters/add/${galaxyId}`, { value: 'x' })).status).toBe(403);
    const view = await foreign.get(`/galaxy_clusters/view/${id}`);
    expect(member(view.body, 'GalaxyCluster', 'value')).toBe('Oolong');
  });

  it('are deleted softly and restored; for good they leave and stay out', async () => {
    const { id, uuid } = await addCluster(own);
    await own.post(`/galaxy_clusters/delete/${id}`);
    expect(member((await own.get(`/galaxy_clusters/view/${id}`)).body, 'GalaxyCluster', 'deleted')).toBe(true);
    await own.post(`/galaxy_clusters/restore/${id}`);
    expect(member((await own.get(`/galaxy_clusters/view/${id}`)).body, 'GalaxyCluster', 'deleted')).toBe(false);
    const gone = await own.post(`/galaxy_clusters/delete/${uuid}`, { hard: true });
    expect(member(gone.body, 'message')).toContain('added to the block list');
    expect((await own.get(`/galaxy_clusters/view/${id}`)).status).toBe(404);
    expect((await own.post(`/galaxy_clusters/add/${galaxyId}`, { value: 'x', uuid })).status).toBe(403);
  });
});

describe('who sees a cluster', () => {
  it.each([
    ['0', 404],
    ['1', 200],
    ['2', 200],
    ['3', 200],
  ])('of distribution %s: another organisation gets %i', async (distribution, status) => {
    const { id, uuid } = await addCluster(own, { distribution });
    expect((await foreign.get(`/galaxy_clusters/view/${id}`)).status).toBe(status);
    expect((await publisher.get(`/galaxy_clusters/view/${uuid}`)).status).toBe(200);
    const found = await foreign.post('/galaxy_clusters/restSearch', { uuid });
    expect(member(found.body, 'response')).toHaveLength(status === 200 ? 1 : 0);
    for (const action of ['edit', 'delete', 'publish', 'restore']) {
      expect((await foreign.post(`/galaxy_clusters/${action}/${id}`, {})).status).toBe(status === 200 ? 403 : 404);
    }
  });

  it('follows its sharing group, and a later change of distribution', async () => {
    const group = await makeSharingGroup(m.admin, [(await makeOrganisation(m.admin)).uuid]);
    const shared = await m.admin.post(`/galaxy_clusters/add/${galaxyId}`, {
      value: 'Shared',
      distribution: '4',
      sharing_group_id: group.id,
    });
    const id = String(member(shared.body, 'GalaxyCluster', 'id'));
    expect((await foreign.get(`/galaxy_clusters/view/${id}`)).status).toBe(404);
    expect(
      (
        await own.post(`/galaxy_clusters/add/${galaxyId}`, {
          value: 'x',
          distribution: '4',
          sharing_group_id: group.id,
        })
      ).status,
    ).toBe(405);
    expect((await m.admin.post(`/sharing_groups/delete/${group.id}`)).status).toBe(403);
    await m.admin.post(`/galaxy_clusters/edit/${id}`, { distribution: '3' });
    expect((await m.admin.post(`/sharing_groups/delete/${group.id}`)).status).toBe(200);
    expect((await foreign.get(`/galaxy_clusters/view/${id}`)).status).toBe(200);
    await m.admin.post(`/galaxy_clusters/edit/${id}`, { distribution: '0' });
    expect((await foreign.get(`/galaxy_clusters/view/${id}`)).status).toBe(404);
  });

  it('decides whether an event shows it: the tag stays, the cluster does not', async () => {
    const { id } = await addCluster(own, { distribution: '0' });
    const event = await makeEvent(own);
    const attached = await own.post(`/galaxies/attachCluster/${event.id}/event/local:0`, { Galaxy: { target_id: id } });
    expect(member(attached.body, 'success')).toBe('Cluster attached.');
    const mine = await own.get(`/events/view/${event.id}`);
    expect(member(mine.body, 'Event', 'Galaxy')).toHaveLength(1);
    const theirs = await foreign.get(`/events/view/${event.id}`);
    expect(member(theirs.body, 'Event', 'Galaxy')).toEqual([]);
    expect(member(theirs.body, 'Event', 'Tag')).toHaveLength(1);
    const tagId = String(member(theirs.body, 'Event', 'Tag', 0, 'id'));
    expect((await foreign.post(`/galaxy_clusters/detach/${event.id}/event/${tagId}`)).status).toBe(403);
    expect(member((await own.post(`/galaxy_clusters/detach/${event.id}/event/${tagId}`)).body, 'saved')).toBe(true);
    expect(member((await own.get(`/events/view/${event.id}`)).body, 'Event', 'Galaxy')).toEqual([]);
  });
});

describe('relations', () => {
  it('belong to their source, which counts as changed, and follow their own distribution', async () => {
    const { id, uuid } = await addCluster(publisher, { distribution: '3' });
    await publisher.post(`/galaxy_clusters/publish/${id}`);
    const body = {
      galaxy_cluster_uuid: uuid,
      referenced_galaxy_cluster_uuid: DEFAULT,
      referenced_galaxy_cluster_type: 'similar',
      distribution: '0',
      tags: '',
    };
    expect((await foreign.post('/galaxy_cluster_relations/add', body)).status).toBe(403);
    const added = await own.post('/galaxy_cluster_relations/add/', body);
    expect(member(added.body, 'message')).toBe('GalaxyClusterRelation added');
    const relationId = String(member(added.body, 'id'));
    const view = await own.get(`/galaxy_clusters/view/${id}`);
    expect(member(view.body, 'GalaxyCluster', 'published')).toBe(false);
    expect(member(view.body, 'GalaxyCluster', 'GalaxyClusterRelation')).toMatchObject([
      { id: relationId, referenced_galaxy_cluster_id: defaultId, referenced_galaxy_cluster_type: 'similar' },
    ]);
    expect((await foreign.get(`/galaxy_cluster_relations/view/${relationId}`)).status).toBe(404);
    expect((await foreign.post(`/galaxy_cluster_relations/delete/${relationId}`)).status).toBe(404);
    await own.post(`/galaxy_cluster_relations/edit/${relationId}`, {
      ...body,
      referenced_galaxy_cluster_type: 'is-a',
      distribution: '3',
    });
    const seen = await foreign.get(`/galaxy_cluster_relations/view/${relationId}`);
    expect(member(seen.body, 'GalaxyClusterRelation', 'referenced_galaxy_cluster_type')).toBe('is-a');
    expect((await foreign.post(`/galaxy_cluster_relations/delete/${relationId}`)).status).toBe(403);
    expect((await foreign.post(`/galaxy_cluster_relations/edit/${relationId}`, {})).status).toBe(403);
    const part = await own.post(`/galaxy_cluster_relations/edit/${relationId}`, { distribution: '1' });
    expect(member(part.body, 'data', 'GalaxyClusterRelation')).toMatchObject({
      referenced_galaxy_cluster_uuid: DEFAULT,
      distribution: '1',
    });
    expect((await own.post(`/galaxy_cluster_relations/delete/${relationId}`)).status).toBe(200);
    expect((await own.get(`/galaxy_cluster_relations/view/${relationId}`)).status).toBe(404);
  });
});

describe('galaxy_clusters/restSearch', () => {
  it('filters by every parameter, with lists and negation', async () => {
    const { id, uuid } = await addCluster(own, {
      value: 'Findable',
      distribution: '3',
      extends_uuid: DEFAULT,
      GalaxyElement: [{ key: 'country', value: 'LU' }],
    });
    const event = await makeEvent(own);
    await own.post(`/galaxies/attachCluster/${event.id}/event`, { Galaxy: { target_id: id } });
    const ids = async (parameters: Record<string, unknown>) => {
      const answer = await own.post('/galaxy_clusters/restSearch', { uuid: [uuid, DEFAULT], ...parameters });
      const found = member(answer.body, 'response');
      return Array.isArray(found) ? found.map((item) => String(member(item, 'GalaxyCluster', 'id'))) : answer.body;
    };
    expect(await ids({})).toEqual([defaultId, id]);
    const orgc = String(member((await own.get(`/galaxy_clusters/view/${id}`)).body, 'GalaxyCluster', 'Orgc', 'uuid'));
    for (const parameters of [
      { custom: 1 },
      { default: false },
      { id: [id] },
      { uuid: { NOT: [DEFAULT] }, id },
      { value: 'find%' },
      { tag_name: `!misp-galaxy:tea="Green"` },
      { orgc_id: orgc },
      { elements: { country: ['BE', 'LU'] } },
      { eventid: event.uuid },
      { extends_uuid: DEFAULT },
      { galaxy_uuid: GALAXY, order: 'version desc', limit: 1 },
      { limit: 1, page: 2 },
    ]) {
      expect([parameters, await ids(parameters)]).toEqual([parameters, [id]]);
    }
    expect(await ids({ published: 1 })).toEqual([]);
    expect(await ids({ galaxy_id: 'nothing' })).toEqual([]);
    const minimal = await own.post('/galaxy_clusters/restSearch', { uuid, minimal: 1 });
    expect(Object.keys(Object(member(minimal.body, 'response', 0, 'GalaxyCluster')))).toEqual(['uuid', 'version']);
    expect((await own.get('/galaxy_clusters/restSearch')).status).toBe(400);
    expect((await own.post('/galaxy_clusters/restSearch', { limit: 'abc' })).status).toBe(400);
  });
});

describe('galaxies of users', () => {
  it('hold clusters, and are changed and deleted by their organisation alone', async () => {
    const made = await own.post('/galaxies/add', { name: 'Our Teas', description: 'd', distribution: '1' });
    expect(made.body).toMatchObject({
      Galaxy: { type: 'custom-our-teas', namespace: 'custom', default: false, distribution: '1', enabled: true },
    });
    const id = String(member(made.body, 'Galaxy', 'id'));
    expect((await own.post('/galaxies/add', { name: 'our teas' })).status).toBe(403);
    expect((await own.post('/galaxies/add', { name: 'x', distribution: '0' })).status).toBe(403);
    expect((await reader.post('/galaxies/add', { name: 'x' })).status).toBe(403);
    expect((await foreign.post(`/galaxies/edit/${id}`, { name: 'Theirs' })).status).toBe(403);
    expect((await own.post(`/galaxies/edit/${galaxyId}`, { name: 'Mine' })).status).toBe(403);
    expect((await own.post(`/galaxies/edit/${id}`, { Galaxy: { name: 'Our Best Teas' } })).body).toMatchObject({
      Galaxy: { name: 'Our Best Teas', description: 'd', type: 'custom-our-teas' },
    });
    expect(
      (await own.post(`/galaxy_clusters/add/${id}`, { value: 'Sencha', description: 'd', distribution: '0' })).status,
    ).toBe(200);
    expect((await foreign.get(`/galaxies/view/${id}`)).body).toMatchObject({ GalaxyCluster: [] });
    expect((await foreign.post(`/galaxies/delete/${id}`)).status).toBe(403);
    const theirs = await foreign.post(`/galaxy_clusters/add/${id}`, { value: 'Matcha', description: 'd' });
    expect((await own.post(`/galaxies/delete/${id}`)).status).toBe(403);
    await foreign.post(`/galaxy_clusters/delete/${member(theirs.body, 'GalaxyCluster', 'id')}/1`);
    expect((await own.post(`/galaxies/delete/${galaxyId}`)).status).toBe(403);
    expect((await own.post(`/galaxies/delete/${id}`)).status).toBe(200);
    expect((await own.get(`/galaxies/view/${id}`)).status).toBe(404);
  });
});

describe('whole galaxies', () => {
  it('are deleted and wiped by site administrators alone', async () => {
    for (const path of [`/galaxies/delete/${galaxyId}`, '/galaxies/wipe_default', `/galaxies/toggle/${galaxyId}`]) {
      expect((await publisher.post(path)).status).toBe(403);
    }
    await m.admin.post(`/galaxies/toggle/${galaxyId}`);
    expect(member((await own.get(`/galaxies/view/${galaxyId}`)).body, 'Galaxy', 'enabled')).toBe(false);
    expect((await m.admin.post('/galaxies/wipe_default')).status).toBe(200);
    expect((await own.get(`/galaxy_clusters/view/${defaultId}`)).status).toBe(404);
    expect((await m.admin.post(`/galaxies/delete/${GALAXY}`)).status).toBe(200);
    expect((await own.get(`/galaxies/view/${galaxyId}`)).status).toBe(404);
  });
});
