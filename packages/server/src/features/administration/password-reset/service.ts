import { secretDigest, userIsShut } from '../../../access/accounts.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readId } from '../../../http/lenient.ts';
import { findRecipient, recordMails } from '../../../mail/recipients.ts';
import { randomKey } from '../auth-keys/secret-key.ts';
import { normaliseMail } from '../sign-in/brute-force.ts';
import { findSignInAccount } from '../sign-in/session-queries.ts';
import { passwordFaults } from '../users/password-policy.ts';
import { hashPassword } from '../users/passwords.ts';
import { deleteSessions, updateUser } from '../users/queries.ts';
import { readNewPassword } from '../users/user-fields.ts';

const KIND = 'forgot_password_email';
/** As in MISP. */
const VALID_SECONDS = 600;
const INVALID_LINK = 'Invalid token, or password request expired.';

/** Has a link mailed to the user of this mail, if there is one who may sign in: the caller does not learn it. */
export async function requestLink(magpie: Magpie, mail: string): Promise<void> {
  await magpie.database.asSystem('forgotten password', async (tx) => {
    const account = await findSignInAccount(tx, normaliseMail(mail));
    if (account === null || account.disabled) return;
    await magpie.jobs.enqueue(tx, {
      kind: KIND,
      queue: 'email',
      title: `User: ${account.id}`,
      input: { user: account.id },
      userId: 0,
      organisationId: 0,
    });
    const change = { model: 'User', action: 'forgot', modelId: account.id, title: account.email };
    await recordChanges(tx, [change], null);
  });
}

/** Says who sends these mails. The link is made when the mail is sent, and stored as a digest. */
export function registerResetLinks(magpie: Magpie): void {
  magpie.jobs.register(KIND, ({ input }) => send(magpie, isObject(input) ? (readId(input.user) ?? 0) : 0), {
    maxRetries: 1,
    retryDelaySeconds: 30,
  });
}

async function send(magpie: Magpie, userId: number): Promise<string> {
  const token = randomKey();
  const to = await magpie.database.asSystem('link for a password', async (tx) => {
    const found = await findRecipient(tx, userId);
    if (found === null) return null;
    await tx.execute(
      `insert into password_resets (user_id, digest, valid_until) values ($1, $2, $3)
       on conflict (user_id) do update set digest = excluded.digest, valid_until = excluded.valid_until`,
      [userId, secretDigest(token), magpie.now() + VALID_SECONDS],
    );
    return found;
  });
  if (to === null) return 'The user is disabled or gone.';
  const mail = {
    to,
    subject: 'MISP password reset',
    text: `Hello,

somebody, hopefully you, asked for a new password on ${magpie.mail.url('')}.

Within ten minutes you can set it here: ${magpie.mail.url(`/users/password_reset/${token}`)}

If it was not you, you need not do anything.
`,
  };
  const delivery = await magpie.mail.deliver(mail);
  if (delivery === 'off') return 'Mails are switched off.';
  await magpie.database.asSystem('a link was mailed', (tx) => recordMails(tx, [{ mail, delivery }]));
  return 'Mails sent.';
}

/** Throws `NotFound` unless the link is valid now. */
export async function checkLink(magpie: Magpie, token: string): Promise<{ userId: number; email: string }> {
  const found = await magpie.database.asSystem('link for a password', (tx) => findLink(tx, token, magpie.now()));
  if (found === null) throw new NotFound(INVALID_LINK);
  return found;
}

/** Sets the password once, and signs the user out everywhere. Throws `Invalid` for a weak one; the link stays then. */
export async function useLink(magpie: Magpie, token: string, body: JsonObject): Promise<void> {
  if (magpie.settings.get('MISP.disable_user_password_change')) {
    throw new Forbidden('User password change has been disabled on this instance.');
  }
  await checkLink(magpie, token);
  const password = readNewPassword(body);
  const faults = password === undefined ? ['Password length requirement not met.'] : passwordFaults(magpie, password);
  if (password === undefined || faults.length > 0) throw new Invalid('', { password: faults });
  const passwordHash = await hashPassword(password);
  await magpie.database.asSystem('forgotten password', async (tx) => {
    const used = await tx.first<{ user_id: number }>(
      'delete from password_resets where digest = $1 and valid_until >= $2 returning user_id',
      [secretDigest(token), magpie.now()],
    );
    if (used === null) throw new NotFound(INVALID_LINK);
    const user = await updateUser(tx, used.user_id, {
      password_hash: passwordHash,
      change_pw: false,
      last_pw_change: magpie.now(),
    });
    await deleteSessions(tx, user.id);
    await recordChanges(tx, [{ model: 'User', action: 'change_pw', modelId: user.id, title: user.email }], null);
  });
  await magpie.accounts.changed();
}

async function findLink(
  tx: Transaction,
  token: string,
  nowSeconds: number,
): Promise<{ userId: number; email: string } | null> {
  if (!/^[a-zA-Z0-9]{40}$/.test(token)) return null;
  return tx.first<{ userId: number; email: string }>(
    `select u.id as "userId", u.email from password_resets r join users u on u.id = r.user_id
     where r.digest = $1 and r.valid_until >= $2 and not ${userIsShut}`,
    [secretDigest(token), nowSeconds],
  );
}
