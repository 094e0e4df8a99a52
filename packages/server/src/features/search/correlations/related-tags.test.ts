import { makeEvent, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: TestMagpie;
beforeAll(async () => {
  m = await startTestMagpie();
});
afterAll(() => m?.stop());

describe('includeRelatedTags', () => {
  it('tells the tags of what correlates and of its event, of what one sees alone', async () => {
    const own = await m.user();
    for (const name of ['seen', 'of the event', 'secret']) await m.admin.post('/tags/add', { name });
    const value = { type: 'domain', value: 'twin.example' };
    const event = await makeEvent(own, { distribution: '0', Attribute: [value] });
    await makeEvent(m.admin, {
      ...{ distribution: '3', Tag: [{ name: 'of the event' }] },
      Attribute: [{ ...value, Tag: [{ name: 'seen' }] }],
    });
    await makeEvent(m.admin, { distribution: '0', Tag: [{ name: 'secret' }], Attribute: [value] });
    const tagsOf = (body: unknown, ...path: (string | number)[]) =>
      member(body, ...path, 'Event', 'Attribute', 0, 'RelatedTags');
    const shown = await own.get(`/events/view/${event.id}/includeRelatedTags:1`);
    expect(tagsOf(shown.body)).toMatchObject([{ name: 'of the event' }, { name: 'seen' }]);
    const found = await own.post('/events/restSearch', { eventid: event.id, includeRelatedTags: 1 });
    expect(tagsOf(found.body, 'response', 0)).toMatchObject([{ name: 'of the event' }, { name: 'seen' }]);
    expect(JSON.stringify((await own.get(`/events/view/${event.id}`)).body)).not.toContain('RelatedTags');
  });
});
