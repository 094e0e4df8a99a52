/** Who gets a mail, with what is needed to encrypt for him. */
export interface Recipient {
  userId: number;
  email: string;
  /** Public keys of the recipient; null when he has none. */
  gpgKey: string | null;
  certificate: string | null;
}

/** A plain text mail in English, as features write it. */
export interface Mail {
  to: Recipient;
  /** Without line breaks; what is longer than a line of mail allows is folded. */
  subject: string;
  text: string;
  /** What is sent to somebody without a key where contents may leave the instance encrypted only. */
  textWithoutDetails?: string;
  /** Address that answers go to, before the one of the instance. */
  replyTo?: string;
  /** Mails with the same thread stand together in the reader's list: what they are about, e.g. `event-alert|5`. */
  thread?: string;
  /** Where the reader ends mails of this kind (RFC 2369 `List-Unsubscribe`). */
  unsubscribeUrl?: string;
  attachments?: readonly MailAttachment[];
}

/** A file that goes with a mail. */
export interface MailAttachment {
  fileName: string;
  contentType: string;
  content: string | Buffer;
}

/** A complete message of RFC 5322 with its envelope: ready for the mail server. */
export interface ComposedMail {
  from: string;
  to: string;
  messageId: string;
  raw: Buffer;
}

/**
 * A step between composing and sending, which signs or encrypts. It returns what is to be sent instead, or null when
 * nothing may be sent. Throws when it cannot do what it must: the mail is then not sent.
 */
export type MailSeal = (composed: ComposedMail, mail: Mail) => Promise<ComposedMail | null>;

/** What became of a mail: `off` when mails are switched off, `withheld` when it may not go out as it is. */
export type Delivery = 'sent' | 'off' | 'withheld';
