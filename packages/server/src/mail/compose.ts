import { hash, randomUUID } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { ComposedMail, Mail } from './mail.ts';

/** What mails of this instance have in common. */
export interface Sender {
  address: string;
  name: string;
  replyTo: string;
  /** Part of thread names, so that two instances do not share a thread. */
  instanceUuid: string;
}

const MAX_SUBJECT_LENGTH = 500;

/** Makes the message: plain text in UTF-8 with MISP's headers. */
export async function composeMail(mail: Mail, sender: Sender, now: Date): Promise<ComposedMail> {
  const host = sender.address.slice(sender.address.lastIndexOf('@') + 1);
  const messageId = `<${randomUUID().replaceAll('-', '')}@${host}>`;
  const thread = mail.thread === undefined ? undefined : `<${threadId(mail.thread, sender.instanceUuid)}@${host}>`;
  const replyTo = mail.replyTo ?? sender.replyTo;
  const composer = new MailComposer({
    from: { name: sender.name, address: sender.address },
    to: { name: '', address: mail.to.email },
    subject: oneLine(mail.subject).slice(0, MAX_SUBJECT_LENGTH),
    text: mail.text,
    date: now,
    messageId,
    ...(replyTo === '' ? {} : { replyTo: { name: '', address: replyTo } }),
    ...(thread === undefined ? {} : { inReplyTo: thread, references: thread }),
    ...(mail.unsubscribeUrl === undefined ? {} : { list: { unsubscribe: mail.unsubscribeUrl } }),
    attachments: (mail.attachments ?? []).map(({ fileName, contentType, content }) => ({
      filename: fileName,
      contentType,
      content,
    })),
    // Contents are texts of users: they must never be taken for names of files or addresses to load.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { from: sender.address, to: mail.to.email, messageId, raw: await composer.compile().build() };
}

/** MISP's thread names: SHA-1 of what it is about and the instance. */
function threadId(about: string, instanceUuid: string): string {
  return hash('sha1', `${about}|${instanceUuid}`, 'hex');
}

/** Line breaks and other control characters have no place in a header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
