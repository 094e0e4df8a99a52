import type { PermissionFlag } from '@magpie/model';
import { databaseTime } from '../database-time.ts';

/** A user as anybody may be shown him: no secret is in it. */
export interface UserRow {
  id: number;
  email: string;
  org_id: number;
  role_id: number;
  server_id: number;
  autoalert: boolean;
  contactalert: boolean;
  invited_by: number;
  gpgkey: string | null;
  certif_public: string | null;
  nids_sid: number;
  termsaccepted: boolean;
  newsread: number;
  change_pw: boolean;
  disabled: boolean;
  expiration: Date | null;
  current_login: number;
  last_login: number;
  last_api_access: number;
  last_pw_change: number | null;
  force_logout: boolean;
  /** Null of the administrator of the first start, as in MISP. */
  date_created: number | null;
  date_modified: number;
  sub: string | null;
  external_auth_required: boolean;
  external_auth_key: string | null;
  notification_daily: boolean;
  notification_weekly: boolean;
  notification_monthly: boolean;
  totp_is_set: boolean;
  hotp_counter: number | null;
}

/** Columns of `visible_users`. */
export const USER_COLUMNS = `id, email, org_id, role_id, server_id, autoalert, contactalert, invited_by, gpgkey,
  certif_public, nids_sid, termsaccepted, newsread, change_pw, disabled, expiration, current_login, last_login,
  last_api_access, last_pw_change, force_logout, date_created, date_modified, sub, external_auth_required,
  external_auth_key, notification_daily, notification_weekly, notification_monthly, totp_is_set, hotp_counter`;

/** A user in the list of users, with what is shown of role and organisation there. */
export interface ListedUserRow extends UserRow {
  role_name: string;
  role_flags: PermissionFlag[];
  org_name: string;
}

/** The full record of users/view and users/edit; the password and the one-time secret are always masked. */
export function viewedUserWire(row: UserRow): Record<string, unknown> {
  const { server_id: _serverId, ...wire } = fullWire(row, { password: '*****', totp: '*****' });
  return wire;
}

/** The record that admin add and edit answer; `authkey` is the key made with a new user. */
export function savedUserWire(row: UserRow, authkey: string | null = null): Record<string, unknown> {
  return fullWire(row, { password: '******', totp: null, ...(authkey === null ? {} : { authkey }) });
}

/** An entry of admin/users/index. */
export function listedUserWire(row: ListedUserRow): Record<string, unknown> {
  const time = (value: number | null) => (value === null ? null : String(value));
  return {
    User: {
      id: String(row.id),
      org_id: String(row.org_id),
      server_id: String(row.server_id),
      email: row.email,
      ...commonWire(row),
      current_login: String(row.current_login),
      last_login: String(row.last_login),
      last_api_access: String(row.last_api_access),
      force_logout: row.force_logout,
      date_created: time(row.date_created),
      date_modified: String(row.date_modified),
      last_pw_change: time(row.last_pw_change),
    },
    Role: {
      id: String(row.role_id),
      name: row.role_name,
      perm_auth: row.role_flags.includes('perm_auth'),
      perm_site_admin: row.role_flags.includes('perm_site_admin'),
      perm_admin: row.role_flags.includes('perm_admin'),
    },
    Organisation: { id: String(row.org_id), name: row.org_name },
  };
}

function fullWire(row: UserRow, extra: { password: string; totp: string | null; authkey?: string }) {
  const optional = (value: number | null) => (value === null ? null : String(value));
  return {
    id: String(row.id),
    password: extra.password,
    org_id: String(row.org_id),
    server_id: String(row.server_id),
    email: row.email,
    ...(extra.authkey === undefined ? {} : { authkey: extra.authkey }),
    ...commonWire(row),
    current_login: String(row.current_login),
    last_login: String(row.last_login),
    force_logout: row.force_logout,
    date_created: optional(row.date_created),
    date_modified: String(row.date_modified),
    sub: row.sub,
    external_auth_required: row.external_auth_required,
    external_auth_key: row.external_auth_key,
    last_api_access: String(row.last_api_access),
    notification_daily: row.notification_daily,
    notification_weekly: row.notification_weekly,
    notification_monthly: row.notification_monthly,
    totp: extra.totp,
    hotp_counter: optional(row.hotp_counter),
    last_pw_change: optional(row.last_pw_change),
    totp_is_set: row.totp_is_set ? '1' : '0',
  };
}

function commonWire(row: UserRow): Record<string, unknown> {
  return {
    autoalert: row.autoalert,
    invited_by: String(row.invited_by),
    gpgkey: row.gpgkey,
    certif_public: row.certif_public,
    nids_sid: String(row.nids_sid),
    termsaccepted: row.termsaccepted,
    newsread: String(row.newsread),
    role_id: String(row.role_id),
    change_pw: row.change_pw,
    contactalert: row.contactalert,
    disabled: row.disabled,
    expiration: row.expiration === null ? null : databaseTime(row.expiration),
  };
}
