import { userIsShut } from '../../../access/accounts.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { RECIPIENT_COLUMNS, type RecipientRow } from '../../../mail/recipients.ts';
import type { UserMail } from './jobs.ts';

/** A mail to users that is being sent. */
export interface UserMailRow {
  id: number;
  subject: string;
  message: string;
  resets_password: boolean;
  user_ids: number[] | null;
  organisation_ids: number[] | null;
  confined_to: number | null;
  requested_by: number;
  last_user_id: number;
}

/** Stores a mail to users; returns its id. */
export async function storeUserMail(
  tx: Transaction,
  mail: UserMail,
  { confinedTo, requestedBy }: { confinedTo: number | null; requestedBy: number },
): Promise<number> {
  const row = await tx.first<{ id: number }>(
    `insert into user_mails (subject, message, resets_password, user_ids, organisation_ids, confined_to, requested_by)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      ...[mail.subject, mail.message, mail.resetsPassword, mail.userIds, mail.organisationIds],
      ...[confinedTo, requestedBy],
    ],
  );
  return row?.id ?? 0;
}

/** A mail that is still on its way to users; null when all have it. */
export function findUserMail(tx: Transaction, id: number): Promise<UserMailRow | null> {
  return tx.first<UserMailRow>('select * from user_mails where id = $1', [id]);
}

/** What has gone out is not kept. */
export async function deleteUserMail(tx: Transaction, id: number): Promise<void> {
  await tx.execute('delete from user_mails where id = $1', [id]);
}

/**
 * The next enabled users that a mail is for, by id. An organisation's administrator gives no new passwords to site
 * administrators.
 */
export function selectAddressed(tx: Transaction, mail: UserMailRow, limit: number): Promise<RecipientRow[]> {
  return tx.query<RecipientRow>(
    `select ${RECIPIENT_COLUMNS} from users u join roles r on r.id = u.role_id
     where u.id > $1 and not ${userIsShut}
       and ($2::bigint[] is null or u.id = any ($2)) and ($3::bigint[] is null or u.org_id = any ($3))
       and ($4::bigint is null or u.org_id = $4)
       and not ($5 and $4::bigint is not null and 'perm_site_admin' = any (r.flags))
     order by u.id limit $6`,
    [mail.last_user_id, mail.user_ids, mail.organisation_ids, mail.confined_to, mail.resets_password, limit],
  );
}
