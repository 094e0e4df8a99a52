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
    const with_ = (client: ApiClient, info: string, distribution: string, type: string, value: string) =>
      makeEvent(client, { info, distribution, date: '2026-01-01', Attribute: [{ type, value }] });
    await with_(ann, 'by first half', '3', 'domain', 'first.example');
    await with_(ann, 'by second half', '3', 'md5', EMPTY_FILE);
    await with_(ann, 'excluded', '3', 'domain', 'a.excluded.example');
    await with_(ann, 'switched off', '3', 'domain', 'off.example');
    await with_(ann, 'of a port', '3', 'text', '443');
    await with_(hidden, 'of others alone', '0', 'domain', 'first.example');
    const apart = await with_(ann, 'kept apart', '3', 'domain', 'apart.example');
    for (let n = 0; n < 21; n += 1) await with_(ann, `popular ${n}`, '3', 'domain', 'popular.example');
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
