import {
  type ApiClient,
  makeEvent,
  makeOrganisation,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
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
  stranger = magpie.client((await makeUser(magpie.admin, { org_id: organisation.id })).key);
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

  it('leaves related events out where they are not wanted', async () => {
    const { body } = await magpie.admin.get(`/events/view/${largeId}/includeEventCorrelations:0`);
    expect(member(body, 'Event', 'RelatedEvent')).toEqual([]);
  });
});
