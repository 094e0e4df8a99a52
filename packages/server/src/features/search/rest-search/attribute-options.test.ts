import { type ApiClient, makeAttribute, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TAG = 'misp-galaxy:tea="Green"';

let m: TestMagpie;
let own: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  own = await m.user();
  other = await m.user();
  await m.magpie.database.asSystem('a library galaxy', (tx) =>
    tx.execute(
      `with g as (insert into galaxies (uuid, name, type, version) values (gen_random_uuid(), 'Tea', 'tea', '1') returning id)
       insert into galaxy_clusters (uuid, type, value, tag_name, galaxy_id, version, is_default)
       select gen_random_uuid(), 'tea', 'Green', $1, id, 1, true from g`,
      [TAG],
    ),
  );
});
afterAll(() => m.stop());

async function search(client: ApiClient, body: object) {
  const answer = await client.post('/attributes/restSearch', body);
  expect(answer.status).toBe(200);
  const rows: unknown = member(answer.body, 'response', 'Attribute');
  return Array.isArray(rows) ? rows : [];
}

describe('includeGalaxy', () => {
  it('tells the galaxies of attributes by their own tags', async () => {
    const event = await makeEvent(own);
    const { uuid } = await makeAttribute(own, event.id, { type: 'text', value: 'tea' });
    await makeAttribute(own, event.id, { type: 'text', value: 'water' });
    expect((await m.admin.post('/tags/attachTagToObject', { uuid, tag: TAG })).status).toBe(200);
    const rows = await search(own, { eventid: event.id, includeGalaxy: 1 });
    expect(rows).toMatchObject([
      { value: 'tea', Galaxy: [{ type: 'tea', GalaxyCluster: [{ value: 'Green' }] }] },
      { value: 'water', Galaxy: [] },
    ]);
    expect((await search(own, { eventid: event.id }))[0]).not.toHaveProperty('Galaxy');
  });
});

describe('allow_proposal_blocking', () => {
  it('leaves out what somebody proposes to delete, and not what was only proposed to change', async () => {
    const event = await makeEvent(own, { distribution: '3' });
    const [doomed, changed] = [
      await makeAttribute(own, event.id, { type: 'text', value: 'doomed' }),
      await makeAttribute(own, event.id, { type: 'text', value: 'changed' }),
    ];
    await other.post(`/shadow_attributes/delete/${doomed.id}`);
    await other.post(`/shadow_attributes/edit/${changed.id}`, { value: 'new' });
    const values = async (body: object) => (await search(own, { eventid: event.id, ...body })).map((row) => row.value);
    expect(await values({})).toEqual(['doomed', 'changed']);
    expect(await values({ allow_proposal_blocking: 1 })).toEqual(['changed']);
    expect(await values({ allow_proposal_blocking: 0 })).toEqual(['doomed', 'changed']);
  });
});
