import { randomUUID } from 'node:crypto';
import { defaultRoles, permissionFlags } from '@magpie/model';
import { recordChanges } from '../../../changes/changes.ts';
import type { FirstAdmin } from '../../../config/config.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { insertKey } from '../auth-keys/queries.ts';
import { hashPassword, randomPassword } from '../users/passwords.ts';

const DEFAULT_EMAIL = 'admin@admin.test';
const DEFAULT_ORGANISATION = 'ORGNAME';
/** Keeps two processes that start on one empty database apart. */
const FIRST_START_LOCK = 7_246_876;

/** What happened; the password is given only when it was made here, and nowhere else ever again. */
export interface FirstStart {
  created: boolean;
  adminEmail?: string;
  adminPassword?: string;
}

/**
 * Makes an empty database usable: the default roles (MISP's ids 1 to 6), organisation 1, the site administrator
 * (user 1), and his API key when one is configured. One transaction; on a database in use it changes nothing.
 */
export async function prepareFirstStart(magpie: Magpie, firstAdmin: FirstAdmin): Promise<FirstStart> {
  if (magpie.settings.get('MISP.uuid') === '') await magpie.settings.set(null, 'MISP.uuid', randomUUID());
  const isEmpty = await magpie.database.asSystem('first start', async (tx) => (await userCount(tx)) === 0);
  if (!isEmpty) return { created: false };

  const email = firstAdmin.email ?? DEFAULT_EMAIL;
  const password = firstAdmin.password ?? randomPassword();
  const organisationName = firstAdmin.organisationName ?? DEFAULT_ORGANISATION;
  const passwordHash = await hashPassword(password);
  const created = await magpie.database.asSystem('first start', async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [FIRST_START_LOCK]);
    if ((await userCount(tx)) > 0) return false;
    await insertDefaultRoles(tx);
    await insertFirstOrganisation(tx, organisationName);
    await insertAdministrator(tx, { email, passwordHash, changePassword: firstAdmin.password === null });
    if (firstAdmin.key !== null) await insertKey(tx, { userId: 1, key: firstAdmin.key, comment: 'Initial key' });
    await recordChanges(tx, [
      { model: 'Organisation', action: 'add', modelId: 1, title: organisationName },
      { model: 'User', action: 'add', modelId: 1, title: email },
    ]);
    return true;
  });
  if (!created) return { created: false };
  await magpie.settings.set(null, 'MISP.org', organisationName);
  await magpie.settings.set(null, 'MISP.host_org_id', 1);
  await magpie.accounts.changed();
  return { created: true, adminEmail: email, ...(firstAdmin.password === null ? { adminPassword: password } : {}) };
}

async function userCount(tx: Transaction): Promise<number> {
  const row = await tx.first<{ n: number }>('select count(*) as n from (select 1 from users limit 1) u');
  return row?.n ?? 0;
}

async function insertDefaultRoles(tx: Transaction): Promise<void> {
  await tx.execute(
    `insert into roles (id, name, flags, default_role, is_default)
     select id, name, string_to_array(flags, ','), chosen, chosen
     from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[]) as r (id, name, flags, chosen)
     on conflict do nothing`,
    [
      defaultRoles.map((role) => role.id),
      defaultRoles.map((role) => role.name),
      defaultRoles.map((role) => permissionFlags.filter((flag) => role.permissions[flag]).join(',')),
      defaultRoles.map((role) => role.isDefault),
    ],
  );
  await skipTakenIds(tx, 'roles');
}

async function insertFirstOrganisation(tx: Transaction, name: string): Promise<void> {
  await tx.execute(
    `insert into organisations (id, uuid, name, description, type, local)
     values (1, $1, $2, 'Automatically generated admin organisation', 'ADMIN', true) on conflict do nothing`,
    [randomUUID(), name],
  );
  await skipTakenIds(tx, 'organisations');
}

async function insertAdministrator(
  tx: Transaction,
  admin: { email: string; passwordHash: string; changePassword: boolean },
): Promise<void> {
  await tx.execute(
    // Without dates, as MISP's own installation makes it.
    `insert into users (id, email, password_hash, org_id, role_id, change_pw, certif_public, date_created)
     values (1, $1, $2, 1, 1, $3, '', null)`,
    [admin.email, admin.passwordHash, admin.changePassword],
  );
  await skipTakenIds(tx, 'users');
}

async function skipTakenIds(tx: Transaction, table: 'roles' | 'organisations' | 'users'): Promise<void> {
  await tx.execute(`select setval(pg_get_serial_sequence('${table}', 'id'), greatest(max(id), 1)) from ${table}`);
}
