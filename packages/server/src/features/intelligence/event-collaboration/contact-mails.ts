import { userIsShut } from '../../../access/accounts.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Refused } from '../../../errors.ts';
import { isObject, readId } from '../../../http/lenient.ts';
import type { Mail } from '../../../mail/mail.ts';
import { MAIL_RETRIES } from '../../../mail/mailer.ts';
import { RECIPIENT_COLUMNS, type RecipientRow, recipientOf, recordMails } from '../../../mail/recipients.ts';
import { subjectMarking } from '../event-alerts/subject.ts';

const KIND = 'contact_alert';
const MAX_RECIPIENTS = 500;

interface Contact {
  event_id: number;
  user_id: number;
  person: boolean;
  message: string;
  orgc_id: number;
  creator_id: number;
  asker: string;
  asker_organisation: string;
  gpgkey: string | null;
  certif_public: string | null;
  tags: string[];
}

/** Has a stored message sent to the people behind the event. */
export async function requestContactMail(
  magpie: Magpie,
  tx: Transaction,
  contactId: number,
  eventId: number,
): Promise<void> {
  await magpie.jobs.enqueue(tx, {
    kind: KIND,
    queue: 'email',
    title: `To owner of event ${eventId}`,
    input: { contact: contactId },
    message: 'Contacting.',
  });
}

/** Says who sends these mails. */
export function registerContactMails(magpie: Magpie): void {
  magpie.jobs.register(
    KIND,
    async ({ input }) => {
      const id = isObject(input) ? (readId(input.contact) ?? 0) : 0;
      const found = await magpie.database.asSystem('contact', (tx) => findContact(tx, id));
      if (found === null) return 'The mail was sent already.';
      const { contact, to } = found;
      // Who has been told is kept one by one: a job that is begun anew must not tell anybody twice.
      for (const row of to) {
        const mail = contactMail(magpie, contact, row);
        const delivery = await deliver(magpie, mail);
        if (delivery === 'off') return 'Mails are switched off.';
        await magpie.database.asSystem('contact was told', async (tx) => {
          await tx.execute('insert into event_contact_recipients (contact_id, user_id) values ($1, $2)', [id, row.id]);
          if (delivery !== 'refused') await recordMails(tx, [{ mail, delivery }]);
        });
      }
      await magpie.database.asSystem('contact is done', (tx) =>
        tx.execute('update event_contacts set sent = now() where id = $1', [id]),
      );
      return 'Mails sent.';
    },
    MAIL_RETRIES,
  );
}

/** One address that the mail server does not take must not keep the message from the others. */
async function deliver(magpie: Magpie, mail: Mail) {
  try {
    return await magpie.mail.deliver(mail);
  } catch (error) {
    if (error instanceof Refused && magpie.mail.isOn) return 'refused';
    throw error;
  }
}

/** A message that is still to be sent, and whom it still has to reach. */
async function findContact(tx: Transaction, id: number): Promise<{ contact: Contact; to: RecipientRow[] } | null> {
  const contact = await tx.first<Contact>(
    `select c.event_id, c.user_id, c.person, c.message, e.orgc_id, e.user_id as creator_id, u.email as asker,
       o.name as asker_organisation, u.gpgkey, u.certif_public,
       array(select t.name from event_tags l join tags t on t.id = l.tag_id
         where l.event_id = e.id and not l.local order by l.id limit 1000) as tags
     from event_contacts c join events e on e.id = c.event_id join users u on u.id = c.user_id
       join organisations o on o.id = u.org_id
     where c.id = $1 and c.sent is null`,
    [id],
  );
  if (contact === null) return null;
  // The creator counts only while he belongs to the event's organisation: pulled events name strangers of this number.
  const to = await tx.query<RecipientRow>(
    `select ${RECIPIENT_COLUMNS} from users u
     where u.org_id = $1 and not ${userIsShut} and (u.id = $2 or (u.contactalert and not $3))
       and not exists (select from event_contact_recipients r where r.contact_id = $4 and r.user_id = u.id)
     order by u.id limit ${MAX_RECIPIENTS}`,
    [contact.orgc_id, contact.creator_id, contact.person, id],
  );
  return { contact, to };
}

function contactMail(magpie: Magpie, contact: Contact, to: RecipientRow): Mail {
  const { event_id: eventId, asker, message } = contact;
  const page = magpie.mail.url(`/events/view/${eventId}`);
  const key = contact.gpgkey || contact.certif_public;
  return {
    to: recipientOf(to),
    subject: `${magpie.mail.prefix} Need info about event ${eventId} - ${subjectMarking(magpie, contact.tags)}`,
    text: `Hello,

somebody would like to know more about an event of yours.

From:  ${asker} (${contact.asker_organisation})
Event: ${page}

Message:
${message}

Answers to this mail go to ${asker}.
`,
    textWithoutDetails: `Hello,\n\nsomebody would like to know more about an event of yours: ${page}\n`,
    replyTo: asker,
    attachments: key
      ? [
          contact.gpgkey
            ? { fileName: 'gpgkey.asc', contentType: 'application/pgp-keys', content: key }
            : { fileName: 'mail.pem', contentType: 'application/x-pem-file', content: key },
        ]
      : [],
  };
}
