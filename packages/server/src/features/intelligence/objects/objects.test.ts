import { randomUUID } from 'node:crypto';
import { makeEvent, makeSharingGroup, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addThing, objectsOf, text, unknown } from './testing/things.ts';
import { rowsOf, startWorld, textAt, type World } from './testing/world.ts';

let world: World;
const templateUuid = '90000000-0000-4000-8000-000000000700';

beforeAll(async () => {
  world = await startWorld();
  await world.magpie.magpie.database.asSystem('a template for the tests', async (tx) => {
    const template = await tx.first<{ id: number }>(
      `insert into object_templates (uuid, name, meta_category, description, version, requirements, active, definition)
       values ($1, 'parcel', 'misc', 'A parcel', 3, $2, true, '{}') returning id`,
      [templateUuid, { required: ['sender'], requiredOneOf: ['weight', 'size'] }],
    );
    await tx.execute(
      `insert into object_template_elements (object_template_id, object_relation, type, multiple)
       values ($1, 'sender', 'text', false), ($1, 'weight', 'text', true), ($1, 'size', 'text', true)`,
      [template?.id ?? 0],
    );
  });
});

afterAll(() => world.magpie.stop());

const parcel = (attributes: readonly object[], more: object = {}) => ({
  template_uuid: templateUuid,
  template_version: '3',
  Attribute: attributes,
  ...more,
});

describe('adding an object', () => {
  it('takes what the template fixes and unpublishes the event', async () => {
    const event = await makeEvent(world.owner);
    await world.magpie.admin.post(`/events/publish/${event.id}`);
    const body = parcel([text('sender', 'me'), text('weight', '1')], { name: 'other', description: 'mine' });
    const answer = await world.owner.post(`/objects/add/${event.uuid}`, body);
    expect(answer.body).toMatchObject({
      Object: { name: 'parcel', 'meta-category': 'misc', description: 'A parcel', template_version: '3' },
    });
    const view = await world.owner.get(`/events/view/${event.id}`);
    expect(view.body).toMatchObject({ Event: { published: false, attribute_count: '2' } });
  });

  it.each([
    [[text('weight', '1')], 'Could not save the object as a required attribute is not set (sender)'],
    [
      [text('sender', 'me')],
      'Could not save the object as it requires at least one of the following attributes to be set: weight, size',
    ],
    [
      [text('sender', 'me'), text('sender', 'you'), text('size', '1')],
      'Could not save the object as a unique relationship within the object was assigned to more than one attribute. This is only allowed if the multiple flag is set in the object template.',
    ],
  ])('keeps to the template: %j', async (attributes, errors) => {
    const event = await makeEvent(world.owner);
    const answer = await world.owner.post(`/objects/add/${event.id}`, parcel(attributes));
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ saved: false, name: 'Could not add Object', errors });
    expect(await objectsOf(world.owner, event.id)).toEqual([]);
    expect(await rowsOf(world, 'select id from objects where event_id = $1', [event.id])).toEqual([]);
  });

  it('takes the template of the path before that of the body', async () => {
    const event = await makeEvent(world.owner);
    const attributes = [text('sender', 'me'), text('weight', '1'), text('weight', '2'), text('colour', 'red')];
    const answer = await world.owner.post(`/objects/add/${event.id}/${templateUuid}/3`, {
      Object: { comment: 'c' },
      Attribute: attributes,
    });
    expect(answer.body).toMatchObject({ Object: { name: 'parcel', comment: 'c', template_uuid: templateUuid } });
    expect(member(answer.body, 'Object', 'Attribute')).toHaveLength(4);
  });

  it('refuses the whole object when one attribute is not valid', async () => {
    const event = await makeEvent(world.owner);
    const attributes = [text('ok', 'fine'), { object_relation: 'hash', type: 'md5', value: 'bad' }];
    const answer = await world.owner.post(`/objects/add/${event.id}`, unknown(attributes));
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ name: 'Could not add object', url: `/objects/add/${event.id}/` });
    expect(textAt(answer, 'errors')).toMatch(
      /^Could not save object as at least one attribute has failed validation \(hash\)/,
    );
    expect(await rowsOf(world, 'select id from attributes where event_id = $1', [event.id])).toEqual([]);
  });

  it('refuses an object without attributes, without template information, and with a known uuid', async () => {
    const event = await makeEvent(world.owner);
    const { uuid } = await addThing(world.owner, event.id, [text('a', '1')]);
    const path = `/objects/add/${event.id}`;
    const errors = async (body: object) => textAt(await world.owner.post(path, body), 'errors');
    expect(await errors(unknown([]))).toBe('Could not save the object as no attributes were set.');
    expect(await errors({ Attribute: [text('a', '1')] })).toMatch(/lacking template information. \(name\)$/);
    expect(await errors(unknown([text('a', '1')], { uuid }))).toBe(
      'Object could not be saved.\nuuid: The UUID provided is not unique',
    );
    expect(await errors(unknown([text('a', '1')], { distribution: 9 }))).toMatch(/distribution: /);
  });

  it('finds a duplicate whatever the order, when categories are given', async () => {
    const event = await makeEvent(world.owner);
    const a = text('a', '1', { category: 'Other' });
    const b = text('b', '2', { category: 'Other' });
    const { id, uuid } = await addThing(world.owner, event.id, [a, b]);
    const again = await world.owner.post(`/objects/add/${event.id}/breakOnDuplicate:1`, unknown([b, a]));
    expect(again.status).toBe(403);
    expect(textAt(again, 'errors')).toBe(
      `Duplicate object found (id: ${id}, uuid: ${uuid}). Since breakOnDuplicate is set the object will not be added.`,
    );
    const inBody = await world.owner.post(`/objects/add/${event.id}`, unknown([a, b], { breakOnDuplicate: true }));
    expect(inBody.status).toBe(403);
    const fewer = await world.owner.post(`/objects/add/${event.id}/breakOnDuplicate:1`, unknown([a]));
    expect(fewer.status).toBe(200);
    expect(await objectsOf(world.owner, event.id)).toHaveLength(2);
  });

  it('gives first and last seen to attributes that have none', async () => {
    const event = await makeEvent(world.owner);
    const own = { first_seen: '2020-01-01T00:00:00Z' };
    const { body } = await addThing(world.owner, event.id, [text('a', '1'), text('b', '2', own)], {
      first_seen: '2024-01-01',
    });
    const seen = (member(body, 'Object', 'Attribute') as { first_seen: string }[]).map((row) =>
      row.first_seen.slice(0, 4),
    );
    expect(seen).toEqual(['2024', '2020']);
  });

  it('ignores ids in the body and a sharing group without distribution 4', async () => {
    const event = await makeEvent(world.owner);
    const other = await makeEvent(world.owner);
    const group = await makeSharingGroup(world.magpie.admin, [world.beta.uuid]);
    const { id } = await addThing(
      world.owner,
      event.id,
      [text('a', '1', { event_id: other.id, object_id: '1', id: '1' })],
      {
        id: '1',
        event_id: other.id,
        distribution: 3,
        sharing_group_id: group.id,
      },
    );
    const [row] = await rowsOf(world, 'select event_id, sharing_group_id from objects where id = $1', [id]);
    expect(row).toEqual({ event_id: Number(event.id), sharing_group_id: 0 });
    const refused = await world.owner.post(
      `/objects/add/${event.id}`,
      unknown([text('a', '1')], { distribution: 4, sharing_group_id: group.id }),
    );
    expect(refused.status).toBe(403);
  });

  it('is for those who may change the event', async () => {
    const event = await makeEvent(world.owner);
    const hidden = await makeEvent(world.owner, { distribution: 0 });
    const path = (id: string) => `/objects/add/${id}`;
    const body = unknown([text('a', '1')]);
    expect((await world.stranger.post(path(event.id), body)).status).toBe(403);
    const missing = await world.stranger.post(path('999999'), body);
    const unseen = await world.stranger.post(path(hidden.id), body);
    expect([unseen.status, textAt(unseen, 'message')]).toEqual([404, 'Invalid event.']);
    expect([missing.status, textAt(missing, 'message')]).toEqual([404, 'Invalid event.']);
    expect((await world.reader.post(path(event.id), body)).status).toBe(403);
    for (const id of ['0x1A', '1e3', '9223372036854775808', '-1']) {
      expect((await world.owner.post(path(id), body)).status).toBe(404);
    }
  });
});

