import { randomUUID } from 'node:crypto';
import {
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
});

afterAll(() => magpie?.stop());

it('keeps what is written in one request under an audience that was not there before', async () => {
  const organisation = await makeOrganisation(magpie.admin);
  const owner = await magpie.user(organisation);
  const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
  const object = (uuid: string, references: object[] = []) => ({
    uuid,
    name: 'thing',
    'meta-category': 'misc',
    template_uuid: '90000000-0000-4000-8000-000000000701',
    distribution: 5,
    Attribute: [{ type: 'text', object_relation: 'x', value: uuid }],
    ObjectReference: references,
  });
  const event = await makeEvent(owner, {
    distribution: '0',
    Attribute: [{ uuid: c, type: 'text', value: 'before' }],
    Object: [object(a, [{ referenced_uuid: b, relationship_type: 'x' }]), object(b)],
  });
  expect(event.body).not.toHaveProperty('rejected');
  expect(member(event.body, 'Event', 'Object', 0, 'ObjectReference')).toHaveLength(1);
  const group = await makeSharingGroup(magpie.admin, [organisation.uuid]);
  const edited = await owner.post(`/events/edit/${event.id}`, {
    distribution: '4',
    sharing_group_id: group.id,
    Attribute: [{ uuid: c, type: 'text', value: 'after' }],
    Object: [object(randomUUID(), [{ referenced_uuid: b, relationship_type: 'y' }])],
  });
  expect(edited.body).not.toHaveProperty('rejected');
  expect(member(edited.body, 'Event', 'Attribute', 0, 'value')).toBe('after');
  expect(member(edited.body, 'Event', 'Object', 2, 'ObjectReference')).toHaveLength(1);
});
