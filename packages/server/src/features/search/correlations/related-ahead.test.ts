import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let ann: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  ann = await magpie.user(await makeOrganisation(magpie.admin));
});
afterAll(() => magpie.stop());

const EMPTY_FILE = 'd41d8cd98f00b204e9800998ecf8427e';

/** An event so large that its related events are looked for while it is stored. */
function large(name: string, attributes: readonly Record<string, unknown>[]) {
  const others = Array.from({ length: 1200 }, (_, index) => ({ type: 'domain', value: `${name}-${index}.example` }));
  return { info: name, distribution: '3', Attribute: [...others, ...attributes] };
}

async function addedAndViewed(event: Record<string, unknown>): Promise<string[]> {
  const added = await ann.post('/events/add', { Event: event });
  expect(added.status).toBe(200);
  const viewed = await ann.get(`/events/view/${member(added.body, 'Event', 'id')}`);
  // A view tells more of each.
  const [told, seen] = [added, viewed].map(({ body }) =>
    (member(body, 'Event', 'RelatedEvent') as unknown[]).map((one) => member(one, 'Event')),
  );
  expect(told).toEqual(seen);
  return (told ?? []).map((event) => String(member(event, 'info')));
}

describe('the answer to adding a large event', () => {
  it('tells the related events that a view of it tells', async () => {
    const hidden = await magpie.user();
    const store = (client: ApiClient, info: string, attribute: { type: string; value: string }, distribution = '3') =>
      makeEvent(client, { info, distribution, date: '2026-01-01', Attribute: [attribute] });
    await store(ann, 'by first half', { type: 'domain', value: 'first.example' });
    await store(ann, 'by second half', { type: 'md5', value: EMPTY_FILE });
    await store(ann, 'excluded', { type: 'domain', value: 'a.excluded.example' });
    await store(ann, 'switched off', { type: 'domain', value: 'off.example' });
    await store(ann, 'of a port', { type: 'text', value: '443' });
    await store(hidden, 'of others alone', { type: 'domain', value: 'first.example' }, '0');
    const apart = await store(ann, 'kept apart', { type: 'domain', value: 'apart.example' });
    for (let n = 0; n < 21; n += 1) await store(ann, `popular ${n}`, { type: 'domain', value: 'popular.example' });
    await magpie.admin.post('/correlation_exclusions/add', { value: '%.excluded.example' });
    await magpie.admin.post('/correlation_rules/add', {
      ...{ name: 'apart', selector_type: 'event_info', selector_list: ['kept apart', 'large'] },
    });
    const attributes = [
      { type: 'domain', value: 'FIRST.example' },
      { type: 'filename|md5', value: `x.exe|${EMPTY_FILE}` },
      { type: 'domain', value: 'a.excluded.example' },
      { type: 'domain', value: 'off.example', disable_correlation: true },
      { type: 'ip-dst|port', value: '198.51.100.4|443' },
      { type: 'domain', value: 'apart.example' },
      { type: 'domain', value: 'popular.example' },
    ];
    expect(await addedAndViewed(large('large', attributes))).toEqual(['by first half', 'by second half']);
    expect((await addedAndViewed(large('off', attributes.slice(0, 1)))).sort()).toEqual(['by first half', 'large']);
    expect(await addedAndViewed({ ...large('none', attributes), disable_correlation: true })).toEqual([]);
    // One whose uuid another attribute has is not stored.
    const taken = String(member((await ann.get(`/events/view/${apart.id}`)).body, 'Event', 'Attribute', 0, 'uuid'));
    expect(await addedAndViewed(large('taken', [{ type: 'domain', value: 'apart.example', uuid: taken }]))).toEqual([]);
  });
});
