import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused } from '../../../errors.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import type { RunningJob } from '../../../jobs/jobs.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import { recipientOf, recordMails } from '../../../mail/recipients.ts';
import { requestCredentialMail } from '../credential-mails/jobs.ts';
import { deleteUserMail, findUserMail, selectAddressed, storeUserMail, type UserMailRow } from './queries.ts';

const KIND = 'mail_users';
const BATCH = 200;

/** A mail of an administrator to users; null lists mean everybody he administers. */
export interface UserMail {
  subject: string;
  message: string;
  /** Every user gets a temporary password instead of the message. */
  resetsPassword: boolean;
  userIds: readonly number[] | null;
  organisationIds: readonly number[] | null;
}

/** As system: has users mailed in the background. `confinedTo` is the organisation of one who is no site administrator. */
export async function requestUserMail(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  mail: UserMail,
  confinedTo: number | null,
): Promise<number> {
  const id = await storeUserMail(tx, mail, { confinedTo, requestedBy: viewer.userId });
  await recordChanges(tx, [{ model: 'User', action: 'admin_email', modelId: 0, title: mail.subject }], viewer);
  return magpie.jobs.enqueue(tx, {
    kind: KIND,
    queue: 'email',
    jobType: 'admin_email',
    title: `Mail: ${id}`,
    input: { mail: id },
    // The program's own work: whoever asked may be gone when the mail server is back.
    userId: 0,
    organisationId: viewer.organisationId,
  });
}

/** Says who sends these mails. */
export function registerUserMails(magpie: Magpie): void {
  magpie.jobs.register(KIND, (job) => sendAll(magpie, job), MAIL_RETRIES);
}

async function sendAll(magpie: Magpie, { input, signal, progress }: RunningJob): Promise<string> {
  const id = isObject(input) ? (readId(input.mail) ?? 0) : 0;
  const mail = await magpie.database.asSystem('mail to users', (tx) => findUserMail(tx, id));
  if (mail === null) return 'The mails were sent already.';
  let done = 0;
  let refused = 0;
  for (;;) {
    signal.throwIfAborted();
    if (mail.resets_password) {
      const asked = await askForPasswords(magpie, mail);
      done += asked;
      if (asked < BATCH) break;
      continue;
    }
    const users = await magpie.database.asSystem('mailed users', (tx) => selectAddressed(tx, mail, BATCH));
    for (const user of users) {
      signal.throwIfAborted();
      const delivery = await sendOne(magpie, mail, user);
      if (delivery === 'off') {
        await magpie.database.asSystem('mail to users', (tx) => deleteUserMail(tx, mail.id));
        return 'Mails are switched off.';
      }
      if (delivery === 'refused') refused += 1;
      else done += 1;
      mail.last_user_id = user.id;
    }
    progress(50, `${done} mails sent.`);
    if (users.length < BATCH) break;
  }
  await magpie.database.asSystem('mail to users', (tx) => deleteUserMail(tx, mail.id));
  return refused === 0 ? 'Mails sent.' : `Mails sent, ${refused} refused by the mail server.`;
}

/** One address that the mail server does not take must not keep the mail from all others. */
async function sendOne(magpie: Magpie, mail: UserMailRow, user: Parameters<typeof recipientOf>[0]) {
  const composed = { to: recipientOf(user), subject: mail.subject, text: `${mail.message}\n` };
  const delivery = await magpie.mail.deliver(composed).catch((error: unknown) => {
    if (error instanceof Refused) return 'refused' as const;
    throw error;
  });
  if (delivery === 'off') return delivery;
  await magpie.database.asSystem('mail to a user', async (tx) => {
    await tx.execute('update user_mails set last_user_id = $2 where id = $1', [mail.id, user.id]);
    if (delivery !== 'refused') await recordMails(tx, [{ mail: composed, delivery }]);
  });
  return delivery;
}

/** Has a batch of users mailed temporary passwords, each by a job of its own; returns how many. */
function askForPasswords(magpie: Magpie, mail: UserMailRow): Promise<number> {
  return magpie.database.asSystem('temporary passwords', async (tx) => {
    const users = await selectAddressed(tx, mail, BATCH);
    const by = { userId: mail.requested_by, organisationId: mail.confined_to ?? 0 };
    for (const user of users) {
      await requestCredentialMail(magpie, tx, { kind: 'password_reset', user, requestedBy: by });
    }
    mail.last_user_id = users.at(-1)?.id ?? mail.last_user_id;
    await tx.execute('update user_mails set last_user_id = $2 where id = $1', [mail.id, mail.last_user_id]);
    return users.length;
  });
}
