import { userIsShut } from '../access/accounts.ts';
import { recordChanges } from '../changes/changes.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Delivery, Mail, Recipient } from './mail.ts';

/** Columns of `users u` that make a {@link RecipientRow}. */
export const RECIPIENT_COLUMNS = 'u.id, u.email, u.gpgkey, u.certif_public';

/** A user with what a mail to him needs. */
export interface RecipientRow {
  id: number;
  email: string;
  gpgkey: string | null;
  certif_public: string | null;
}

/** Whom a row of `users` stands for. */
export function recipientOf(row: RecipientRow): Recipient {
  return { userId: row.id, email: row.email, gpgKey: row.gpgkey || null, certificate: row.certif_public || null };
}

/** As system: an enabled user as recipient; null when he is gone or disabled. */
export async function findRecipient(tx: Transaction, userId: number): Promise<Recipient | null> {
  const row = await tx.first<RecipientRow>(
    `select ${RECIPIENT_COLUMNS} from users u where u.id = $1 and not ${userIsShut}`,
    [userId],
  );
  return row === null ? null : recipientOf(row);
}

/** Keeps in the log that mails went out, in MISP's words. The texts are not kept. */
export async function recordMails(
  tx: Transaction,
  mails: readonly { mail: Mail; delivery: Delivery }[],
): Promise<void> {
  await recordChanges(
    tx,
    mails.map(({ mail, delivery }) => ({
      model: 'User',
      action: 'email',
      modelId: mail.to.userId,
      title:
        delivery === 'withheld'
          ? `Email  to ${mail.to.email} not sent, titled "${mail.subject}": it may not leave unencrypted.`
          : `Email  to ${mail.to.email} sent, titled "${mail.subject}".`,
    })),
    null,
  );
}
