import PostalMime, { type Address, type Attachment } from 'postal-mime';
import { DocumentRefused, type Found } from '../read/reading.ts';
import type { Mailbox, MailFile } from './email-object.ts';
import { mailEvent } from './mail-event.ts';

const usual = new Set(['from', 'to', 'subject', 'date', 'received', 'message-id', 'return-path', 'mime-version']);

/** A message in the Internet's format (RFC 5322, MIME: RFC 2045 to 2049) as an event. Throws `DocumentRefused`. */
export async function* readEml(bytes: Uint8Array, fileName: string): AsyncGenerator<Found> {
  if (hasManyLines(bytes)) throw new DocumentRefused('The e-mail cannot be read: nearly all of its lines are empty.');
  const mail = await PostalMime.parse(bytes, {
    attachmentEncoding: 'arraybuffer',
    forceRfc822Attachments: true,
    maxNestingDepth: 50,
    maxHeadersSize: 2 ** 18,
  }).catch((cause: unknown) => {
    throw new DocumentRefused(`The e-mail cannot be read: ${cause instanceof Error ? cause.message : ''}`, { cause });
  });
  if (!mail.headers.some(({ key, value }) => value !== '' && usual.has(key))) {
    throw new DocumentRefused('The file is no e-mail: it has none of the usual header lines.');
  }
  yield* mailEvent(
    {
      headers: mail.headers,
      from: mailboxes(mail.from === undefined ? [] : [mail.from]),
      replyTo: mailboxes(mail.replyTo),
      to: mailboxes(mail.to),
      cc: mailboxes(mail.cc),
      bcc: mailboxes(mail.bcc),
      subject: mail.subject ?? '',
      messageId: mail.messageId ?? '',
      date: mail.date ?? '',
      text: mail.text ?? textOfHtml(mail.html ?? ''),
      files: mail.attachments.map(fileOf),
    },
    { name: fileName, bytes },
    'eml',
  );
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

function fileOf({ filename, mimeType, content }: Attachment, index: number): MailFile {
  const extension = mimeType === 'message/rfc822' ? 'eml' : 'bin';
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  return { name: filename ?? `attachment-${index + 1}.${extension}`, bytes };
}

/** The words and the targets of links in HTML; enough to look for indicators in. */
export function textOfHtml(html: string): string {
  const links = [...html.matchAll(/\bhref\s*=\s*["']?([^"'\s<>]{1,4000})/gi)].map(([, link = '']) => link);
  return [html.replaceAll(/<[^<>]{0,20000}>/g, ' '), ...links].join('\n');
}
