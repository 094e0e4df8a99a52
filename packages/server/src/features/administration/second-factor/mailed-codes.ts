import { randomInt } from 'node:crypto';
import { secretDigest } from '../../../access/accounts.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject } from '../../../http/lenient.ts';
import { findRecipient, recordMails } from '../../../mail/recipients.ts';
import { fillTemplate } from '../credential-mails/text.ts';
import { mailedCodeDigest } from './service.ts';

const KIND = 'email_otp';
const MIN_DIGITS = 6;
const MAX_DIGITS = 12;

/** Whether somebody without an authenticator has to give a mailed code. Without mail nobody could. */
export function needsMailedCode(magpie: Magpie, email: string): boolean {
  const { settings } = magpie;
  if (!settings.get('Security.email_otp_enabled') || !magpie.mail.isOn) return false;
  const exceptions = settings.get('Security.email_otp_exceptions').split(',');
  return !exceptions.some((exception) => exception.trim().toLowerCase() === email.toLowerCase());
}

/** Has a code mailed for a session. It is made when the mail is sent, and stored as a digest. */
export async function requestMailedCode(
  magpie: Magpie,
  tx: Transaction,
  session: { token: string; userId: number; ip: string },
): Promise<void> {
  await magpie.jobs.enqueue(tx, {
    kind: KIND,
    queue: 'email',
    title: `User: ${session.userId}`,
    // The digest finds the session, but opens it for nobody.
    input: { session: secretDigest(session.token).toString('hex'), user: session.userId, ip: session.ip },
    userId: 0,
    organisationId: 0,
  });
}

/** Says who sends these mails. A code that comes late is of no use: one new try, and soon. */
export function registerMailedCodes(magpie: Magpie): void {
  magpie.jobs.register(
    KIND,
    async ({ input }) => {
      if (!isObject(input) || typeof input.session !== 'string' || typeof input.user !== 'number') return 'No session.';
      return send(magpie, Buffer.from(input.session, 'hex'), input.user, String(input.ip ?? ''));
    },
    { maxRetries: 1, retryDelaySeconds: 5 },
  );
}

async function send(magpie: Magpie, session: Buffer, userId: number, ip: string): Promise<string> {
  const { settings } = magpie;
  const digits = Math.min(MAX_DIGITS, Math.max(MIN_DIGITS, settings.get('Security.email_otp_length')));
  const minutes = Math.max(1, settings.get('Security.email_otp_validity'));
  const code = Array.from({ length: digits }, () => String(randomInt(10))).join('');
  const to = await magpie.database.asSystem('code for a session', async (tx) => {
    const stored = await tx.execute(
      `update sessions set mailed_code = $2, mailed_code_until = $3 where digest = $1 and awaits_code = 'email'`,
      [session, mailedCodeDigest(session, code), magpie.now() + minutes * 60],
    );
    return stored === 0 ? null : findRecipient(tx, userId);
  });
  if (to === null) return 'The sign-in was given up.';
  const mail = {
    to,
    subject: `${magpie.mail.prefix} Email OTP`,
    text: fillTemplate(settings.get('Security.email_otp_text'), {
      otp: code,
      validity: String(minutes),
      ip,
      username: to.email,
      misp: magpie.mail.url(''),
      org: settings.get('MISP.org'),
      contact: magpie.mail.contact,
    }),
  };
  const delivery = await magpie.mail.deliver(mail);
  if (delivery === 'off') return 'Mails are switched off.';
  await magpie.database.asSystem('a code was mailed', (tx) => recordMails(tx, [{ mail, delivery }]));
  return 'Mails sent.';
}
