import { randomInt } from 'node:crypto';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { expireKeys, insertKey } from '../auth-keys/queries.ts';
import { randomKey } from '../auth-keys/secret-key.ts';
import { findDefaultRole } from '../roles/queries.ts';
import { passwordFaults } from './password-policy.ts';
import { hashPassword, randomPassword } from './passwords.ts';
import { deleteSessions, insertUser, isMailTaken, updateUser } from './queries.ts';
import { isMail } from './user-fields.ts';

// What somebody with access to the machine does to accounts; there is no viewer, so the log names user 0.

/** A user that such a person makes. */
export interface OperatorUser {
  email: string;
  /** Name or id; the first organisation when missing. */
  organisation?: string;
  /** Name or id; the default role when missing. */
  role?: string;
  /** Made at random when missing; the user must then change it at the first sign-in. */
  password?: string;
}

/** Creates a user with a key. Throws `Invalid` or `NotFound` with what is wrong. */
export async function createUser(
  magpie: Magpie,
  wanted: OperatorUser,
): Promise<{ id: number; password: string; key: string }> {
  const email = wanted.email.trim().normalize('NFKC');
  if (!isMail(email)) throw new Invalid('This is not an e-mail address.', { email: [email] });
  const password = wanted.password ?? randomPassword();
  checkPassword(magpie, password);
  const passwordHash = await hashPassword(password);
  const key = randomKey();
  const id = await magpie.database.asSystem('create user', async (tx) => {
    if (await isMailTaken(tx, email, 0)) throw new Invalid('A user with this address exists.', { email: [email] });
    const user = await insertUser(tx, {
      email,
      password_hash: passwordHash,
      org_id: await findOrganisation(tx, wanted.organisation),
      role_id: await findRoleId(tx, wanted.role),
      change_pw: wanted.password === undefined,
      last_pw_change: magpie.now(),
      nids_sid: randomInt(1_000_000, 10_000_000),
      gpgkey: '',
      certif_public: '',
      external_auth_key: '',
    });
    await insertKey(tx, { userId: user.id, key, comment: '' });
    await recordChanges(tx, [{ model: 'User', action: 'add', modelId: user.id, title: email }]);
    return user.id;
  });
  await magpie.accounts.changed();
  return { id, password, key };
}

/** Sets a password (random when none is given), ends the user's sessions and lets him in again if he was disabled. */
export async function resetPassword(magpie: Magpie, email: string, wanted?: string): Promise<string> {
  const password = wanted ?? randomPassword();
  checkPassword(magpie, password);
  const passwordHash = await hashPassword(password);
  await magpie.database.asSystem('reset password', async (tx) => {
    const id = await findUserId(tx, email);
    await updateUser(tx, id, {
      password_hash: passwordHash,
      change_pw: wanted === undefined,
      disabled: false,
      last_pw_change: magpie.now(),
    });
    await deleteSessions(tx, id);
    await tx.execute('delete from sign_in_failures');
    await recordChanges(tx, [{ model: 'User', action: 'change_pw', modelId: id, title: email }]);
  });
  await magpie.accounts.changed();
  return password;
}

/** Ends all keys of a user and makes one new, which is returned. */
export async function resetKey(magpie: Magpie, email: string): Promise<string> {
  const key = randomKey();
  await magpie.database.asSystem('reset key', async (tx) => {
    const id = await findUserId(tx, email);
    await expireKeys(tx, id, null, magpie.now());
    await insertKey(tx, { userId: id, key, comment: '' });
    await recordChanges(tx, [{ model: 'User', action: 'reset_auth_key', modelId: id, title: email }]);
  });
  await magpie.accounts.changed();
  return key;
}

function checkPassword(magpie: Magpie, password: string): void {
  const faults = passwordFaults(magpie, password);
  if (faults.length > 0) throw new Invalid(faults.join(' '), { password: faults });
}

async function findUserId(tx: Transaction, email: string): Promise<number> {
  const row = await tx.first<{ id: number }>('select id from users where lower(email) = lower($1)', [email.trim()]);
  if (row === null) throw new NotFound(`There is no user ${email}.`);
  return row.id;
}

async function findOrganisation(tx: Transaction, reference: string | undefined): Promise<number> {
  const row = await tx.first<{ id: number }>(
    reference === undefined
      ? 'select id from organisations where local order by id limit 1'
      : 'select id from organisations where name = $1 or id::text = $1 order by name = $1 desc limit 1',
    reference === undefined ? [] : [reference],
  );
  if (row === null) throw new NotFound(`There is no organisation ${reference ?? ''}.`);
  return row.id;
}

async function findRoleId(tx: Transaction, reference: string | undefined): Promise<number> {
  const row =
    reference === undefined
      ? await findDefaultRole(tx)
      : await tx.first<{ id: number }>(
          'select id from roles where lower(name) = lower($1) or id::text = $1 order by id::text = $1 desc limit 1',
          [reference],
        );
  if (row === null) throw new NotFound(`There is no role ${reference ?? ''}.`);
  return row.id;
}
