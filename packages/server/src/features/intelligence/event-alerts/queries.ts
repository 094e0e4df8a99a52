import { userIsShut } from '../../../access/accounts.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Delivery, Mail } from '../../../mail/mail.ts';
import { RECIPIENT_COLUMNS, type RecipientRow, recordMails } from '../../../mail/recipients.ts';
import type { EventRow } from '../events/rows.ts';

/** A publication that causes mails, and how far they have come. */
export interface AlertRow {
  id: number;
  event_id: number;
  published_before: number;
  last_org_id: number;
  last_user_id: number;
}

/** A user who asked to be told of published events. */
export interface AlertUser extends RecipientRow {
  org_id: number;
  is_site_admin: boolean;
  filter: unknown;
}

/** Stores a publication; what is newer than the one before will be marked in the mails. */
export async function storeAlert(
  tx: Transaction,
  event: Pick<EventRow, 'id' | 'orgc_id'>,
  userId: number,
  refused: boolean,
): Promise<number> {
  const row = await tx.first<{ id: number }>(
    `insert into publish_alerts (event_id, orgc_id, user_id, refused, published_before)
     values ($1, $2, $3, $4, coalesce((select extract(epoch from max(at))::bigint from publish_alerts
       where event_id = $1 and not refused), 0)) returning id`,
    [event.id, event.orgc_id, userId, refused],
  );
  return row?.id ?? 0;
}

/** As system; null when the event is gone or not published any more. */
export function findAlert(tx: Transaction, id: number): Promise<AlertRow | null> {
  return tx.first<AlertRow>(
    `select a.id, a.event_id, a.published_before, a.last_org_id, a.last_user_id
     from publish_alerts a join events e on e.id = a.event_id and e.published where a.id = $1`,
    [id],
  );
}

/** As system: the next users by organisation, so that each organisation's sight of the event is read once. */
export function selectAlertUsers(tx: Transaction, alert: AlertRow, limit: number): Promise<AlertUser[]> {
  return tx.query<AlertUser>(
    `select ${RECIPIENT_COLUMNS}, u.org_id, 'perm_site_admin' = any (r.flags) as is_site_admin, s.value as filter
     from users u join roles r on r.id = u.role_id
       left join user_settings s on s.user_id = u.id and s.setting = 'publish_alert_filter'
     where u.autoalert and not ${userIsShut} and (u.org_id, u.id) > ($1, $2)
     order by u.org_id, u.id limit $3`,
    [alert.last_org_id, alert.last_user_id, limit],
  );
}

/** Keeps who was the last to be looked at, and in the log what went out. */
export async function noteProgress(
  tx: Transaction,
  alert: AlertRow,
  sent: { mail: Mail; delivery: Delivery } | null,
): Promise<void> {
  await tx.execute('update publish_alerts set last_org_id = $2, last_user_id = $3 where id = $1', [
    alert.id,
    alert.last_org_id,
    alert.last_user_id,
  ]);
  if (sent !== null) await recordMails(tx, [sent]);
}
