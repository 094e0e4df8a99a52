import { makeEvent, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addThing, objectsOf, text, unknown } from './testing/things.ts';
import { rowsOf, startWorld, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.magpie.stop());

describe('deleting an object', () => {
  it('marks the object with all that is in it, again and again', async () => {
    const event = await makeEvent(world.owner);
    const { id, uuid } = await addThing(world.owner, event.id, [text('a', '1')]);
    for (const key of [uuid, id]) {
      const answer = await world.owner.post(`/objects/delete/${key}`);
      expect(answer.body).toMatchObject({
        message: 'Object deleted',
        url: `/objects/delete/${event.id}`,
        id: event.id,
      });
    }
    expect((await world.owner.get(`/objects/view/${id}`)).body).toMatchObject({ Object: { deleted: true } });
    expect((await world.stranger.get(`/objects/view/${id}`)).status).toBe(404);
    const rows = await rowsOf(world, 'select deleted, correlates from attributes where object_id = $1', [id]);
    expect(rows).toEqual([{ deleted: true, correlates: 0 }]);
  });

  it('is taken back when one of its attributes is restored, without the others', async () => {
    const event = await makeEvent(world.owner);
    const made = await addThing(world.owner, event.id, [text('a', 'kept'), text('a', 'gone')]);
    const attributeId = String(member(made.body, 'Object', 'Attribute', 0, 'id'));
    await world.owner.post(`/objects/delete/${made.id}`);
    expect((await world.stranger.post(`/attributes/restore/${attributeId}`)).status).toBe(405);
    await world.owner.post(`/attributes/restore/${attributeId}`);
    const { body } = await world.stranger.get(`/events/view/${event.id}`);
    expect(member(body, 'Event', 'Object')).toMatchObject([
      { id: made.id, deleted: false, Attribute: [{ value: 'kept' }] },
    ]);
  });

  it('marks all that is in it when an event brings it deleted, so that nothing of it is found', async () => {
    const event = await makeEvent(world.owner);
    const known = await addThing(world.owner, event.id, [text('a', 'of a known object')]);
    const added = unknown([text('a', 'of a new object')], { deleted: true });
    const objects = [{ uuid: known.uuid, deleted: true }, added];
    const edited = await world.owner.post(`/events/edit/${event.id}`, { Object: objects, published: false });
    expect(edited.body).toMatchObject({ Event: { attribute_count: '0', Object: [] } });
    for (const value of ['of a known object', 'of a new object']) {
      const found = await world.owner.post('/attributes/restSearch', { value });
      expect(found.body).toEqual({ response: { Attribute: [] } });
    }
    const rows = await rowsOf(world, 'select deleted, correlates from attributes where event_id = $1', [event.id]);
    expect(rows).toEqual([
      { deleted: true, correlates: 0 },
      { deleted: true, correlates: 0 },
    ]);
  });

  it('leaves nothing behind when it is hard', async () => {
    const event = await makeEvent(world.owner);
    const target = await addThing(world.owner, event.id, [text('a', '1')]);
    const { id } = await addThing(world.owner, event.id, [
      text('a', '1', { Tag: [{ name: 'tlp:white' }] }),
      { object_relation: 'f', type: 'attachment', value: 'a.txt', data: 'YWJj' },
    ]);
    await world.owner.post(`/objectReferences/add/${id}`, { referenced_uuid: target.uuid, relationship_type: 'x' });
    expect((await world.owner.post(`/objects/delete/${id}`, { hard: true })).status).toBe(200);
    const left = await rowsOf(
      world,
      `select (select count(*) from objects where id = $1) + (select count(*) from attributes where object_id = $1)
         + (select count(*) from object_references where object_id = $1)
         + (select count(*) from attachments where event_id = $2)
         + (select count(*) from attribute_tags where event_id = $2) as rows`,
      [id, event.id],
    );
    expect(left).toEqual([{ rows: 0 }]);
    expect((await world.owner.delete(`/objects/delete/${id}`)).status).toBe(404);
    const log = await rowsOf(
      world,
      `select action from changes where model = 'MispObject' and model_id = $1 order by id`,
      [id],
    );
    expect(log.map((row) => row.action)).toEqual(['add', 'delete']);
  });

  it('is for those who may change the event', async () => {
    const event = await makeEvent(world.owner);
    const open = await addThing(world.owner, event.id, [text('a', '1')]);
    const hidden = await addThing(world.owner, event.id, [text('a', '1')], { distribution: 0 });
    expect((await world.stranger.post(`/objects/delete/${open.id}`)).status).toBe(403);
    expect((await world.stranger.post(`/objects/delete/${hidden.id}`)).status).toBe(404);
    expect((await world.reader.post(`/objects/delete/${open.id}`)).status).toBe(403);
    expect(await objectsOf(world.owner, event.id)).toHaveLength(2);
  });
});
