import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import { findRecipient, recordMails } from '../../../mail/recipients.ts';
import { hashPassword, randomPassword } from '../users/passwords.ts';
import { deleteSessions, updateUser } from '../users/queries.ts';
import { type CredentialMailKind, credentialMail } from './text.ts';

const KIND = 'mail_credentials';

/** What is to be sent. */
interface NotedMail {
  user_id: number;
  kind: CredentialMailKind;
  /** The user has the password that an administrator chose, and who tells it. */
  keeps_password: boolean;
}

/** Who is to be mailed a password, and why. */
interface RequestedMail {
  readonly kind: CredentialMailKind;
  readonly user: { readonly id: number; readonly email: string };
  readonly requestedBy: { readonly userId: number; readonly organisationId: number };
  /** The user has the password that an administrator chose, and who tells it. */
  readonly keepsPassword?: boolean;
}

/**
 * As system: has a user mailed a temporary password. It is made when the mail is sent and stored nowhere but as a
 * hash; however often this is asked for meanwhile, one mail goes out.
 */
export async function requestCredentialMail(
  magpie: Magpie,
  tx: Transaction,
  { kind, user, requestedBy, keepsPassword = false }: RequestedMail,
): Promise<void> {
  const noted = await tx.first<{ id: number }>(
    `insert into outgoing_mails (kind, user_id, requested_by, keeps_password) values ($1, $2, $3, $4)
     on conflict (user_id, kind) do update set created = now(), requested_by = excluded.requested_by,
       keeps_password = excluded.keeps_password returning id`,
    [kind, user.id, requestedBy.userId, keepsPassword],
  );
  await magpie.jobs.enqueue(tx, {
    kind: KIND,
    queue: 'email',
    jobType: kind === 'new_user' ? 'new_user_email' : 'password_reset_email',
    title: `User: ${user.id}`,
    input: { mail: noted?.id ?? 0 },
    // The program's own work: the administrator who asked may be gone when the mail server is back.
    userId: 0,
    organisationId: requestedBy.organisationId,
  });
}

/** Says who sends these mails. */
export function registerCredentialMails(magpie: Magpie): void {
  magpie.jobs.register(
    KIND,
    async ({ input }) => {
      const mailId = isObject(input) ? (readId(input.mail) ?? 0) : 0;
      const noted = await magpie.database.asSystem('noted mail', (tx) => findNoted(tx, mailId));
      return noted === null ? 'The mail was sent already.' : send(magpie, mailId, noted);
    },
    MAIL_RETRIES,
  );
}

async function send(magpie: Magpie, mailId: number, noted: NotedMail): Promise<string> {
  const to = await magpie.database.asSystem('recipient', (tx) => findRecipient(tx, noted.user_id));
  if (to === null) {
    await magpie.database.asSystem('noted mail', (tx) => forgetNoted(tx, mailId));
    return 'The user is disabled or gone.';
  }
  const password = noted.keeps_password ? null : randomPassword();
  const mail = credentialMail(magpie, noted.kind, to, password ?? '(the one that your administrator gives you)');
  const delivery = await magpie.mail.deliver(mail);
  if (delivery === 'off') return 'Mails are switched off.';
  // After the mail: a password that nobody was told would lock the user out. If this fails, the next try mails another.
  await magpie.database.asSystem('temporary password', async (tx) => {
    if (delivery === 'sent' && password !== null) {
      await updateUser(tx, to.userId, {
        password_hash: await hashPassword(password),
        change_pw: true,
        last_pw_change: magpie.now(),
      });
      await deleteSessions(tx, to.userId);
    }
    await forgetNoted(tx, mailId);
    await recordMails(tx, [{ mail, delivery }]);
  });
  await magpie.accounts.changed();
  return delivery === 'sent' ? 'Mails sent.' : 'The mail may not leave unencrypted.';
}

function findNoted(tx: Transaction, id: number): Promise<NotedMail | null> {
  return tx.first<NotedMail>('select user_id, kind, keeps_password from outgoing_mails where id = $1', [id]);
}

async function forgetNoted(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from outgoing_mails where id = $1', [id]);
}
