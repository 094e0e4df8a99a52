import { isUtf8 } from 'node:buffer';
import PostalMime, { type Address, addressParser, decodeWords } from 'postal-mime';
import { decodeText } from '../read/decode-text.ts';
import { DocumentRefused } from '../read/reading.ts';
import type { Mail, Mailbox, MailFile } from './email-object.ts';
import { type MimeLeaf, mimeLeaves } from './mime-parts.ts';

const usual = new Set(['from', 'to', 'subject', 'date', 'received', 'message-id', 'return-path', 'mime-version']);

/** A message in the Internet's format (RFC 5322, MIME: RFC 2045 to 2049). Throws `DocumentRefused`. */
export async function parseEml(bytes: Uint8Array): Promise<Mail> {
  if (hasManyLines(bytes)) throw new DocumentRefused('The e-mail cannot be read: nearly all of its lines are empty.');
  const mail = await PostalMime.parse(readable(bytes), {
    attachmentEncoding: 'arraybuffer',
    forceRfc822Attachments: true,
    maxNestingDepth: 50,
    maxHeadersSize: 2 ** 18,
  }).catch((cause: unknown) => {
    throw new DocumentRefused(`The e-mail cannot be read: ${cause instanceof Error ? cause.message : ''}`, { cause });
  });
  const headers = mail.headers.map(({ key, value }) => ({ key, value: decodeWords(value) }));
  if (!headers.some(({ key, value }) => value !== '' && usual.has(key))) {
    throw new DocumentRefused('The file is no e-mail: it has none of the usual header lines.');
  }
  return {
    headers,
    from: mailboxes(mail.headers.filter(({ key }) => key === 'from').flatMap(({ value }) => addressParser(value))),
    replyTo: mailboxes(mail.replyTo),
    to: mailboxes(mail.to),
    cc: mailboxes(mail.cc),
    bcc: mailboxes(mail.bcc),
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    date: mail.date ?? '',
    text: mail.text ?? '',
    page: mail.html ?? '',
    files: mimeLeaves(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      .filter(isFile)
      .map(fileOf),
  };
}

/**
 * The message with its header lines in UTF-8 (RFC 6532), which is what the parser takes them for; older programs wrote
 * them in the encoding of their machine. So is a text of one part that names no encoding.
 */
function readable(bytes: Uint8Array): Uint8Array {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blank = ['\r\n\r\n', '\n\n'].map((end) => raw.indexOf(end)).filter((at) => at !== -1);
  const headEnd = blank.length === 0 ? raw.length : Math.min(...blank);
  const head = raw.subarray(0, headEnd);
  const isPlain = !/\b(?:charset|boundary)\s*=/i.test(head.toString('latin1'));
  const [told, rest] = isPlain ? [raw, Buffer.alloc(0)] : [head, raw.subarray(headEnd)];
  return isUtf8(told) ? bytes : Buffer.concat([Buffer.from(decodeText(told)), rest]);
}

const MOST_SHORT_LINES = 50_000;
const SHORT_LINE = 16;

/** The parser takes its time for each line, however short: a megabyte of line ends would keep it busy for many seconds. */
function hasManyLines(bytes: Uint8Array): boolean {
  let lines = 0;
  for (const byte of bytes) if (byte === 0x0a) lines += 1;
  return lines > MOST_SHORT_LINES && lines * SHORT_LINE > bytes.length;
}

function mailboxes(addresses: readonly Address[] | undefined): Mailbox[] {
  return (addresses ?? []).flatMap((address) => (address.group === undefined ? [address] : address.group));
}

/** Of what the message says, and shows itself, nothing is a file. */
function isFile({ type, isAttachment, name }: MimeLeaf): boolean {
  return isAttachment || name !== '' || (type !== 'text/plain' && type !== 'text/html');
}

function fileOf({ type, name, bytes }: MimeLeaf, index: number): MailFile {
  const isMail = type === 'message/rfc822';
  return {
    name: name || `attachment-${index + 1}.${isMail ? 'eml' : 'bin'}`,
    bytes,
    ...(isMail ? { mailFormat: 'eml' } : {}),
  };
}
