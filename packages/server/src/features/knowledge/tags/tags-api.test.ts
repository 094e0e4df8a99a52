import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeTag,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let alpha: { id: string; user: ApiClient; other: ApiClient; otherId: string };
let beta: { id: string; user: ApiClient };

beforeAll(async () => {
  magpie = await startTestMagpie();
  const [one, two] = [await makeOrganisation(magpie.admin), await makeOrganisation(magpie.admin)];
  const user = await makeUser(magpie.admin, { org_id: one.id });
  const other = await makeUser(magpie.admin, { org_id: one.id, role_id: '2' });
  const stranger = await makeUser(magpie.admin, { org_id: two.id });
  alpha = { id: one.id, user: magpie.client(user.key), other: magpie.client(other.key), otherId: other.id };
  beta = { id: two.id, user: magpie.client(stranger.key) };
});
afterAll(() => magpie.stop());

async function tagsOf(client: ApiClient, eventId: string): Promise<string[]> {
  const { body } = await client.get(`/events/view/${eventId}`);
  const event = member(body, 'Event');
  const tags =
    typeof event === 'object' && event !== null && 'Tag' in event && Array.isArray(event.Tag) ? event.Tag : [];
  return tags.map((tag) => String(member(tag, 'name')));
}

describe('tags', () => {
  it('are made by tag editors only, and returned unchanged when they exist', async () => {
    const refused = await alpha.user.post('/tags/add', { name: 'a:b', colour: '#112233' });
    expect(refused.status).toBe(403);
    const made = await alpha.other.post('/tags/add', { Tag: { name: 'a:b', colour: '#112233', numerical_value: '5' } });
    expect(made.body).toMatchObject({ Tag: { name: 'a:b', numerical_value: '5', org_id: '0', exportable: true } });
    const again = await alpha.other.post('/tags/add', { name: 'A:B', colour: '#ffffff' });
    expect(again.body).toEqual(made.body);
  });

  it.each([
    [{ name: '' }, 'Could not add the Tag. [name]: This field is required.'],
    [{}, 'Could not add the Tag. [name]: This field is required.'],
    [{ name: 'x', colour: 'red' }, 'Could not add the Tag. [colour]: Colour has to be in the RGB format (#FFFFFF)'],
    [{ name: 'x', org_id: '0x1A' }, 'Could not add the Tag. [org_id]: Expected an id, or 0 for everybody.'],
    [{ name: 'x', numerical_value: 1e300 }, 'Could not add the Tag. [numerical_value]: Expected a whole number.'],
  ])('refuses %j', async (body, message) => {
    expect(await magpie.admin.post('/tags/add', body)).toMatchObject({ status: 405, body: { message } });
  });

  it.each(['0x1A', '1e3', '9223372036854775808', '-1', "1'--", '99999'])('answers 405 to tags/view/%s', async (id) => {
    expect((await magpie.admin.get(`/tags/view/${id}`)).status).toBe(405);
  });

  it('refuses hostile names of the wrong type without a crash', async () => {
    expect((await magpie.admin.post('/tags/add', { name: { a: 1 } })).status).toBe(403);
    expect((await magpie.admin.post('/tags/add', { name: 'a\u0000b' })).status).toBe(400);
    expect((await magpie.admin.post('/tags/add', { name: '\ud800' })).status).toBe(400);
  });

  it('are changed and deleted by site administrators only', async () => {
    const tag = await makeTag(magpie.admin);
    expect((await alpha.other.post(`/tags/edit/${tag.id}`, { colour: '#000000' })).status).toBe(403);
    expect((await alpha.other.post(`/tags/delete/${tag.id}`)).status).toBe(403);
    const edited = await magpie.admin.post(`/tags/edit/${tag.id}`, { hide_tag: 1 });
    expect(edited.body).toMatchObject({ Tag: { hide_tag: true } });
    expect((await magpie.admin.post(`/tags/delete/${tag.id}`)).body).toMatchObject({ message: 'Tag deleted.' });
    expect((await magpie.admin.post(`/tags/delete/${tag.id}`)).status).toBe(404);
  });

  it('keep what two change of them at the same moment', async () => {
    const { id } = await makeTag(magpie.admin, { name: 'changed:by-two' });
    const changes = [{ colour: '#010203' }, { numerical_value: 7 }, { hide_tag: true }];
    await Promise.all(changes.map((change) => magpie.admin.post(`/tags/edit/${id}`, change)));
    expect((await magpie.admin.get(`/tags/view/${id}`)).body).toMatchObject({
      colour: '#010203',
      numerical_value: '7',
      hide_tag: true,
    });
  });

  it('hides tags that are reserved for another organisation or user', async () => {
    await makeTag(magpie.admin, { name: 'only:alpha', org_id: alpha.id });
    const found = async (client: ApiClient) => (await client.post('/tags/search', { name: 'only:%' })).body;
    expect(await found(alpha.user)).toHaveLength(1);
    expect(await found(beta.user)).toEqual([]);
  });

  it('finds by pattern, and exactly when told to', async () => {
    await makeTag(magpie.admin, { name: 'find:100%' });
    await makeTag(magpie.admin, { name: 'find:1000' });
    const names = async (body: unknown) =>
      ((await alpha.user.post('/tags/search', body)).body as unknown[]).map((row) => member(row, 'Tag', 'name'));
    expect(await names({ tagname: 'FIND:%' })).toEqual(['find:100%', 'find:1000']);
    expect(await names({ tagname: 'find:100%', strict_tagname: 1 })).toEqual(['find:100%']);
    expect(await names({ tagname: 'find' })).toEqual([]);
    expect(await names({ tagname: "' or 1=1 --" })).toEqual([]);
  });
});

