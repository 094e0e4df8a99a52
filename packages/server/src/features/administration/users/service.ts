import { randomInt } from 'node:crypto';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { type JsonObject, readBoolean, readId } from '../../../http/lenient.ts';
import { defaultExpiration, readKeyFields } from '../auth-keys/key-fields.ts';
import { insertKey } from '../auth-keys/queries.ts';
import { randomKey } from '../auth-keys/secret-key.ts';
import { requestCredentialMail } from '../credential-mails/jobs.ts';
import { findDefaultRole, findRole } from '../roles/queries.ts';
import type { RoleRow } from '../roles/role-row.ts';
import { passwordFaults } from './password-policy.ts';
import { hashPassword, randomPassword } from './passwords.ts';
import {
  deleteSessions,
  deleteUser,
  insertUser,
  isMailTaken,
  lockUser,
  type UserValues,
  updateUser,
} from './queries.ts';
import { administeredFields, readNewPassword, readUserFields } from './user-fields.ts';
import type { UserRow } from './user-row.ts';

const MAIL_TAKEN = 'An account with this email address already exists.';
const INVALID_USER = 'Invalid user';

/** The organisation an administrator is confined to; null for the site's. */
function administeredOrganisation(viewer: Viewer): number | null {
  return isSiteAdmin(viewer) ? null : viewer.organisationId;
}

/**
 * Creates a user with a first API key, which is returned this once. Organisation administrators create in their own
 * organisation whatever the body says, and cannot give roles above their own.
 */
export async function addUser(
  magpie: Magpie,
  viewer: Viewer,
  body: JsonObject,
): Promise<{ user: UserRow; authkey: string }> {
  if (magpie.settings.get('MISP.disable_user_add') && !isSiteAdmin(viewer)) {
    throw new Forbidden('Adding users has been disabled on this instance.');
  }
  const values = readUserFields(body, administeredFields);
  if (values.email === undefined) throw new Invalid('', { email: 'Mandatory field not set.' });
  const password = readNewPassword(body);
  if (password !== undefined) checkPolicy(magpie, password);
  const passwordHash = await hashPassword(password ?? randomPassword());
  const authkey = randomKey();
  const allowedIps = readFirstKeyAddresses(magpie, body);
  const user = await magpie.database.asSystem('add user', async (tx) => {
    const role = await chooseRole(tx, viewer, body.role_id);
    const organisation = await chooseOrganisation(tx, viewer, body.org_id);
    refuseForeignSiteAdmin(magpie, role, organisation.id);
    await checkMail(tx, viewer, organisation, String(values.email), 0);
    const row = await insertUser(tx, {
      autoalert: magpie.settings.get('MISP.default_publish_alert'),
      gpgkey: '',
      certif_public: '',
      external_auth_key: '',
      nids_sid: randomInt(1_000_000, 10_000_000),
      change_pw: true,
      ...values,
      password_hash: passwordHash,
      last_pw_change: magpie.now(),
      role_id: role.id,
      org_id: organisation.id,
      invited_by: viewer.userId,
    });
    await insertKey(tx, {
      ...{ userId: row.id, key: authkey, comment: '', allowedIps },
      // Where keys must name their addresses, one that does not is no key: the user makes his first himself.
      expiration: mustNameAddresses(magpie) && allowedIps === null ? magpie.now() : defaultExpiration(magpie),
    });
    await recordChanges(
      tx,
      [{ model: 'User', action: 'add', modelId: row.id, title: row.email, after: loggable(row) }],
      viewer,
    );
    if (readBoolean(body.notify)) {
      const keepsPassword = password !== undefined;
      await requestCredentialMail(magpie, tx, { kind: 'new_user', user: row, requestedBy: viewer, keepsPassword });
    }
    return row;
  });
  await magpie.accounts.changed();
  return { user, authkey };
}

