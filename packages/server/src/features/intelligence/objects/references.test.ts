import { randomUUID } from 'node:crypto';
import { makeAttribute, makeEvent, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addThing, text } from './testing/things.ts';
import { rowsOf, startWorld, textAt, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.magpie.stop());

const addObject = (eventId: string, more: object = {}) =>
  addThing(world.owner, eventId, [text('a', randomUUID())], more);

const add = (body: object, path = '') => world.owner.post(`/objectReferences/add${path}`, body);

describe('a reference', () => {
  it('leads from an object to an attribute of the same event, under a uuid of its own', async () => {
    const event = await makeEvent(world.owner);
    const source = await addObject(event.id);
    const target = await makeAttribute(world.owner, event.id);
    const uuid = randomUUID();
    const answer = await add({
      object_uuid: source.uuid,
      referenced_uuid: target.uuid,
      relationship_type: 'drops',
      comment: 'c',
      uuid,
    });
    expect(answer.body).toMatchObject({
      ObjectReference: {
        object_id: source.id,
        object_uuid: source.uuid,
        event_id: event.id,
        referenced_id: target.id,
        referenced_type: '0',
        relationship_type: 'drops',
        comment: 'c',
        deleted: false,
      },
    });
    expect(textAt(answer, 'ObjectReference', 'uuid')).not.toBe(uuid);
    const view = await world.owner.get(`/events/view/${event.id}`);
    expect(member(view.body, 'Event', 'Object', 0, 'ObjectReference')).toMatchObject([
      { referenced_uuid: target.uuid, Attribute: { uuid: target.uuid } },
    ]);
  });

  it('does not start at a deleted object, also when it is deleted at the same moment', async () => {
    const event = await makeEvent(world.owner);
    const target = await makeAttribute(world.owner, event.id);
    for (let round = 0; round < 5; round += 1) {
      const source = await addObject(event.id);
      const body = { object_uuid: source.uuid, referenced_uuid: target.uuid, relationship_type: 'x' };
      await Promise.all([world.owner.post(`/objects/delete/${source.id}`), add(body), add(body)]);
      expect((await add(body)).status).toBe(404);
    }
    const view = await world.owner.get(`/events/view/${event.id}/deleted:1`);
    const objects = member(view.body, 'Event', 'Object');
    const references = JSON.stringify(objects, ['ObjectReference', 'deleted']);
    expect(references).not.toContain('"deleted":false');
  });

  it('reaches into the event that is extended, but no further', async () => {
    const base = await makeEvent(world.owner);
    const extension = await makeEvent(world.owner, { extends_uuid: base.uuid });
    const elsewhere = await makeEvent(world.owner);
    const source = await addObject(extension.id);
    const [near, far] = [await addObject(base.id), await addObject(elsewhere.id)];
    expect((await add({ referenced_uuid: near.uuid, relationship_type: 'x' }, `/${source.id}`)).status).toBe(200);
    const answer = await add({ referenced_uuid: far.uuid, relationship_type: 'x' }, `/${source.id}`);
    expect([answer.status, textAt(answer, 'message')]).toEqual([
      404,
      'Invalid target. Target has to be within the same event or extending it.',
    ]);
  });

  it('tells a hidden target no more than an unknown one', async () => {
    const base = await makeEvent(world.owner);
    const secret = await makeAttribute(world.owner, base.id, { distribution: '0' });
    const extension = await makeEvent(world.stranger, { extends_uuid: base.uuid });
    const source = await world.stranger.post(`/objects/add/${extension.id}`, {
      name: 'thing',
      'meta-category': 'misc',
      description: 'A thing',
      template_uuid: '90000000-0000-4000-8000-000000000701',
      template_version: 1,
      Attribute: [{ object_relation: 'a', type: 'text', value: 'x' }],
    });
    const ask = async (referenced_uuid: string) => {
      const answer = await world.stranger.post(`/objectReferences/add/${textAt(source, 'Object', 'id')}`, {
        referenced_uuid,
        relationship_type: 'x',
      });
      return [answer.status, textAt(answer, 'message')];
    };
    expect(await ask(secret.uuid)).toEqual([404, 'Invalid target.']);
    expect(await ask(randomUUID())).toEqual([404, 'Invalid target.']);
    expect(await ask('not a uuid')).toEqual([404, 'Invalid target.']);
  });

  it('starts at the object of the path, whatever the body says', async () => {
    const event = await makeEvent(world.owner);
    const [own, other] = [await addObject(event.id), await addObject(event.id)];
    const answer = await add(
      { object_uuid: other.uuid, object_id: other.id, referenced_uuid: other.uuid, relationship_type: 'x' },
      `/${own.id}`,
    );
    expect(textAt(answer, 'ObjectReference', 'object_id')).toBe(own.id);
  });

  it('is deleted softly, then for good', async () => {
    const event = await makeEvent(world.owner);
    const [source, target] = [await addObject(event.id), await addObject(event.id)];
    const made = await add({ referenced_uuid: target.uuid, relationship_type: 'x' }, `/${source.id}`);
    const id = textAt(made, 'ObjectReference', 'id');
    const answer = await world.owner.post(`/objectReferences/delete/${id}`);
    expect(answer.body).toMatchObject({
      message: 'ObjectReference deleted',
      url: `/object_references/delete/${id}`,
      id,
    });
    const [row] = await rowsOf(world, 'select deleted from object_references where id = $1', [id]);
    expect(row).toEqual({ deleted: true });
    expect((await world.owner.post(`/objectReferences/delete/${id}/true`)).status).toBe(200);
    expect(await rowsOf(world, 'select id from object_references where id = $1', [id])).toEqual([]);
    expect((await world.owner.get(`/objectReferences/view/${id}`)).status).toBe(404);
  });

  it('is for those who may change the event, and hidden with its object', async () => {
    const event = await makeEvent(world.owner);
    const open = await addObject(event.id);
    const hidden = await addObject(event.id, { distribution: 0 });
    const body = { referenced_uuid: open.uuid, relationship_type: 'x' };
    const [seen, unseen] = [
      textAt(await add(body, `/${open.id}`), 'ObjectReference', 'id'),
      textAt(await add(body, `/${hidden.id}`), 'ObjectReference', 'id'),
    ];
    expect((await world.stranger.post(`/objectReferences/add/${open.id}`, body)).status).toBe(404);
    expect((await world.stranger.get(`/objectReferences/view/${seen}`)).status).toBe(200);
    expect((await world.stranger.get(`/objectReferences/view/${unseen}`)).status).toBe(404);
    expect((await world.stranger.post(`/objectReferences/delete/${seen}`)).status).toBe(403);
    expect((await world.stranger.post(`/objectReferences/delete/${unseen}`)).status).toBe(404);
    expect((await world.reader.post(`/objectReferences/delete/${seen}`)).status).toBe(403);
  });
});

