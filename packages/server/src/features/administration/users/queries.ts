import type { PermissionFlag } from '@magpie/model';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { ORGANISATION_COLUMNS, type OrganisationRow } from '../organisations/organisation-row.ts';
import { ROLE_COLUMNS, type RoleRow } from '../roles/role-row.ts';
import { type ListedUserRow, USER_COLUMNS, type UserRow } from './user-row.ts';

/** As the system there is no viewer, and so no view: the same columns from the table itself. */
const BASE_COLUMNS = USER_COLUMNS.replace('totp_is_set', 'totp_secret is not null as totp_is_set').replace(
  'external_auth_key,',
  `case when external_auth_key <> '' then '*****' else external_auth_key end as external_auth_key,`,
);

const MAIL_LOCK = 7_246_877;

/** A user that may be stored; keys are column names. */
export type UserValues = Partial<Record<UserColumn, SqlValue>>;

/** Columns that requests may set. Only these names reach a statement's text. */
const userColumns = [
  'email',
  'password_hash',
  'org_id',
  'role_id',
  'server_id',
  'autoalert',
  'contactalert',
  'invited_by',
  'gpgkey',
  'certif_public',
  'nids_sid',
  'termsaccepted',
  'newsread',
  'change_pw',
  'disabled',
  'expiration',
  'force_logout',
  'sub',
  'external_auth_required',
  'external_auth_key',
  'notification_daily',
  'notification_weekly',
  'notification_monthly',
  'last_pw_change',
] as const;

/** A column of users that requests may set. */
export type UserColumn = (typeof userColumns)[number];

/** A user the transaction's viewer may see. */
export async function findVisibleUser(tx: Transaction, id: number): Promise<UserRow | null> {
  return tx.first<UserRow>(`select ${USER_COLUMNS} from visible_users where id = $1`, [id]);
}

/** Role, organisation and settings beside a user. */
export async function findUserSurroundings(
  tx: Transaction,
  user: UserRow,
): Promise<{ role: RoleRow; organisation: OrganisationRow; settings: Record<string, unknown> }> {
  const role = await tx.first<RoleRow>(`select ${ROLE_COLUMNS} from roles where id = $1`, [user.role_id]);
  const organisation = await tx.first<OrganisationRow>(
    `select ${ORGANISATION_COLUMNS} from organisations where id = $1`,
    [user.org_id],
  );
  if (role === null || organisation === null) throw new Error(`user ${user.id} has no role or organisation`);
  const settings = await tx.query<{ setting: string; value: unknown }>(
    'select setting, value from visible_user_settings where user_id = $1 order by id',
    [user.id],
  );
  return { role, organisation, settings: Object.fromEntries(settings.map((row) => [row.setting, row.value])) };
}

/** Administrators of an organisation (not of the site), by id. */
export async function findOrganisationAdmins(tx: Transaction, orgId: number): Promise<{ id: number; email: string }[]> {
  return tx.query(
    `select u.id, u.email from visible_users u join roles r on r.id = u.role_id
     where u.org_id = $1 and 'perm_admin' = any (r.flags) and not 'perm_site_admin' = any (r.flags) order by u.id`,
    [orgId],
  );
}

/** Every user the viewer may see, by id, restricted by `conditions` over u (user), r (role) and o (organisation). */
export async function listVisibleUsers(
  tx: Transaction,
  conditions: readonly string[],
  values: readonly SqlValue[],
): Promise<ListedUserRow[]> {
  const columns = USER_COLUMNS.split(',').map((column) => `u.${column.trim()}`);
  return tx.query<ListedUserRow>(
    `select ${columns.join(', ')}, r.name as role_name, r.flags as role_flags, o.name as org_name
     from visible_users u join roles r on r.id = u.role_id join organisations o on o.id = u.org_id
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by u.id`,
    values,
  );
}

/** As system: the user for a change, locked; `orgId` confines it to one organisation. With his role's flags. */
export async function lockUser(
  tx: Transaction,
  id: number,
  orgId: number | null,
): Promise<{ user: UserRow; flags: PermissionFlag[] } | null> {
  const user = await tx.first<UserRow>(
    `select ${BASE_COLUMNS} from users where id = $1 and ($2::bigint is null or org_id = $2) for update`,
    [id, orgId],
  );
  if (user === null) return null;
  const role = await tx.first<{ flags: PermissionFlag[] }>('select flags from roles where id = $1', [user.role_id]);
  return { user, flags: role?.flags ?? [] };
}

/**
 * As system: true when another account has this mail, whatever its case. Writers of mails queue up until the commit,
 * so that two who want the same one do not both find it free.
 */
export async function isMailTaken(tx: Transaction, email: string, exceptId: number): Promise<boolean> {
  await tx.execute('select pg_advisory_xact_lock($1)', [MAIL_LOCK]);
  const row = await tx.first('select 1 from users where lower(email) = lower($1) and id <> $2', [email, exceptId]);
  return row !== null;
}

/** As system: the stored hash, for a comparison. */
export async function findPasswordHash(tx: Transaction, id: number): Promise<string | null> {
  const row = await tx.first<{ password_hash: string | null }>('select password_hash from users where id = $1', [id]);
  return row?.password_hash ?? null;
}

/** As system: stores a new user. */
export async function insertUser(tx: Transaction, values: UserValues): Promise<UserRow> {
  const columns = columnsOf(values);
  const row = await tx.first<UserRow>(
    `insert into users (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})
     returning ${BASE_COLUMNS}`,
    columns.map((column) => values[column] ?? null),
  );
  if (row === null) throw new Error('the user was not stored');
  return row;
}

/** As system: changes the given columns, and when the user was last changed. */
export async function updateUser(tx: Transaction, id: number, values: UserValues): Promise<UserRow> {
  const columns = columnsOf(values);
  const assignments = columns.map((column, index) => `${column} = $${index + 2}`);
  const row = await tx.first<UserRow>(
    `update users set ${[...assignments, 'date_modified = extract(epoch from now())::bigint'].join(', ')}
     where id = $1 returning ${BASE_COLUMNS}`,
    [id, ...columns.map((column) => values[column] ?? null)],
  );
  if (row === null) throw new Error('the user is gone');
  // A link to set a forgotten password is no use to whoever knew the account before.
  if ('password_hash' in values || 'email' in values) {
    await tx.execute('delete from password_resets where user_id = $1', [id]);
  }
  return row;
}

/** As system: removes a user with his keys, sessions and settings. What he wrote stays. */
export async function deleteUser(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from users where id = $1', [id]);
}

/** As system: ends the browser sessions of a user, except one. */
export async function deleteSessions(
  tx: Transaction,
  userId: number,
  exceptDigest: Buffer | null = null,
): Promise<void> {
  await tx.execute('delete from sessions where user_id = $1 and ($2::bytea is null or digest <> $2)', [
    userId,
    exceptDigest,
  ]);
}

function columnsOf(values: UserValues): UserColumn[] {
  return userColumns.filter((column) => values[column] !== undefined);
}