/** The addresses that the first key is bound to: `allowed_ips` of the body, as of a key. */
function readFirstKeyAddresses(magpie: Magpie, body: JsonObject): string[] | null {
  if (body.allowed_ips === undefined) return null;
  return readKeyFields(magpie, { allowed_ips: body.allowed_ips }).allowedIps ?? null;
}

function mustNameAddresses({ settings }: Magpie): boolean {
  return settings.get('Security.mandate_ip_allowlist_advanced_authkeys');
}

/** Changes a user by an administrator: only what the body names. Throws `NotFound` outside his organisation. */
export async function editUser(magpie: Magpie, viewer: Viewer, id: number, body: JsonObject): Promise<UserRow> {
  const values = readUserFields(body, administeredFields);
  if (magpie.settings.get('MISP.disable_user_login_change') && !isSiteAdmin(viewer)) delete values.email;
  const password = magpie.settings.get('MISP.disable_user_password_change') ? undefined : readNewPassword(body);
  if (password !== undefined) checkPolicy(magpie, password);
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  const saved = await magpie.database.asSystem('edit user', async (tx) => {
    const { user, flags } = await lockAdministered(tx, viewer, id);
    refuseAboveOneself(viewer, user, flags);
    const next: UserValues = { ...values };
    if (passwordHash !== undefined) Object.assign(next, { password_hash: passwordHash, last_pw_change: magpie.now() });
    if (body.role_id !== undefined && body.role_id !== null && readId(body.role_id) !== user.role_id) {
      next.role_id = (await chooseRole(tx, viewer, body.role_id)).id;
    }
    const organisation = await chooseOrganisation(
      tx,
      viewer,
      isSiteAdmin(viewer) ? (body.org_id ?? user.org_id) : null,
    );
    next.org_id = organisation.id;
    const role = await findRole(tx, Number(next.role_id ?? user.role_id));
    const isMoved = next.role_id !== undefined || organisation.id !== user.org_id;
    if (role !== null && isMoved) refuseForeignSiteAdmin(magpie, role, organisation.id);
    if (next.email !== undefined) await checkMail(tx, viewer, organisation, String(next.email), id);
    return saveUser(tx, viewer, user, next);
  });
  await magpie.accounts.changed();
  return saved;
}

/** Stores what changed with its record, and signs the user out everywhere when he may no longer be in. */
export async function saveUser(tx: Transaction, actor: Viewer, before: UserRow, values: UserValues): Promise<UserRow> {
  const row = await updateUser(tx, before.id, values);
  if (values.password_hash !== undefined || values.disabled === true || values.force_logout === true) {
    await deleteSessions(tx, row.id);
  }
  // Both are read as asterisks: that a new one was set is seen here alone.
  const isNewKey = values.external_auth_key !== undefined && values.external_auth_key !== '';
  const change = difference(loggable(isNewKey ? { ...before, external_auth_key: null } : before), loggable(row));
  if (change) {
    await recordChanges(tx, [{ model: 'User', action: 'edit', modelId: row.id, title: row.email, ...change }], actor);
  }
  if (values.password_hash !== undefined) {
    await recordChanges(tx, [{ model: 'User', action: 'change_pw', modelId: row.id, title: row.email }], actor);
  }
  return row;
}

/** Deletes a user; what he created keeps his number. Nobody deletes himself or the last site administrator. */
export async function removeUser(magpie: Magpie, viewer: Viewer, id: number): Promise<void> {
  await magpie.database.asSystem('delete user', async (tx) => {
    const { user, flags } = await lockAdministered(tx, viewer, id);
    refuseAboveOneself(viewer, user, flags);
    if (id === viewer.userId) throw new Forbidden('You cannot delete your own account.');
    await deleteUser(tx, id);
    await recordChanges(
      tx,
      [{ model: 'User', action: 'delete', modelId: id, title: user.email, before: loggable(user) }],
      viewer,
    );
  });
  await magpie.accounts.changed();
}

/** The user an administrator is about to change, locked. */
async function lockAdministered(tx: Transaction, viewer: Viewer, id: number) {
  const found = await lockUser(tx, id, administeredOrganisation(viewer));
  if (found === null) throw new NotFound(INVALID_USER);
  return found;
}

