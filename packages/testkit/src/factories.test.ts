import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { member } from './client.ts';
import {
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeTag,
  makeUser,
} from './factories.ts';
import { startTestMagpie, type TestMagpie } from './test-magpie.ts';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});

afterAll(() => magpie.stop());

describe('factories', () => {
  it('make an organisation with a user who may add events', async () => {
    const organisation = await makeOrganisation(magpie.admin);
    const user = await makeUser(magpie.admin, { org_id: organisation.id });
    const event = await makeEvent(magpie.client(user.key), { info: 'theirs' });
    expect(member(event.body, 'Event', 'orgc_id')).toBe(organisation.id);
    expect(member(event.body, 'Event', 'info')).toBe('theirs');
  });

  it('fill an event with attributes and objects of their own', async () => {
    const event = await makeEvent(magpie.admin);
    const attribute = await makeAttribute(magpie.admin, event.id, { comment: 'why' });
    const object = await makeObject(magpie.admin, event.id);
    const view = await magpie.admin.get(`/events/view/${event.id}`);
    expect(member(view.body, 'Event', 'Attribute', 0)).toMatchObject({ id: attribute.id, comment: 'why' });
    expect(member(view.body, 'Event', 'Object', 0, 'uuid')).toBe(object.uuid);
  });

  it('make tags and sharing groups', async () => {
    const organisation = await makeOrganisation(magpie.admin);
    const group = await makeSharingGroup(magpie.admin, [organisation.uuid]);
    expect(group.uuid).toMatch(/^[0-9a-f-]{36}$/);
    expect(member((await makeTag(magpie.admin, { name: 'a:b' })).body, 'Tag', 'name')).toBe('a:b');
  });

  it('name the answer when something cannot be made', async () => {
    await expect(makeEvent(magpie.admin, { distribution: '9' })).rejects.toThrow(/\/events\/add answered 403/);
  });
});
