import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { AuthKey, Organisation, OrganisationRef, Role, ServerSetting, UserRow } from './wire.ts';

/** Organisations of this instance, those known from data alone, or both. */
export const organisationsQuery = (scope: 'local' | 'external' | 'all') =>
  queryOptions({
    queryKey: ['organisations', scope],
    queryFn: ({ signal }) =>
      get<readonly { readonly Organisation: Organisation }[]>(`/organisations/index/scope:${scope}.json`, signal),
    select: (rows) => rows.map((row) => row.Organisation),
  });

/** One organisation, by id or uuid. */
export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisation', id],
    queryFn: ({ signal }) =>
      get<{ readonly Organisation: Organisation }>(`/organisations/view/${encodeURIComponent(id)}.json`, signal),
    select: (answer) => answer.Organisation,
  });

/** What the form of an organisation sends. */
export interface OrganisationInput {
  readonly name: string;
  readonly uuid: string;
  readonly description: string;
  readonly type: string;
  readonly nationality: string;
  readonly sector: string;
  readonly contacts: string;
  readonly local: boolean;
}

/** Needs a site administrator, as all three of these. */
export const addOrganisation = (organisation: Partial<OrganisationInput>) =>
  post<{ readonly Organisation: Organisation }>('/admin/organisations/add', { Organisation: organisation });
export const editOrganisation = (id: string, organisation: Partial<OrganisationInput>) =>
  post<{ readonly Organisation: Organisation }>(`/admin/organisations/edit/${id}`, { Organisation: organisation });
export const deleteOrganisation = (id: string) => post(`/admin/organisations/delete/${id}`);

/** A user in a list, with what the list shows of role and organisation. */
export interface UserIndexRow {
  readonly User: UserRow;
  readonly Role: Pick<Role, 'id' | 'name' | 'perm_site_admin' | 'perm_admin' | 'perm_auth'>;
  readonly Organisation: OrganisationRef;
}

/** The users that an administrator may manage. */
export const usersQuery = () =>
  queryOptions({
    queryKey: ['users'],
    queryFn: ({ signal }) => get<readonly UserIndexRow[]>('/admin/users/index.json', signal),
  });

/** One of the users that an administrator may manage. */
export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['user', id],
    queryFn: ({ signal }) => get<UserIndexRow>(`/admin/users/view/${encodeURIComponent(id)}.json`, signal),
  });

/** The signed-in user with the role that says what he may do. */
export const ownUserQuery = () =>
  queryOptions({
    queryKey: ['user', 'me'],
    queryFn: ({ signal }) => get<{ readonly User: UserRow; readonly Role: Role }>('/users/view/me.json', signal),
  });

/** Fields of a user that a form changes; what is left out stays. */
export interface UserInput {
  readonly email?: string;
  readonly org_id?: string;
  readonly role_id?: string;
  readonly password?: string;
  readonly change_pw?: boolean;
  readonly autoalert?: boolean;
  readonly contactalert?: boolean;
  readonly notification_daily?: boolean;
  readonly notification_weekly?: boolean;
  readonly notification_monthly?: boolean;
  readonly disabled?: boolean;
}

export const addUser = (user: UserInput) => post<{ readonly User: UserRow }>('/admin/users/add', { User: user });
export const editUser = (id: string, user: UserInput) =>
  post<{ readonly User: UserRow }>(`/admin/users/edit/${id}`, { User: user });
export const deleteUser = (id: string) => post(`/admin/users/delete/${id}`);

/** Changes what a user may change of himself. */
export const editOwnUser = (user: UserInput) => post('/users/edit', { User: user });

/** Refused unless `currentPassword` is right. */
export const changeOwnPassword = (password: string, currentPassword: string) =>
  post('/users/change_pw', { User: { password, current_password: currentPassword } });

