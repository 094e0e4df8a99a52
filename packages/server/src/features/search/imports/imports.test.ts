import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import {
  createApiClient,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The only thing in the published files that is not stored: the same value again in one event. */
const ONCE_MORE =
  /\{"path":"Attribute\[\d+\]","reason":"value: A similar attribute already exists for this event\."\},?/g;

// Each document is read in a thread of its own, whose start takes a while on a busy machine.
describe('the import from the page', { timeout: 60_000 }, () => {
  let magpie: TestMagpie;
  beforeAll(async () => {
    magpie = await startTestMagpie();
  });
  afterAll(() => magpie.stop());

  it('tells what was created, updated and left alone, and names what was refused', async () => {
    const admin = createApiClient(magpie.url, magpie.adminKey);
    const uuid = '3d9f5f0e-3f0b-4a44-9a6b-0d9b4a7f2a11';
    const event = {
      uuid,
      info: 'imported',
      timestamp: '1700000000',
      Attribute: [{ type: 'ip-dst', value: 'no address' }],
    };
    const first = await admin.post('/ui/import', { response: [{ Event: event }, { Event: { info: '' } }] });
    expect(first.body).toMatchObject({
      results: [
        {
          info: 'imported',
          action: 'created',
          rejected: [{ path: 'Attribute[0]', reason: expect.stringContaining('value: ') }],
        },
        { action: 'refused', id: null, rejected: [{ path: 'Event', reason: expect.stringContaining('info') }] },
      ],
    });
    const again = await admin.post('/ui/import', { Event: event });
    expect(again.body).toMatchObject({ results: [{ uuid, action: 'unchanged' }] });
    const newer = await admin.post('/ui/import', { Event: { ...event, timestamp: '1700000001' } });
    expect(newer.body).toMatchObject({ results: [{ uuid, action: 'updated' }] });
  });

  it('makes one event of two copies that come at the same moment, and of several in one file', async () => {
    const admin = createApiClient(magpie.url, magpie.adminKey);
    const uuid = '3d9f5f0e-3f0b-4a44-9a6b-0d9b4a7f2a12';
    const values = Array.from({ length: 50 }, (_, n) => ({ type: 'domain', value: `twice-${n}.example.com` }));
    const event = { uuid, info: 'twice', timestamp: '1700000000', Attribute: values };
    const send = () => admin.post('/ui/import', { response: [{ Event: event }, { Event: event }] });
    const answers = await Promise.all([send(), send()]);
    const actions = answers.flatMap(({ body }) => [0, 1].map((place) => member(body, 'results', place, 'action')));
    expect(actions.toSorted()).toEqual(['created', 'unchanged', 'unchanged', 'unchanged']);
    expect((await admin.get(`/events/view/${uuid}`)).body).toMatchObject({ Event: { attribute_count: '50' } });
  });

  it('stores texts with characters that cannot be stored without these', async () => {
    const admin = createApiClient(magpie.url, magpie.adminKey);
    const answer = await fetch(`${magpie.url}/ui/import`, {
      method: 'POST',
      headers: { authorization: magpie.adminKey, 'content-type': 'text/plain', accept: 'application/json' },
      body: '{"Event":{"info":"odd \\u0000","Attribute":[{"type":"text","value":"\\ud800 x"}]}}',
    });
    const body: unknown = await answer.json();
    expect(body).toMatchObject({ results: [{ info: 'odd \ufffd', action: 'created', rejected: [] }] });
    const { body: stored } = await admin.get(`/events/view/${member(body, 'results', 0, 'id')}`);
    expect(stored).toMatchObject({ Event: { Attribute: [{ value: '\ufffd x' }] } });
  });

  it('does not let a user without the right change the event of another organisation', async () => {
    const owner = createApiClient(magpie.url, magpie.adminKey);
    const { uuid } = await makeEvent(owner, { distribution: 0 });
    const organisation = await makeOrganisation(owner);
    const other = await makeUser(owner, { org_id: organisation.id, role_id: '3' });
    const answer = await createApiClient(magpie.url, other.key).post('/ui/import', {
      Event: { uuid, info: 'taken over' },
    });
    expect(answer.body).toMatchObject({ results: [{ action: 'refused', id: null }] });
    const kept = await owner.get(`/events/view/${uuid}`);
    expect(kept.body).not.toMatchObject({ Event: { info: 'taken over' } });
  });

  const folder = new URL('../../../../../../../shared/data/events/', import.meta.url);
  it.skipIf(!existsSync(folder))(
    'takes every published file whole, but for what it holds twice',
    { timeout: 120_000 },
    async () => {
      const admin = createApiClient(magpie.url, magpie.adminKey);
      const names = (await readdir(folder)).filter((file) => file.endsWith('.json'));
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        const document = JSON.parse(await readFile(new URL(name, folder), 'utf8'));
        const { body } = await admin.post('/ui/import', document);
        expect(body, name).toMatchObject({ results: [{ action: 'created' }] });
        expect(JSON.stringify(body).replaceAll(ONCE_MORE, ''), name).toContain('"rejected":[]');
      }
    },
  );
});