describe('many references at once', () => {
  const bulk = (eventId: string, body: unknown, by = world.owner) =>
    by.post(`/objectReferences/bulkAdd/${eventId}`, body);

  it('are stored as far as they can be, and the others told by their place', async () => {
    const event = await makeEvent(world.owner);
    const [one, two] = [await addObject(event.id), await addObject(event.id)];
    const elsewhere = await addObject((await makeEvent(world.owner)).id);
    const lead = (from: string, to: string) => ({ object_uuid: from, referenced_uuid: to, relationship_type: 'x' });
    const answer = await bulk(event.id, {
      ObjectReference: [
        lead(one.uuid, two.uuid),
        lead(elsewhere.uuid, two.uuid),
        lead(two.uuid, one.uuid),
        lead(one.uuid, randomUUID()),
      ],
    });
    expect(answer.body).toMatchObject({
      ObjectReference: [
        { object_uuid: one.uuid, referenced_uuid: two.uuid },
        { object_uuid: two.uuid, referenced_uuid: one.uuid },
      ],
      errors: { reference_1: 'Invalid object.', reference_3: 'Invalid target.' },
    });
    expect((await bulk(event.id, [lead(one.uuid, randomUUID())])).status).toBe(403);
    expect((await bulk(event.id, [])).status).toBe(400);
  });

  it('are not taken from those who may not change the event, nor lead to what they do not see', async () => {
    const event = await makeEvent(world.owner);
    const [one, two] = [await addObject(event.id), await addObject(event.id)];
    const body = [{ object_uuid: one.uuid, referenced_uuid: two.uuid, relationship_type: 'x' }];
    expect((await bulk(event.id, body, world.stranger)).status).toBe(404);
    const base = await makeEvent(world.owner);
    const secret = await makeAttribute(world.owner, base.id, { distribution: '0' });
    const extension = await makeEvent(world.stranger, { extends_uuid: base.uuid });
    const made = await world.stranger.post(`/objects/add/${extension.id}`, {
      ...{ name: 'thing', 'meta-category': 'misc', description: 'A thing', template_version: 1, distribution: 5 },
      template_uuid: '90000000-0000-4000-8000-000000000701',
      Attribute: [{ object_relation: 'a', type: 'text', value: randomUUID() }],
    });
    const hidden = {
      object_uuid: textAt(made, 'Object', 'uuid'),
      referenced_uuid: secret.uuid,
      relationship_type: 'x',
    };
    const unknown = { ...hidden, referenced_uuid: randomUUID() };
    const answer = await bulk(extension.id, [hidden, unknown], world.stranger);
    expect(answer.body).toMatchObject({ errors: { reference_0: 'Invalid target.', reference_1: 'Invalid target.' } });
  });
});
