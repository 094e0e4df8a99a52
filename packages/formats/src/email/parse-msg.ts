import MsgReaderModule, { type FieldsData } from '@kenjiuno/msgreader';
import { decodeText } from '../read/decode-text.ts';
import { DocumentRefused } from '../read/reading.ts';
import type { Mail, Mailbox, MailFile } from './email-object.ts';

/** Of a module in the older form some loaders hand over what it exports, others the module around that. */
const MsgReader = 'default' in MsgReaderModule ? MsgReaderModule.default : MsgReaderModule;

/** A message saved by Outlook ([MS-OXMSG], a compound file [MS-CFB]). Throws `DocumentRefused`. */
export function parseMsg(bytes: Uint8Array): Mail {
  const { fields, files } = parse(bytes);
  const recipients = (kind: string) =>
    (fields.recipients ?? []).filter(({ recipType }) => (recipType ?? 'to') === kind).map(boxOf);
  return {
    headers: headersOf(fields.headers ?? ''),
    from: [{ name: fields.senderName ?? '', address: fields.senderSmtpAddress ?? fields.senderEmail ?? '' }],
    replyTo: [],
    to: recipients('to'),
    cc: recipients('cc'),
    bcc: recipients('bcc'),
    subject: fields.subject ?? '',
    messageId: fields.messageId ?? '',
    date: fields.clientSubmitTime ?? fields.messageDeliveryTime ?? '',
    text: fields.body ?? '',
    page: htmlOf(fields),
    files,
  };
}

function parse(bytes: Uint8Array): { fields: FieldsData; files: MailFile[] } {
  try {
    const reader = new MsgReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const fields = reader.getFileData();
    if (fields.error !== undefined) throw new DocumentRefused(`The Outlook message cannot be read: ${fields.error}`);
    if (isEmpty(fields)) throw new DocumentRefused('The Outlook message cannot be read: it holds nothing.');
    const files = (fields.attachments ?? []).map((attachment): MailFile => {
      const { fileName, content } = reader.getAttachment(attachment);
      return { name: fileName, bytes: content, ...(attachment.innerMsgContent ? { mailFormat: 'msg' } : {}) };
    });
    return { fields, files };
  } catch (cause) {
    if (cause instanceof DocumentRefused) throw cause;
    // The parser walks tables that a broken file leads astray; it throws errors of many kinds then.
    throw new DocumentRefused('The Outlook message cannot be read: the file is damaged or of another kind.', { cause });
  }
}

/** The parser makes an empty message of any compound file, however damaged. */
function isEmpty({ subject, senderName, senderEmail, headers, body, attachments, recipients }: FieldsData): boolean {
  const hasText = [subject, senderName, senderEmail, headers, body].some((text) => text !== undefined && text !== '');
  return !hasText && (attachments ?? []).length + (recipients ?? []).length === 0;
}

function boxOf({ name, smtpAddress, email }: FieldsData): Mailbox {
  return { name: name ?? '', address: smtpAddress ?? email ?? '' };
}

function htmlOf({ bodyHtml, html }: FieldsData): string {
  return bodyHtml ?? (html === undefined ? '' : decodeText(html));
}

/** Header lines as they stand in the message, folded ones put together (RFC 5322, 2.2.3). */
function headersOf(text: string): { key: string; value: string }[] {
  return text.split(/\r?\n(?![ \t])/).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [{ key: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() }];
  });
}
