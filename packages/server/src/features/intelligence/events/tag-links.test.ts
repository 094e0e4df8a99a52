import { type Made, makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let magpie: TestMagpie;
let event: Made;

beforeAll(async () => {
  magpie = await startTestMagpie();
  event = await makeEvent(magpie.admin, {
    Tag: [{ name: 'kept' }, { name: 'gone' }],
    Attribute: ['one', 'two', 'three'].map((value) => ({
      type: 'text',
      value,
      Tag: [{ name: 'kept' }, { name: 'gone' }],
    })),
  });
});
afterAll(() => magpie.stop());

const attributes = (body: unknown) => Object.values(Object(member(body, 'Event', 'Attribute')));
const tagsOf = (element: unknown) => {
  const tags = Object.values(Object(member(element, 'Tag')));
  return tags.map((tag) => [member(tag, 'name'), member(tag, 'relationship_type') ?? null]);
};

function recorded(model: string, action: string) {
  return magpie.magpie.database.asSystem('test', (tx) =>
    tx.query<{ title: string; before: unknown; after: unknown }>(
      'select title, before, after from changes where event_id = $1 and model = $2 and action = $3 order by id',
      [event.id, model, action],
    ),
  );
}

describe('an edit of an event', () => {
  it('takes tags off many attributes and the event at once, and changes what the others mean, each on the record', async () => {
    const sent = attributes(event.body).map((attribute) => ({
      uuid: member(attribute, 'uuid'),
      type: 'text',
      value: member(attribute, 'value'),
      Tag: [
        { name: 'gone', deleted: true },
        { name: 'kept', relationship_type: `of ${member(attribute, 'value')}` },
      ],
    }));
    const { status, body } = await magpie.admin.post(`/events/edit/${event.id}`, {
      Tag: [{ name: 'gone', deleted: true }],
      Attribute: sent,
    });
    expect(status).toBe(200);
    expect(tagsOf(member(body, 'Event'))).toEqual([['kept', null]]);
    expect(attributes(body).map(tagsOf)).toEqual(sent.map(({ value }) => [['kept', `of ${value}`]]));
    expect((await recorded('EventTag', 'detach_tag')).map(({ title }) => title)).toEqual(['gone']);
    expect((await recorded('AttributeTag', 'detach_tag')).map(({ title }) => title)).toEqual(['gone', 'gone', 'gone']);
    const edits = await recorded('AttributeTag', 'edit');
    expect(edits.map(({ after }) => String(member(after, 'relationship_type'))).sort()).toEqual([
      'of one',
      'of three',
      'of two',
    ]);
  });
});