/** Ends the live keys of a user and makes one; the new key is only in the text of the answer. */
export async function resetAuthKey(userId: string): Promise<string> {
  const answer = await post<{ readonly message: string }>(`/users/resetauthkey/${userId}`);
  return /[A-Za-z0-9]{40}/.exec(answer.message)?.[0] ?? '';
}

/** Every role, for forms of users and the list of roles. */
export const rolesQuery = () =>
  queryOptions({
    queryKey: ['roles'],
    queryFn: ({ signal }) => get<readonly { readonly Role: Role }[]>('/roles/index.json', signal),
    select: (rows) => rows.map((row) => row.Role),
  });

export const addRole = (role: Readonly<Record<string, unknown>>) => post('/admin/roles/add', { Role: role });
export const editRole = (id: string, role: Readonly<Record<string, unknown>>) =>
  post(`/admin/roles/edit/${id}`, { Role: role });
export const deleteRole = (id: string) => post(`/admin/roles/delete/${id}`);

/** Makes a role the one that new users get. */
export const setDefaultRole = (id: string) => post(`/admin/roles/set_default/${id}`);

/** A key in a list, without the key itself, with whose it is. */
export interface AuthKeyIndexRow {
  readonly AuthKey: AuthKey;
  readonly User: { readonly id: string; readonly email: string };
}

/** The keys that the user may see: his own, or those of the users he manages. */
export const authKeysQuery = () =>
  queryOptions({
    queryKey: ['authKeys'],
    queryFn: ({ signal }) => get<readonly AuthKeyIndexRow[]>('/auth_keys/index.json', signal),
  });

/** What is said of a new key; `expiration` is a date, '' for never. */
export interface AuthKeyInput {
  readonly comment: string;
  readonly allowed_ips: readonly string[];
  readonly expiration: string;
  readonly read_only: boolean;
}

/** Makes a key; `authkey_raw` is the only time the server shows it. */
export const addAuthKey = (userId: string, key: AuthKeyInput) =>
  post<{ readonly AuthKey: AuthKey & { readonly authkey_raw: string } }>(`/auth_keys/add/${userId}`, { AuthKey: key });
export const deleteAuthKey = (id: string) => post(`/auth_keys/delete/${id}`);

/** The settings with their values and what is wrong with them. */
export interface SettingsAnswer {
  readonly finalSettings: readonly ServerSetting[];
}

/** All settings of the instance, for site administrators. */
export const serverSettingsQuery = () =>
  queryOptions({
    queryKey: ['serverSettings'],
    queryFn: ({ signal }) => get<SettingsAnswer>('/servers/serverSettings.json', signal),
  });

/** Sets one setting; the server refuses values that do not fit it. */
export const editServerSetting = (name: string, value: unknown) =>
  post(`/servers/serverSettingsEdit/${encodeURIComponent(name)}`, { value });

/** A sharing group with its members and instances, as lists have it. */
export interface SharingGroupRow {
  readonly SharingGroup: {
    readonly id: string;
    readonly uuid: string;
    readonly name: string;
    readonly releasability: string;
    readonly description: string;
    readonly active: boolean;
    readonly roaming: boolean;
    readonly local: boolean;
  };
  readonly Organisation?: OrganisationRef;
  readonly SharingGroupOrg?: readonly {
    readonly org_id: string;
    readonly extend: boolean;
    readonly Organisation?: OrganisationRef;
  }[];
  readonly SharingGroupServer?: readonly {
    readonly server_id: string;
    readonly all_orgs: boolean;
    readonly Server?: { readonly name: string; readonly url: string };
  }[];
}

/** The sharing groups that the user may use. */
export const sharingGroupsQuery = () =>
  queryOptions({
    queryKey: ['sharingGroups'],
    queryFn: ({ signal }) =>
      get<{ readonly response: readonly SharingGroupRow[] }>('/sharing_groups/index.json', signal),
    select: (answer) => answer.response,
  });

/** Makes a group that the own organisation owns. */
export const addSharingGroup = (group: Readonly<Record<string, unknown>>) =>
  post('/sharing_groups/add', { SharingGroup: group });
