import { type ApiClient, makeAttribute, makeEvent, makeOrganisation, startTestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: Awaited<ReturnType<typeof startTestMagpie>>;
let owner: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  const [oak, elm] = [await makeOrganisation(m.admin), await makeOrganisation(m.admin)];
  owner = await m.user(oak);
  other = await m.user(elm);
});
afterAll(() => m.stop());

describe('enrichment without a module service', () => {
  it('says so to who may enrich, and nothing to who may not', async () => {
    const event = await makeEvent(owner, { distribution: '1' });
    const attribute = await makeAttribute(owner, event.id, { distribution: '5' });
    const hidden = await makeAttribute(owner, event.id, { distribution: '0' });
    const paths = [`/events/enrichEvent/${event.id}`, `/attributes/enrich/${attribute.id}`];
    for (const path of [...paths, `/events/queryEnrichment/${attribute.uuid}`]) {
      expect(await owner.post(path, { dns: true })).toMatchObject({
        status: 405,
        body: { message: 'No module service for enrichment is set up.' },
      });
      expect((await other.post(path, { dns: true })).status).toBe(403);
    }
    expect((await other.post(`/attributes/enrich/${hidden.id}`, {})).status).toBe(404);
    expect((await other.get(`/attributes/hoverEnrichment/${hidden.id}`)).status).toBe(404);
    expect((await other.get(`/attributes/hoverEnrichment/${attribute.id}`)).status).toBe(405);
  });
});
