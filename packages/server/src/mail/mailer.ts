import type { Config } from '../config/config.ts';
import { Refused } from '../errors.ts';
import type { Settings } from '../features/administration/settings/settings.ts';
import type { Sender } from './compose.ts';
import type { Delivery, Mail, MailSeal } from './mail.ts';
import type { SmtpTransport } from './smtp.ts';

export type { Delivery, Mail, MailAttachment, Recipient } from './mail.ts';

/** Sends mails. Only background jobs call it: a mail server may be slow or away. */
export interface Mailer {
  /** True when a mail server is set up and mails are not switched off. */
  readonly isOn: boolean;
  /** Throws `Refused` when no mail server is set up or it will never take the mail; other errors may pass. */
  deliver(mail: Mail): Promise<Delivery>;
  /** Adds a step that signs or encrypts, after those that are there. */
  addSeal(seal: MailSeal): void;
  /** The beginning of subjects: `[ACME MISP]`. */
  readonly prefix: string;
  /** Address of a page of this instance, as recipients reach it. */
  url(path: string): string;
  /** What mails name as the address to turn to. */
  readonly contact: string;
  close(): void;
}

/** Job options of mails: four tries over about a quarter of an hour. */
export const MAIL_RETRIES = { maxRetries: 4, retryDelaySeconds: 60 } as const;

/** Reads the mail settings at every mail, so that changes take effect at once. */
export function createMailer(config: Config, settings: Settings): Mailer {
  const seals: MailSeal[] = [];
  let smtp: SmtpTransport | null = null;

  function baseUrl(): string {
    return settings.get('MISP.external_baseurl').replace(/\/+$/, '') || config.baseUrl;
  }

  function sender(): Sender {
    return {
      address: settings.get('MISP.email') || `magpie@${new URL(baseUrl()).hostname}`,
      name: settings.get('MISP.email_from_name'),
      replyTo: settings.get('MISP.email_reply_to'),
      instanceUuid: settings.get('MISP.uuid'),
    };
  }

  return {
    get isOn() {
      return config.smtpUrl !== null && !settings.get('MISP.disable_emailing');
    },
    async deliver(mail) {
      if (settings.get('MISP.disable_emailing')) return 'off';
      if (config.smtpUrl === null) throw new Refused('No mail server is set up: MAGPIE_SMTP_URL names it.');
      // Loaded with the first mail: many instances send none.
      const [{ composeMail }, { openSmtp }] = await Promise.all([import('./compose.ts'), import('./smtp.ts')]);
      let message = await composeMail(mail, sender(), new Date());
      for (const seal of seals) {
        const sealed = await seal(message, mail);
        if (sealed === null) return 'withheld';
        message = sealed;
      }
      smtp ??= openSmtp(config.smtpUrl);
      await smtp.send(message);
      return 'sent';
    },
    addSeal: (seal) => void seals.push(seal),
    get prefix() {
      return `[${settings.get('MISP.org')} MISP]`;
    },
    url: (path) => `${baseUrl()}${path}`,
    get contact() {
      return settings.get('MISP.contact') || settings.get('MISP.email');
    },
    close: () => smtp?.close(),
  };
}
