import { createHash } from 'node:crypto';
import type { JsonObject } from '../read/reading.ts';
import { isOuter, senderIn } from './received.ts';

/** Name and address of somebody. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** A file that came with a message. */
export interface MailFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** It was sent as a message itself, in this format. */
  readonly mailFormat?: 'eml' | 'msg';
}

/** A message, whatever file it came in. */
export interface Mail {
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly from: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly subject: string;
  readonly messageId: string;
  /** ISO 8601 where it could be read. */
  readonly date: string;
  readonly text: string;
  /** The text as HTML; '' without. */
  readonly page: string;
  readonly files: readonly MailFile[];
}

const LONGEST = 65_535;

interface Relation {
  readonly relation: string;
  readonly type: string;
}

/** The message as MISP's object `email`, with the file it came in under `fileRelation`. */
export function emailObject(mail: Mail, file: MailFile, fileRelation: 'eml' | 'msg', uuid: string): JsonObject {
  const header = (key: string) => mail.headers.find((item) => item.key === key)?.value.trim() ?? '';
  const members: JsonObject[] = [];
  const add = ({ relation, type }: Relation, values: readonly string[], more: JsonObject = {}) => {
    for (const value of new Set(values.map((text) => text.trim()))) {
      const isUsable = value !== '' && value.length <= LONGEST;
      if (isUsable) members.push({ object_relation: relation, type, value, to_ids: false, ...more });
    }
  };
  const people = (relation: string, type: string, boxes: readonly Mailbox[]) => {
    add(
      { relation, type },
      boxes.map(({ address }) => address),
    );
    const nameType = type === 'email-src' ? 'email-src-display-name' : 'email-dst-display-name';
    add(
      { relation: `${relation}-display-name`, type: nameType },
      boxes.map(({ name }) => name),
    );
  };
  people('from', 'email-src', mail.from);
  people('to', 'email-dst', mail.to);
  people('cc', 'email-dst', mail.cc);
  people('bcc', 'email-dst', mail.bcc);
  people('reply-to', 'email-reply-to', mail.replyTo);
  add({ relation: 'subject', type: 'email-subject' }, [mail.subject]);
  add({ relation: 'message-id', type: 'email-message-id' }, [mail.messageId]);
  add({ relation: 'send-date', type: 'datetime' }, [dateText(mail.date)]);
  add({ relation: 'x-mailer', type: 'email-x-mailer' }, [header('x-mailer')]);
  add({ relation: 'user-agent', type: 'text' }, [header('user-agent')]);
  add({ relation: 'thread-index', type: 'email-thread-index' }, [header('thread-index')]);
  add({ relation: 'return-path', type: 'email-src' }, [header('return-path').replace(/^<([^<>]*)>$/, '$1')]);
  const received = mail.headers.filter(({ key }) => key === 'received').map(({ value }) => value);
  const lines = received.map((value) => `Received: ${value}`);
  add({ relation: 'header', type: 'email-header' }, lines, { disable_correlation: true });
  const senders = received.map(senderIn).filter((sender) => sender !== null);
  const addresses = senders.map(({ address }) => address);
  const hosts = senders.map(({ host }) => host);
  add({ relation: 'received-header-ip', type: 'ip-src' }, addresses);
  add({ relation: 'received-header-hostname', type: 'hostname' }, hosts);
  const origin = header('x-originating-ip').replaceAll(/[[\]\s]/g, '');
  add({ relation: 'ip-src', type: 'ip-src' }, [origin].filter(isOuter));
  add({ relation: 'email-body', type: 'email-body' }, [mail.text.slice(0, LONGEST)], { disable_correlation: true });
  add(
    { relation: 'attachment', type: 'email-attachment' },
    mail.files.map(({ name }) => name),
  );
  const data = Buffer.from(file.bytes).toString('base64');
  add({ relation: fileRelation, type: 'attachment' }, [file.name], { data, disable_correlation: true });
  return {
    uuid,
    name: 'email',
    'meta-category': 'network',
    description: 'Email object describing an email with meta-information',
    template_uuid: 'a0c666e0-fc65-4be8-b48f-3423d788b552',
    template_version: '19',
    Attribute: members,
  };
}

/** A file as MISP's object `file`: encrypted sample, name, size and hashes. */
export function fileObject(file: MailFile, uuid: string): JsonObject {
  const digest = (type: string) => ({
    object_relation: type,
    type,
    value: createHash(type).update(file.bytes).digest('hex'),
  });
  return {
    uuid,
    name: 'file',
    'meta-category': 'file',
    description: 'File object describing a file with meta-information',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: '25',
    Attribute: [
      {
        object_relation: 'malware-sample',
        type: 'malware-sample',
        value: file.name,
        data: Buffer.from(file.bytes).toString('base64'),
        encrypt: true,
      },
      { object_relation: 'filename', type: 'filename', value: file.name, to_ids: false },
      digest('md5'),
      digest('sha1'),
      digest('sha256'),
      { object_relation: 'size-in-bytes', type: 'size-in-bytes', value: String(file.bytes.length) },
    ],
  };
}

function dateText(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}
