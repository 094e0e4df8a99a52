import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let stranger: ApiClient;
let largeId: string;
let openId: string;
let privateId: string;

/** Above what is read in one page, so that the event is written in pieces. */
const ATTRIBUTES = 2600;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const organisation = await makeOrganisation(magpie.admin);
  stranger = await magpie.user(organisation);
  const shared = [{ type: 'domain', value: 'shared.example' }];
  openId = (await makeEvent(magpie.admin, { distribution: '1', Attribute: shared })).id;
  privateId = (await makeEvent(magpie.admin, { distribution: '0', Attribute: shared })).id;
  const object = {
    name: 'thing',
    'meta-category': 'misc',
    description: 'a thing',
    template_uuid: '90000000-0000-4000-8000-000000000711',
    distribution: '5',
    Attribute: [{ type: 'text', object_relation: 'x', value: 'member' }],
  };
  const numbered = Array.from({ length: ATTRIBUTES }, (_, n) => ({ type: 'domain', value: `n${n}.example` }));
  const tagged = { type: 'text', value: 'tagged', Tag: [{ name: 'large:tag' }] };
  const large = { distribution: '1', Attribute: [...shared, tagged, ...numbered], Object: [object] };
  largeId = (await makeEvent(magpie.admin, large)).id;
}, 60_000);
afterAll(() => magpie.stop());

async function view(client: ApiClient) {
  const { body } = await client.get(`/events/view/${largeId}`);
  const related = member(body, 'Event', 'RelatedEvent') as { Event: { id: string } }[];
  return { body, related: related.map(({ Event }) => Event.id) };
}

describe('an event that is written in pieces', () => {
  it('holds everything once, in order, with tags and members of objects', async () => {
    const { body } = await view(magpie.admin);
    const attributes = member(body, 'Event', 'Attribute') as { value: string; Tag?: { name: string }[] }[];
    expect(attributes.map(({ value }) => value)).toEqual([
      'shared.example',
      'tagged',
      ...Array.from({ length: ATTRIBUTES }, (_, n) => `n${n}.example`),
    ]);
    expect(attributes[1]?.Tag).toMatchObject([{ name: 'large:tag' }]);
    expect(member(body, 'Event', 'Object', 0, 'Attribute', 0, 'value')).toBe('member');
    expect(member(body, 'Event', 'attribute_count')).toBe(String(ATTRIBUTES + 3));
  });

  it('names the related events that its reader sees, and no others', async () => {
    expect((await view(magpie.admin)).related.sort()).toEqual([openId, privateId].sort());
    expect((await view(stranger)).related).toEqual([openId]);
  });

  it('names the same related events whether one connection looks them up or two', async () => {
    const file = (n: number) => ({ type: 'filename|md5', value: `f${n}.exe|${n.toString(16).padStart(32, '0')}` });
    const files = (from: number, count: number) => Array.from({ length: count }, (_, n) => file(from + n));
    const others: string[] = [];
    for (const n of [3, 500, 1400, 2599]) {
      const date = `2024-0${others.length + 1}-01`;
      others.unshift(
        (await makeEvent(magpie.admin, { date, distribution: '1', Attribute: [file(n), file(n + 5)] })).id,
      );
    }
    const hidden = await makeEvent(magpie.admin, { date: '2025-01-01', distribution: '0', Attribute: files(700, 4) });
    const whole = await makeEvent(magpie.admin, { distribution: '1', Attribute: files(0, ATTRIBUTES) });
    const seen = async (client: ApiClient) => {
      const { body } = await client.get(`/events/view/${whole.id}/metadata:1`);
      return (member(body, 'Event', 'RelatedEvent') as { Event: { id: string } }[]).map(({ Event }) => Event.id);
    };
    expect(await seen(magpie.admin)).toEqual([hidden.id, ...others]);
    expect(await seen(stranger)).toEqual(others);
  });

  it('leaves related events out where they are not wanted', async () => {
    const { body } = await magpie.admin.get(`/events/view/${largeId}/includeEventCorrelations:0`);
    expect(member(body, 'Event')).not.toHaveProperty('RelatedEvent');
  });

  it('is answered to who adds it as it is viewed afterwards', async () => {
    const kinds = [
      (n: number) => ({ type: 'domain', value: `again${n}.example`, comment: n % 2 ? 'seen' : '', to_ids: false }),
      (n: number) => ({ type: 'filename|md5', value: `f${n}.exe|${String(n).padStart(32, '0')}`, distribution: '0' }),
      (n: number) => ({ type: 'text', value: `  gone ${n}`, deleted: true }),
      (n: number) => ({
        type: 'ip-dst',
        value: `2001:DB8::${n.toString(16)}`,
        first_seen: '2024-01-02T03:04:05.678901+00:00',
        disable_correlation: true,
        timestamp: String(1_700_000_000 + n),
      }),
    ];
    const sent = {
      info: 'Answered',
      distribution: '3',
      Attribute: Array.from({ length: 2 * ATTRIBUTES }, (_, n) => kinds[n % kinds.length]?.(n)),
    };
    const added = await magpie.admin.post('/events/add', sent);
    const viewed = await magpie.admin.get(`/events/view/${String(member(added.body, 'Event', 'id'))}`);
    expect(member(added.body, 'Event', 'Attribute', 0, 'id')).toBeTypeOf('string');
    expect(member(added.body, 'Event', 'Attribute')).toEqual(member(viewed.body, 'Event', 'Attribute'));
    expect(Object.keys(member(added.body, 'Event') as object).sort()).toEqual(
      Object.keys(member(viewed.body, 'Event') as object).sort(),
    );
  });
});