/** An organisation's administrator may not touch a site administrator's account of the same organisation. */
function refuseAboveOneself(viewer: Viewer, user: UserRow, flags: readonly string[]): void {
  if (isSiteAdmin(viewer) || user.id === viewer.userId) return;
  if (flags.includes('perm_site_admin')) throw new Forbidden('You are not authorised to change a site administrator.');
}

/** Throws `Invalid` when the password breaks the instance's rules. */
function checkPolicy(magpie: Magpie, password: string): void {
  const faults = passwordFaults(magpie, password);
  if (faults.length > 0) throw new Invalid('', { password: faults });
}

/** What the change log keeps of a user: everything but what every sign-in changes; secrets are read as asterisks. */
export function loggable(row: UserRow): Record<string, unknown> {
  const {
    current_login: _current,
    last_login: _last,
    last_api_access: _access,
    date_modified: _modified,
    hotp_counter: _counter,
    ...rest
  } = row;
  return rest;
}

async function chooseRole(tx: Transaction, viewer: Viewer, wanted: unknown): Promise<RoleRow> {
  if (wanted === undefined || wanted === null || wanted === '') {
    const role = await findDefaultRole(tx);
    if (role === null) throw new Invalid('', { role_id: 'Mandatory field not set.' });
    return role;
  }
  const id = readId(wanted);
  const role = id === null ? null : await findRole(tx, id);
  if (role === null) throw new Refused('Invalid role');
  if (!isSiteAdmin(viewer) && isPrivileged(viewer, role)) {
    throw new Forbidden('You are not authorised to assign that role to a user.');
  }
  return role;
}

/** With Security.limit_site_admins_to_host_org only the organisation that runs the instance has site administrators. */
function refuseForeignSiteAdmin({ settings }: Magpie, role: RoleRow, organisationId: number): void {
  if (!settings.get('Security.limit_site_admins_to_host_org') || !role.flags.includes('perm_site_admin')) return;
  if (organisationId === settings.get('MISP.host_org_id')) return;
  throw new Invalid('', { role_id: ['Site administrators are limited to the host organisation.'] });
}

/** Roles that only the site's administrator gives, and those that may what the giver may not himself. */
function isPrivileged(viewer: Viewer, role: RoleRow): boolean {
  return (
    role.restricted_to_site_admin ||
    role.flags.some(
      (flag) =>
        flag === 'perm_site_admin' || flag === 'perm_sync' || flag === 'perm_regexp_access' || !viewer.flags.has(flag),
    )
  );
}

interface ChosenOrganisation {
  id: number;
  restricted_to_domain: string[] | null;
}

async function chooseOrganisation(tx: Transaction, viewer: Viewer, wanted: unknown): Promise<ChosenOrganisation> {
  const own = !isSiteAdmin(viewer) || wanted === undefined || wanted === null || wanted === '';
  const id = own ? viewer.organisationId : readId(wanted);
  const organisation =
    id === null
      ? null
      : await tx.first<ChosenOrganisation>('select id, restricted_to_domain from organisations where id = $1', [id]);
  if (organisation === null) throw new Invalid('', ['Invalid organisation']);
  return organisation;
}

/** The mail must be free, and for those who are not site administrators in the organisation's domains. */
export async function checkMail(
  tx: Transaction,
  viewer: Viewer,
  organisation: { restricted_to_domain: string[] | null },
  email: string,
  userId: number,
): Promise<void> {
  if (await isMailTaken(tx, email, userId)) throw new Invalid('', { email: [MAIL_TAKEN] });
  const domains = organisation.restricted_to_domain ?? [];
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (isSiteAdmin(viewer) || domains.length === 0 || domains.some((item) => item.toLowerCase() === domain)) return;
  throw new Invalid('', { email: [`Invalid e-mail domain. Allowed in this organisation: ${domains.join(', ')}`] });
}
