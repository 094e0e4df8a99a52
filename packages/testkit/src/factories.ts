import { randomUUID } from 'node:crypto';
import { type ApiAnswer, type ApiClient, member } from './client.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Something that was made through the API: its id, its uuid (empty where it has none), and all that was answered. */
export interface Made {
  readonly id: string;
  readonly uuid: string;
  readonly body: unknown;
}

/** A user with the key that its creation answered. */
export interface MadeUser extends Made {
  readonly email: string;
  readonly key: string;
}

/** An event of the client's organisation: "all communities" unless said otherwise. */
export function makeEvent(client: ApiClient, fields: Fields = {}): Promise<Made> {
  return make(client, '/events/add', 'Event', { info: 'An event', distribution: '3', ...fields });
}

/** An attribute of an event: a text of its own value unless said otherwise. */
export function makeAttribute(client: ApiClient, eventId: string, fields: Fields = {}): Promise<Made> {
  return make(client, `/attributes/add/${eventId}`, 'Attribute', { type: 'text', value: randomUUID(), ...fields });
}

/** An object of an event, without template unless one is named. */
export function makeObject(client: ApiClient, eventId: string, fields: Fields = {}): Promise<Made> {
  return make(client, `/objects/add/${eventId}`, 'Object', {
    name: 'file',
    'meta-category': 'file',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: '24',
    description: 'A file',
    Attribute: [{ object_relation: 'filename', type: 'filename', value: `${randomUUID()}.exe` }],
    ...fields,
  });
}

/** A local organisation with a name of its own. Needs a site administrator. */
export function makeOrganisation(admin: ApiClient, fields: Fields = {}): Promise<Made> {
  const name = `Organisation ${randomUUID().slice(0, 8)}`;
  return make(admin, '/admin/organisations/add', 'Organisation', { name, local: true, ...fields });
}

/** A user (role 3, "User") with a key. Needs an administrator. */
export async function makeUser(admin: ApiClient, fields: Fields = {}): Promise<MadeUser> {
  const email = `${randomUUID().slice(0, 8)}@example.test`;
  const made = await make(admin, '/admin/users/add', 'User', { email, role_id: '3', ...fields });
  return {
    ...made,
    email: String(member(made.body, 'User', 'email')),
    key: String(member(made.body, 'User', 'authkey')),
  };
}

/** A tag with a name of its own. */
export function makeTag(client: ApiClient, fields: Fields = {}): Promise<Made> {
  return make(client, '/tags/add', 'Tag', { name: `tag:${randomUUID().slice(0, 8)}`, colour: '#336699', ...fields });
}

/** A sharing group of the client's organisation and those named by uuid. */
export function makeSharingGroup(
  client: ApiClient,
  organisationUuids: readonly string[],
  fields: Fields = {},
): Promise<Made> {
  return make(client, '/sharing_groups/add', 'SharingGroup', {
    name: `Group ${randomUUID().slice(0, 8)}`,
    releasability: 'its members',
    SharingGroupOrg: organisationUuids.map((uuid) => ({ extend: true, Organisation: { uuid } })),
    ...fields,
  });
}

async function make(client: ApiClient, path: string, wrapper: string, fields: Fields): Promise<Made> {
  const answer = await client.post(path, fields);
  if (answer.status !== 200) throw new Error(failure(path, answer));
  const uuid = wrapper === 'User' || wrapper === 'Tag' ? '' : String(member(answer.body, wrapper, 'uuid'));
  return { id: String(member(answer.body, wrapper, 'id')), uuid, body: answer.body };
}

function failure(path: string, answer: ApiAnswer): string {
  return `${path} answered ${answer.status}: ${JSON.stringify(answer.body)?.slice(0, 500)}`;
}