describe('tagging', () => {
  it('takes several attributes at once, and none of those that the caller may not change', async () => {
    const event = await makeEvent(alpha.user);
    const tag = await makeTag(magpie.admin, { name: 'many:attributes' });
    const values = [{ value: 'one' }, { value: 'two' }].map((fields) =>
      makeAttribute(alpha.user, event.id, { type: 'text', ...fields }),
    );
    const ids = (await Promise.all(values)).map((attribute) => attribute.id);
    const path = `/attributes/addTag/selected/${tag.id}`;
    expect(member((await beta.user.post(path, { attribute_ids: ids })).body, 'saved')).toBe(false);
    expect((await alpha.user.post(path, { attribute_ids: JSON.stringify(ids) })).body).toMatchObject({ saved: true });
    const { body } = await alpha.user.get(`/events/view/${event.id}`);
    expect([0, 1].map((place) => member(body, 'Event', 'Attribute', place, 'Tag', 0, 'name'))).toEqual([
      'many:attributes',
      'many:attributes',
    ]);
    expect((await alpha.user.post(path, { attribute_ids: [] })).status).toBe(404);
    expect((await alpha.user.post(path, { attribute_ids: Array.from({ length: 501 }, (_, i) => i + 1) })).status).toBe(
      400,
    );
  });

  it('needs the right to change the event, and unpublishes it', async () => {
    const event = await makeEvent(alpha.user);
    const tag = await makeTag(magpie.admin);
    await magpie.admin.post(`/events/publish/${event.id}`);
    expect((await beta.user.post(`/events/addTag/${event.id}/${tag.id}`)).body).toEqual({
      saved: false,
      errors: "You don't have permission to do that.",
    });
    expect((await alpha.user.post(`/events/addTag/${event.id}/${tag.id}`)).body).toEqual({
      saved: true,
      success: 'Tag added.',
      check_publish: true,
    });
    const { body } = await alpha.user.get(`/events/view/${event.id}`);
    expect(member(body, 'Event', 'published')).toBe(false);
    expect((await alpha.user.post(`/events/addTag/${event.id}/${tag.id}`)).body).toMatchObject({
      errors: 'Tag is already attached to this event.',
    });
    expect((await alpha.user.post(`/events/removeTag/${event.id}/${tag.id}`)).body).toMatchObject({
      success: 'Tag removed.',
      check_publish: true,
    });
    expect(await tagsOf(alpha.user, event.id)).toEqual([]);
  });

  it('answers the same for events that are not there and events that the viewer may not see', async () => {
    const secret = await makeEvent(alpha.user, { distribution: '0' });
    const tag = await makeTag(magpie.admin);
    const hidden = await beta.user.post(`/events/addTag/${secret.id}/${tag.id}`);
    const missing = await beta.user.post(`/events/addTag/999999/${tag.id}`);
    expect(hidden.body).toEqual(missing.body);
    const body = { uuid: secret.uuid, tag: 'a:b' };
    expect(await beta.user.post('/tags/attachTagToObject', body)).toMatchObject({
      status: 404,
      body: { message: 'Invalid Target.' },
    });
  });

  it('leaves the event alone when the tag is local, which only the host organisation sets by uuid', async () => {
    const event = await makeEvent(alpha.user);
    await makeTag(magpie.admin, { name: 'local:one' });
    await magpie.admin.post(`/events/publish/${event.id}`);
    const body = { uuid: event.uuid, tag: 'local:one', local: 1 };
    expect((await alpha.user.post('/tags/attachTagToObject', body)).status).toBe(403);
    expect((await magpie.admin.post('/tags/attachTagToObject', body)).body).toMatchObject({
      message: expect.stringMatching(/^Local tag local:one\(\d+\) successfully attached to Event/),
    });
    const { body: view } = await alpha.user.get(`/events/view/${event.id}`);
    expect(member(view, 'Event', 'published')).toBe(true);
    expect(member(view, 'Event', 'Tag', 0)).toMatchObject({ name: 'local:one', local: true, relationship_type: null });
  });

  it('tells nothing of reserved tags by their ids', async () => {
    const event = await makeEvent(alpha.user);
    const { id } = await makeTag(magpie.admin, { name: 'counted:other', user_id: alpha.otherId });
    const attach = async (tag: string) => {
      const { status, body } = await alpha.user.post('/tags/attachTagToObject', { uuid: event.uuid, tag: Number(tag) });
      return { status, body };
    };
    const answer = await attach(id);
    expect(answer.status).toBe(403);
    expect(answer).toEqual(await attach('987654'));
  });

  it('tells who alone may set a reserved tag by name', async () => {
    const event = await makeEvent(alpha.user);
    const tag = await makeTag(magpie.admin, { name: 'only:other', user_id: alpha.otherId });
    const attach = (client: ApiClient) =>
      client.post('/tags/attachTagToObject', { uuid: event.uuid, tag: 'only:other' });
    expect((await attach(alpha.user)).body).toMatchObject({
      errors: 'Failed to attach 1 tags. Reasons: {"0":"Invalid Tag. This tag can only be set by a fixed user."}',
    });
    expect((await attach(alpha.other)).body).toMatchObject({
      message: `Global tag only:other(${tag.id}) successfully attached to Event(${event.id}).`,
    });
  });

  it('does not let the body name another target than the URL', async () => {
    const own = await makeEvent(alpha.user);
    const foreign = await makeEvent(beta.user);
    const answer = await alpha.user.post(`/events/addTag/${own.id}/1`, { event: foreign.id, tag: '1' });
    expect(answer.status).toBe(403);
    expect(await tagsOf(beta.user, foreign.id)).toEqual([]);
  });

  it('tags attributes by id and uuid and moves their timestamp', async () => {
    const event = await makeEvent(alpha.user);
    const attribute = await makeAttribute(alpha.user, event.id, { timestamp: '1000000000' });
    const tag = await makeTag(magpie.admin);
    expect((await alpha.user.post(`/attributes/addTag/${attribute.id}/${tag.id}`)).body).toMatchObject({ saved: true });
    const { body } = await alpha.user.get(`/attributes/view/${attribute.id}`);
    expect(Number(member(body, 'Attribute', 'timestamp'))).toBeGreaterThan(1_000_000_000);
    const name = String(member(tag.body, 'Tag', 'name'));
    const removed = await alpha.user.post('/tags/removeTagFromObject', { uuid: attribute.uuid, tag: name });
    expect(removed.body).toMatchObject({
      message: `Global tag ${name} (${tag.id}) successfully removed from Attribute(${attribute.id}).`,
    });
    expect((await alpha.user.post(`/attributes/addTag/999999/${tag.id}`)).status).toBe(404);
  });

  it('attaches one tag once when asked ten times at the same moment', async () => {
    const event = await makeEvent(alpha.user);
    const tag = await makeTag(magpie.admin);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => alpha.user.post(`/events/addTag/${event.id}/${tag.id}`)),
    );
    expect(answers.filter(({ body }) => member(body, 'saved') === true)).toHaveLength(1);
    expect(await tagsOf(alpha.user, event.id)).toHaveLength(1);
  });

  it('sets and clears the relationship of a tag', async () => {
    const event = await makeEvent(alpha.user);
    const tag = await makeTag(magpie.admin);
    await alpha.user.post(`/events/addTag/${event.id}/${tag.id}`);
    const [link] = await magpie.magpie.database.asSystem('test', (tx) =>
      tx.query<{ id: number }>('select id from event_tags where event_id = $1', [Number(event.id)]),
    );
    const change = (client: ApiClient, body: unknown) =>
      client.post(`/tags/modifyTagRelationship/event/${link?.id}`, body);
    const wrapped = { Tag: { relationship_type: 'related-to' } };
    expect((await change(beta.user, wrapped)).status).toBe(403);
    expect((await change(alpha.user, wrapped)).body).toMatchObject({ data: { event_id: event.id } });
    const read = async () =>
      member((await alpha.user.get(`/events/view/${event.id}`)).body, 'Event', 'Tag', 0, 'relationship_type');
    expect(await read()).toBe('related-to');
    await change(alpha.user, { relationship_type: 'flat is not read' });
    expect(await read()).toBeNull();
  });

  it('counts and shows only what the viewer sees', async () => {
    const secret = await makeEvent(alpha.user, { distribution: '0' });
    const tag = await makeTag(magpie.admin);
    await alpha.user.post(`/events/addTag/${secret.id}/${tag.id}`);
    const name = String(member(tag.body, 'Tag', 'name'));
    expect((await alpha.user.get(`/tags/view/${tag.id}`)).body).toMatchObject({ count: 1, attribute_count: 0 });
    expect((await beta.user.get(`/tags/view/${tag.id}`)).body).toMatchObject({ count: 0, attribute_count: 0 });
    const statistics = (await beta.user.get('/tags/tagStatistics')).body;
    expect(JSON.stringify(statistics)).not.toContain(name);
  });
});
