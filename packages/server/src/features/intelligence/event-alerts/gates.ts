import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';

/** What decides whether a publication causes mails. */
export interface Publication {
  eventId: number;
  orgcId: number;
  /** When the event was last changed, in epoch seconds. */
  timestamp: number;
  /** YYYY-MM-DD */
  date: string;
  publisherId: number;
  publisherIsSiteAdmin: boolean;
}

const DAY = 86_400;

/** Why a publication causes no mails, or null. `limit`: a limit on publications, which a further try may prolong. */
export type Refusal = { reason: string; limit: 'event' | 'user' | null };

/**
 * MISP's gates in their order: age, a tag, emailing as a whole, publishing one event again and again, one user
 * publishing a lot, one organisation publishing a lot. As system: it counts publications of everybody.
 */
export async function refusalOf(magpie: Magpie, tx: Transaction, publication: Publication): Promise<Refusal | null> {
  const { settings } = magpie;
  if (isOld(magpie, publication)) return { reason: 'The event is old.', limit: null };
  if (settings.get('MISP.block_event_alert') && (await bearsTag(tx, publication.eventId, blockingTag(magpie)))) {
    return { reason: 'The event bears a tag that stops mails.', limit: null };
  }
  if (!magpie.mail.isOn) return { reason: 'Mails are switched off.', limit: null };
  if (settings.get('MISP.event_alert_republish_ban')) {
    const minutes = settings.get('MISP.event_alert_republish_ban_threshold');
    const countRefused = settings.get('MISP.event_alert_republish_ban_refresh_on_retry');
    const count = await countSince(tx, 'event_id', publication.eventId, { seconds: minutes * 60, countRefused });
    if (count > 0) return { reason: 'The event caused mails a short while ago.', limit: 'event' };
  }
  if (settings.get('MISP.user_email_notification_ban') && !publication.publisherIsSiteAdmin) {
    const seconds = settings.get('MISP.user_email_notification_ban_time_threshold') * 60;
    const countRefused = settings.get('MISP.user_email_notification_ban_refresh_on_retry');
    const count = await countSince(tx, 'user_id', publication.publisherId, { seconds, countRefused });
    if (count >= settings.get('MISP.user_email_notification_ban_amount_threshold')) {
      return { reason: 'The user has published a lot.', limit: 'user' };
    }
  }
  const perDay = settings.get('MISP.org_alert_threshold');
  const onDay = { seconds: DAY, countRefused: false };
  if (perDay > 0 && (await countSince(tx, 'orgc_id', publication.orgcId, onDay)) >= perDay) {
    return { reason: 'The organisation has published a lot.', limit: null };
  }
  return null;
}

function isOld(magpie: Magpie, { timestamp, date }: Publication): boolean {
  const { settings } = magpie;
  if (!settings.get('MISP.block_old_event_alert')) return false;
  const now = magpie.now();
  const byAge = settings.get('MISP.block_old_event_alert_age');
  const byDate = settings.get('MISP.block_old_event_alert_by_date');
  if (byAge > 0 && timestamp < now - byAge * DAY) return true;
  return byDate > 0 && Date.parse(`${date}T00:00:00Z`) / 1000 < now - byDate * DAY;
}

function blockingTag(magpie: Magpie): string {
  return magpie.settings.get('MISP.block_event_alert_tag');
}

async function bearsTag(tx: Transaction, eventId: number, name: string): Promise<boolean> {
  const row = await tx.first(
    `select from event_tags l join tags t on t.id = l.tag_id
     where l.event_id = $1 and lower(t.name) = lower($2) limit 1`,
    [eventId, name],
  );
  return row !== null;
}

/** By the indexes on (event, time), (user, time) and (organisation, time). */
async function countSince(
  tx: Transaction,
  column: 'event_id' | 'user_id' | 'orgc_id',
  id: number,
  { seconds, countRefused }: { seconds: number; countRefused: boolean },
): Promise<number> {
  const row = await tx.first<{ n: number }>(
    `select count(*) as n from publish_alerts
     where ${column} = $1 and at > clock_timestamp() - make_interval(secs => $2) and ($3 or not refused)`,
    [id, seconds, countRefused],
  );
  return row?.n ?? 0;
}
