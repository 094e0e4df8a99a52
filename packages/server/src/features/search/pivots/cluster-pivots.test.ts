import { type ApiClient, makeEvent, makeTag, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let maker: ApiClient;
let stranger: ApiClient;
/** A cluster that all see and one of the maker's organisation alone. */
const clusters: Record<'open' | 'own', { id: string; uuid: string; tag: string }> = {
  open: { id: '', uuid: '', tag: '' },
  own: { id: '', uuid: '', tag: '' },
};
const events: Record<string, string> = {};

beforeAll(async () => {
  magpie = await startTestMagpie();
  [maker, stranger] = [await magpie.user(), await magpie.user()];
  const galaxy = await magpie.admin.post('/galaxies/add', { name: 'Own', type: 'custom-own', description: 'x' });
  const galaxyId = member(galaxy.body, 'Galaxy', 'id');
  for (const name of ['open', 'own'] as const) {
    const { body } = await maker.post(`/galaxy_clusters/add/${galaxyId}`, {
      ...{ value: `Secret ${name}`, description: 'x', distribution: name === 'open' ? '3' : '0' },
    });
    const cluster = Object(member(body, 'GalaxyCluster'));
    clusters[name] = { id: String(cluster.id), uuid: cluster.uuid, tag: cluster.tag_name };
  }
  for (const name of ['plain', clusters.open.tag, clusters.own.tag]) await makeTag(magpie.admin, { name });
  for (const [info, distribution, tags] of [
    ['seen one', '3', [clusters.open.tag, 'plain']],
    ['seen two', '3', [clusters.open.tag, clusters.own.tag]],
    ['hidden', '0', [clusters.open.tag]],
    ['seen three', '3', [clusters.own.tag]],
  ] as const) {
    const { id } = await makeEvent(maker, {
      ...{ info, distribution, Tag: tags.map((name) => ({ name })) },
      Attribute: [{ type: 'text', value: `of ${info}`, Tag: [{ name: clusters.open.tag }] }],
    });
    events[info] = id;
  }
});
afterAll(() => magpie?.stop());

async function near(client: ApiClient, from: unknown, kind: string) {
  const { status, body } = await client.post('/pivots/neighbours', { from, kind });
  if (status !== 200) return status;
  return (member(body, 'neighbours') as Record<string, unknown>[]).map((one) => one.value ?? one.info ?? one.name);
}

describe('pivots from a cluster', () => {
  it('lead to what carries it, as far as the reader sees', async () => {
    const all = ['seen one', 'seen two', 'hidden'];
    for (const cluster of [clusters.open.id, Number(clusters.open.id), clusters.open.uuid]) {
      expect(await near(maker, { cluster }, 'events')).toEqual(all);
      expect(await near(stranger, { cluster }, 'events')).toEqual(['seen one', 'seen two']);
    }
    const from = { cluster: clusters.open.uuid };
    expect(await near(maker, from, 'attributes')).toEqual([...all, 'seen three'].map((info) => `of ${info}`));
    expect(await near(stranger, from, 'attributes')).toEqual(
      ['seen one', 'seen two', 'seen three'].map((info) => `of ${info}`),
    );
    const { body } = await stranger.post('/pivots/counts', { from });
    expect((member(body, 'kinds') as Record<string, unknown>[]).map(({ kind, count }) => [kind, count])).toEqual([
      ['events', 2],
      ['attributes', 3],
      ['tags', 2],
    ]);
  });

  it('tell nothing but the tag, as events do, of a cluster that the reader does not see', async () => {
    const asked = async (client: ApiClient, path: string, body: unknown) => {
      const answer = await client.post(`/pivots/${path}`, body);
      return { status: answer.status, text: JSON.stringify(answer.body) };
    };
    for (const cluster of [clusters.own.id, clusters.own.uuid]) {
      const bodies = [
        ['neighbours', { from: { cluster }, kind: 'events' }],
        ['counts', { from: { cluster } }],
        ['paths', { from: { cluster }, to: { event: events['seen two'] } }],
      ] as const;
      for (const [path, body] of bodies) {
        expect((await asked(maker, path, body)).status).toBe(200);
        expect([path, (await asked(stranger, path, body)).status]).toEqual([path, 404]);
      }
    }
    expect(await near(stranger, { tag: clusters.own.tag }, 'events')).toEqual(['seen two', 'seen three']);
    const ends = { from: { event: events['seen two'] }, to: { event: events['seen three'] } };
    for (const client of [maker, stranger]) {
      const { text } = await asked(client, 'paths', ends);
      expect(text).toContain(clusters.own.uuid);
      expect(text).not.toContain('Secret');
    }
  });
});
