import {
  type ApiClient,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  makeTag,
  makeUser,
  member,
} from '@magpie/testkit';

/** Existing ids (and values) for the arguments of paths, by the names that the operations give them. */
export type Arguments = Readonly<Record<string, string>>;

/** Stores one of each thing that paths name, so that requests reach what lies behind the look-up. */
export async function makeWorld(admin: ApiClient): Promise<Arguments> {
  const organisation = await makeOrganisation(admin);
  const user = await makeUser(admin, { org_id: organisation.id });
  const group = await makeSharingGroup(admin, [organisation.uuid]);
  const tag = await makeTag(admin);
  const event = await makeEvent(admin, {
    Attribute: [{ type: 'text', value: 'a text' }],
    Object: [
      {
        name: 'file',
        'meta-category': 'file',
        description: 'a file',
        template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
        template_version: '24',
        Attribute: [{ object_relation: 'filename', type: 'filename', value: 'a.exe' }],
      },
    ],
    EventReport: [{ name: 'a report', content: 'a text' }],
  });
  const idOf = (...path: (string | number)[]) => String(member(event.body, 'Event', ...path, 'id'));
  return {
    event: event.id,
    attribute: idOf('Attribute', 0),
    object: idOf('Object', 0),
    report: idOf('EventReport', 0),
    target: event.id,
    uuid: event.uuid,
    group: group.id,
    tag: tag.id,
    organisation: organisation.id,
    user: user.id,
    role: '3',
  };
}
