import { choiceName, threatLevels } from '@magpie/model';
import { viewerOf } from '../../../access/authenticate.ts';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused } from '../../../errors.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import type { RunningJob } from '../../../jobs/jobs.ts';
import type { Mail } from '../../../mail/mail.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import { recipientOf } from '../../../mail/recipients.ts';
import type { EventRow } from '../events/rows.ts';
import { type FilteredEvent, wantsAlert } from './alert-filter.ts';
import { readAlertContent } from './content.ts';
import { refusalOf } from './gates.ts';
import { type AlertRow, type AlertUser, findAlert, noteProgress, selectAlertUsers, storeAlert } from './queries.ts';
import { alertSubject } from './subject.ts';
import { alertText, shortAlertText, unsubscribeUrl } from './text.ts';

const KIND = 'publish_alert_email';
const BATCH = 200;

/**
 * Has the users who asked for it told that the event was published, unless the instance's settings hold the mails back.
 * In the transaction of the publication; refusals do not hold the publication up.
 */
export async function requestAlert(magpie: Magpie, tx: Transaction, viewer: Viewer, event: EventRow): Promise<void> {
  await tx.elevated('publications of everybody are counted', async () => {
    const refusal = await refusalOf(magpie, tx, {
      eventId: event.id,
      orgcId: event.orgc_id,
      timestamp: event.timestamp,
      date: event.date,
      publisherId: viewer.userId,
      publisherIsSiteAdmin: isSiteAdmin(viewer),
    });
    if (refusal !== null && refusal.limit === null) return;
    const id = await storeAlert(tx, event, viewer.userId, refusal !== null);
    if (refusal !== null) return;
    await magpie.jobs.enqueue(tx, {
      kind: KIND,
      queue: 'email',
      title: `Event: ${event.id}`,
      input: { alert: id },
      message: 'Sending...',
    });
  });
}

/** Says who sends these mails. */
export function registerAlertMails(magpie: Magpie): void {
  magpie.jobs.register(KIND, (job) => sendAlert(magpie, job), MAIL_RETRIES);
}

/** What everybody of an organisation, and every site administrator, is told alike. */
interface Telling {
  subject: string;
  text: string;
  filtered: FilteredEvent;
}

async function sendAlert(magpie: Magpie, { input, signal, progress }: RunningJob): Promise<string> {
  const id = isObject(input) ? (readId(input.alert) ?? 0) : 0;
  const alert = await magpie.database.asSystem('publish alert', (tx) => findAlert(tx, id));
  if (alert === null) return 'The event is gone.';
  let sent = 0;
  let refused = 0;
  const told: Told = { organisationId: 0, organisation: undefined, siteAdministrators: undefined };
  for (;;) {
    const users = await magpie.database.asSystem('alerted users', (tx) => selectAlertUsers(tx, alert, BATCH));
    for (const user of users) {
      signal.throwIfAborted();
      const mail = mailTo(magpie, alert, await tellingFor(magpie, alert, user, told), user);
      const delivery = mail === null ? null : await deliver(magpie, mail);
      if (delivery === 'off') return 'Mails are switched off.';
      if (delivery === 'refused') refused += 1;
      else if (delivery !== null) sent += 1;
      // One by one: a job that is begun anew goes on behind the last who was told.
      alert.last_org_id = user.org_id;
      alert.last_user_id = user.id;
      await magpie.database.asSystem('alert went out', (tx) =>
        noteProgress(
          tx,
          alert,
          mail === null || delivery === 'refused' || delivery === null ? null : { mail, delivery },
        ),
      );
    }
    progress(50, `${sent} mails sent.`);
    if (users.length < BATCH) break;
  }
  return refused === 0 ? 'Mails sent.' : `Mails sent, ${refused} refused by the mail server.`;
}

/** What was read for the organisation at hand; null where it does not see the event. */
interface Told {
  organisationId: number;
  organisation: Telling | null | undefined;
  siteAdministrators: Telling | null | undefined;
}

/** Reads the event once for each organisation; users come ordered by theirs. */
async function tellingFor(magpie: Magpie, alert: AlertRow, user: AlertUser, told: Told): Promise<Telling | null> {
  if (user.is_site_admin) {
    if (told.siteAdministrators === undefined) told.siteAdministrators = await tell(magpie, alert, user);
    return told.siteAdministrators;
  }
  if (told.organisationId !== user.org_id || told.organisation === undefined) {
    told.organisationId = user.org_id;
    told.organisation = await tell(magpie, alert, user);
  }
  return told.organisation;
}

/** Reads the event as the user sees it. */
async function tell(magpie: Magpie, alert: AlertRow, user: AlertUser): Promise<Telling | null> {
  const account = await magpie.accounts.byUserId(user.id);
  if (account === null) return null;
  const { settings } = magpie;
  const metadataOnly =
    settings.get('MISP.event_alert_metadata_only') || settings.get('MISP.publish_alerts_summary_only');
  // The mail is the same for all of his organisation: tags reserved for himself stay out.
  const viewer = { ...viewerOf(account, { ip: '', requestId: '' }), userId: 0 };
  const content = await magpie.database.as(viewer, (tx) =>
    readAlertContent(magpie, tx, alert.event_id, { metadataOnly }),
  );
  if (content === null) return null;
  const { header, eventTags, attributeTags } = content;
  return {
    subject: alertSubject(magpie, header, eventTags),
    text: alertText(magpie, content, alert.published_before),
    filtered: {
      eventTags,
      attributeTags,
      orgcName: header.orgc_name ?? '',
      orgcUuid: header.orgc_uuid ?? '',
      threatLevel: choiceName(threatLevels, header.threat_level_id) ?? '',
    },
  };
}

/** The mail to one user; null when he does not see the event or does not want to be told of it. */
function mailTo(magpie: Magpie, alert: AlertRow, telling: Telling | null, user: AlertUser): Mail | null {
  if (telling === null || !wantsAlert(user.filter, telling.filtered)) return null;
  return {
    to: recipientOf(user),
    subject: telling.subject,
    text: telling.text,
    textWithoutDetails: shortAlertText(magpie, alert.event_id),
    thread: `event-alert|${alert.event_id}`,
    unsubscribeUrl: unsubscribeUrl(magpie),
  };
}

/** One address that the mail server does not take must not keep the mail from all others. */
async function deliver(magpie: Magpie, mail: Mail) {
  try {
    return await magpie.mail.deliver(mail);
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}
