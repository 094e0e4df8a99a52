import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: Made;
let beta: Made;
let owner: ApiClient;
let colleague: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  alpha = await makeOrganisation(magpie.admin);
  beta = await makeOrganisation(magpie.admin);
  const user = magpie.user;
  owner = await user(alpha, '2');
  colleague = await user(alpha, '3');
  other = await user(beta, '3');
});

afterAll(() => magpie.stop());

/** An event with one of everything; `value` is in its attribute, its object's attribute, its tag and its report. */
async function makeFullEvent(
  fields: object = {},
): Promise<{ id: string; value: string; parts: Record<string, string> }> {
  const value = `value-${crypto.randomUUID()}`;
  const event = await makeEvent(owner, {
    distribution: '3',
    Tag: [{ name: value }],
    Attribute: [{ type: 'text', value, Tag: [{ name: value }] }],
    Object: [
      {
        name: 'annotation',
        'meta-category': 'misc',
        description: 'd',
        template_uuid: '5d8dc046-15a1-4ca3-a09f-ed4ede7c4487',
        template_version: '1',
        distribution: '5',
        Attribute: [{ type: 'text', object_relation: 'text', value: `${value} in object`, Tag: [{ name: value }] }],
      },
    ],
    EventReport: [{ name: value, content: value, distribution: '5' }],
    ...fields,
  });
  const id = (...path: (string | number)[]) => String(member(event.body, 'Event', ...path, 'id'));
  const parts = { attribute: id('Attribute', 0), object: id('Object', 0), report: id('EventReport', 0) };
  return { id: event.id, value, parts };
}

/** What of the event a client gets to see, by every way there is. */
async function seenBy(client: ApiClient, event: { id: string; value: string; parts: Record<string, string> }) {
  const status = async (path: string) => (await client.get(path)).status === 200;
  const found = async (path: string, filter: object) => {
    const answer = await client.post(path, { returnFormat: 'json', ...filter });
    return JSON.stringify(answer.body).includes(event.value);
  };
  return {
    event: await status(`/events/view/${event.id}`),
    attribute: await status(`/attributes/view/${event.parts.attribute}`),
    object: await status(`/objects/view/${event.parts.object}`),
    report: await status(`/eventReports/view/${event.parts.report}`),
    byValue: await found('/attributes/restSearch', { value: event.value }),
    byTag: await found('/attributes/restSearch', { tags: event.value }),
    inObject: await found('/attributes/restSearch', { value: `${event.value} in object` }),
    byEventTag: await found('/events/restSearch', { tags: event.value }),
  };
}

const everything = {
  event: true,
  attribute: true,
  object: true,
  report: true,
  byValue: true,
  byTag: true,
  inObject: true,
  byEventTag: true,
};
const nothing = Object.fromEntries(Object.keys(everything).map((key) => [key, false]));

describe('a change of an event', () => {
  it('of its distribution carries all that it holds, both ways', async () => {
    const event = await makeFullEvent();
    expect(await seenBy(other, event)).toEqual(everything);
    expect((await owner.post(`/events/edit/${event.id}`, { distribution: '0' })).status).toBe(200);
    expect(await seenBy(other, event)).toEqual(nothing);
    expect(await seenBy(colleague, event)).toEqual(everything);
    expect((await owner.post(`/events/edit/${event.id}`, { distribution: '1' })).status).toBe(200);
    expect(await seenBy(other, event)).toEqual(everything);
  });

  it('to a group that nothing was shared with before, in one edit with new parts', async () => {
    const event = await makeFullEvent();
    const group = await makeSharingGroup(owner, [alpha.uuid]);
    const answer = await owner.post(`/events/edit/${event.id}`, {
      distribution: '4',
      sharing_group_id: group.id,
      Tag: [{ name: `${event.value} more` }],
      Attribute: [{ type: 'text', value: `${event.value} more` }],
    });
    expect(answer.status).toBe(200);
    expect(member(answer.body, 'Event', 'SharingGroup', 'id')).toBe(group.id);
    expect(await seenBy(other, event)).toEqual(nothing);
    expect(await seenBy(colleague, event)).toEqual(everything);
    await owner.post('/sharing_groups/addOrg', { sg_id: group.id, org_id: beta.id });
    expect(await seenBy(other, event)).toEqual(everything);
  });

  it('of an attribute or object goes with its tags and members', async () => {
    const event = await makeFullEvent();
    await owner.post(`/attributes/edit/${event.parts.attribute}`, { distribution: '0' });
    await owner.post(`/objects/edit/${event.parts.object}`, { distribution: '0' });
    expect(await seenBy(other, event)).toEqual({
      ...nothing,
      event: true,
      report: true,
      byEventTag: true,
    });
    await owner.post(`/attributes/edit/${event.parts.attribute}`, { distribution: '5' });
    await owner.post(`/objects/edit/${event.parts.object}`, { distribution: '3' });
    expect(await seenBy(other, event)).toEqual(everything);
  });
});

describe('unpublished events, where they are private', () => {
  const setPrivate = async (value: boolean) => {
    const answer = await magpie.admin.post('/servers/serverSettingsEdit/MISP.unpublishedprivate', { value });
    expect(answer.status).toBe(200);
  };
  afterEach(() => setPrivate(false));

  it('are hidden as soon as the setting is on, and shown as soon as it is off', async () => {
    const event = await makeFullEvent();
    await setPrivate(true);
    expect(await seenBy(other, event)).toEqual(nothing);
    expect(await seenBy(colleague, event)).toEqual(everything);
    await setPrivate(false);
    expect(await seenBy(other, event)).toEqual(everything);
  });

  it('open by publishing and close by unpublishing', async () => {
    await setPrivate(true);
    const event = await makeFullEvent();
    expect(await seenBy(other, event)).toEqual(nothing);
    expect((await owner.post(`/events/publish/${event.id}`)).status).toBe(200);
    expect(await seenBy(other, event)).toEqual(everything);
    expect((await owner.post(`/events/unpublish/${event.id}`)).status).toBe(200);
    expect(await seenBy(other, event)).toEqual(nothing);
  });

  it.each([
    ['a new attribute', (event: { id: string }) => ['/attributes/add/', event.id, { type: 'text', value: 'new' }]],
    ['a changed attribute', ({ parts }: Parts) => ['/attributes/edit/', parts.attribute, { comment: 'changed' }]],
    ['a deleted attribute', ({ parts }: Parts) => ['/attributes/delete/', parts.attribute, {}]],
    ['a changed object', ({ parts }: Parts) => ['/objects/edit/', parts.object, { comment: 'changed' }]],
    ['a new report', (event: { id: string }) => ['/eventReports/add/', event.id, { name: 'new' }]],
    ['a changed report', ({ parts }: Parts) => ['/eventReports/edit/', parts.report, { name: 'changed' }]],
    ['an edit', (event: { id: string }) => ['/events/edit/', event.id, { info: 'changed' }]],
  ])('are hidden again by %s, which unpublishes', async (_change, request) => {
    await setPrivate(true);
    const event = await makeFullEvent();
    await owner.post(`/events/publish/${event.id}`);
    expect((await seenBy(other, event)).event).toBe(true);
    const [path, id, body] = request(event);
    expect((await owner.post(`${path}${id}`, body)).status).toBe(200);
    expect(await seenBy(other, event)).toEqual(nothing);
    await owner.post(`/events/publish/${event.id}`);
    expect((await seenBy(other, event)).event).toBe(true);
  });
});

type Parts = Awaited<ReturnType<typeof makeFullEvent>>;