describe('viewing an object', () => {
  it('shows live attributes with tags, and nothing to those who may not see it', async () => {
    const event = await makeEvent(world.owner);
    const { id, uuid } = await addThing(world.owner, event.id, [text('a', '1')], { distribution: 0 });
    const open = await addThing(world.owner, event.id, [text('a', '1'), text('b', '2', { distribution: 0 })]);
    const view = await world.owner.get(`/objects/view/${uuid}`);
    expect(view.body).toMatchObject({ Object: { id, Event: { id: event.id }, Attribute: [{ AttributeTag: [] }] } });
    expect((await world.owner.head(`/objects/view/${id}`)).status).toBe(200);
    const hidden = await world.stranger.get(`/objects/view/${id}`);
    expect([hidden.status, textAt(hidden, 'message')]).toEqual([404, 'Invalid object.']);
    expect((await world.stranger.head(`/objects/view/${uuid}`)).status).toBe(404);
    const part = await world.stranger.get(`/objects/view/${open.id}`);
    expect(member(part.body, 'Object', 'Attribute')).toHaveLength(1);
  });
});

describe('editing an object', () => {
  it('changes, adds and softly deletes attributes by the list that is sent', async () => {
    const event = await makeEvent(world.owner);
    const uuids = [randomUUID(), randomUUID(), randomUUID()];
    const attributes = uuids.map((uuid, index) => text('a', String(index), { uuid }));
    const { id } = await addThing(world.owner, event.id, attributes);
    await rowsOf(world, 'update attributes set timestamp = 1000 where object_id = $1 returning id', [id]);
    const edited = await world.owner.post(`/objects/edit/${id}`, {
      Object: { comment: 'new', Attribute: [attributes[0], { ...attributes[1], value: 'other' }, text('b', 'added')] },
    });
    expect(edited.status, JSON.stringify(edited.body)).toBe(200);
    expect(edited.body).toMatchObject({ Object: { comment: 'new', name: 'thing' }, Event: { id: event.id } });
    const rows = await rowsOf(
      world,
      'select value1, deleted, timestamp = 1000 as untouched from attributes where object_id = $1 order by id',
      [id],
    );
    expect(rows).toEqual([
      { value1: '0', deleted: false, untouched: true },
      { value1: 'other', deleted: false, untouched: false },
      { value1: '2', deleted: true, untouched: false },
      { value1: 'added', deleted: false, untouched: false },
    ]);
  });

  it('leaves the attributes alone when no list is sent', async () => {
    const event = await makeEvent(world.owner);
    const { id } = await addThing(world.owner, event.id, [text('a', '1')]);
    const edited = await world.owner.put(`/objects/edit/${id}`, { distribution: 0, name: 'renamed' });
    expect(edited.body).toMatchObject({ Object: { distribution: '0', name: 'thing', Attribute: [{ value: '1' }] } });
    expect((await world.stranger.get(`/objects/view/${id}`)).status).toBe(404);
    const [row] = await rowsOf(
      world,
      'select count(*) as n from attributes a join objects o on o.id = a.object_id where o.id = $1 and a.audience_id = o.audience_id',
      [id],
    );
    expect(row).toEqual({ n: 1 });
  });

  it('moves to a group that nothing was shared with before, together with changed and missing attributes', async () => {
    const event = await makeEvent(world.owner);
    const uuids = [randomUUID(), randomUUID()];
    const { id } = await addThing(
      world.owner,
      event.id,
      uuids.map((uuid, index) => text('a', String(index), { uuid })),
    );
    const group = await makeSharingGroup(world.magpie.admin, [world.alpha.uuid]);
    const edited = await world.owner.post(`/objects/edit/${id}`, {
      distribution: 4,
      sharing_group_id: group.id,
      Attribute: [text('a', 'changed', { uuid: uuids[0] ?? '' }), text('b', 'added')],
    });
    expect(edited.status, JSON.stringify(edited.body)).toBe(200);
    expect(edited.body).toMatchObject({ Object: { distribution: '4', sharing_group_id: group.id } });
    const rows = await rowsOf(
      world,
      `select value1, deleted, audience_id = (select audience_id from objects o where o.id = object_id) as moved
       from attributes where object_id = $1 order by id`,
      [id],
    );
    expect(rows).toEqual([
      { value1: 'changed', deleted: false, moved: true },
      { value1: '1', deleted: true, moved: true },
      { value1: 'added', deleted: false, moved: true },
    ]);
    expect((await world.stranger.get(`/objects/view/${id}`)).status).toBe(404);
  });

  it('changes nothing when one attribute is not valid, and takes over no attribute of another object', async () => {
    const event = await makeEvent(world.owner);
    const taken = randomUUID();
    await addThing(world.owner, event.id, [text('a', 'theirs', { uuid: taken })]);
    const { id } = await addThing(world.owner, event.id, [text('a', 'mine')]);
    for (const attribute of [
      { object_relation: 'h', type: 'md5', value: 'bad' },
      text('a', 'stolen', { uuid: taken }),
    ]) {
      const answer = await world.owner.post(`/objects/edit/${id}`, { comment: 'x', Attribute: [attribute] });
      expect(answer.status).toBe(403);
    }
    const view = await world.owner.get(`/objects/view/${id}`);
    expect(view.body).toMatchObject({ Object: { comment: '', Attribute: [{ value: 'mine' }] } });
    expect(await rowsOf(world, 'select value1 from attributes where uuid = $1', [taken])).toEqual([
      { value1: 'theirs' },
    ]);
  });

  it('deletes the object with deleted true', async () => {
    const event = await makeEvent(world.owner);
    const { id } = await addThing(world.owner, event.id, [text('a', '1')]);
    const edited = await world.owner.post(`/objects/edit/${id}`, { deleted: true, Attribute: [text('a', '1')] });
    expect(edited.body).toMatchObject({ Object: { deleted: true, Attribute: [] } });
    expect(await objectsOf(world.owner, event.id)).toEqual([]);
    expect(await objectsOf(world.owner, event.id, '/deleted:1')).toMatchObject([
      { deleted: true, Attribute: [{ deleted: true }] },
    ]);
  });

  it('is refused to those who see the object only, and hides it from the others', async () => {
    const event = await makeEvent(world.owner);
    const open = await addThing(world.owner, event.id, [text('a', '1')]);
    const hidden = await addThing(world.owner, event.id, [text('a', '1')], { distribution: 0 });
    const refused = await world.stranger.post(`/objects/edit/${open.id}`, { comment: 'x' });
    expect([refused.status, textAt(refused, 'message')]).toEqual([
      403,
      'Insufficient permissions to edit this object.',
    ]);
    const unseen = await world.stranger.post(`/objects/edit/${hidden.id}`, { comment: 'x' });
    expect([unseen.status, textAt(unseen, 'message')]).toEqual([404, 'Invalid object.']);
  });
});
