import { randomUUID } from 'node:crypto';
import { findIndicators } from '@magpie/model';
import { type Found, type JsonObject, notTaken, plainFileName } from '../read/reading.ts';
import { emailObject, fileObject, type Mail, type MailFile } from './email-object.ts';

const MOST_FILES = 200;

/**
 * A message as one event: an `email` object that refers to a `file` object for each attachment, and the addresses of
 * pages that its text names.
 */
export function* mailEvent(mail: Mail, file: MailFile, fileRelation: 'eml' | 'msg'): Generator<Found> {
  const email = emailObject(mail, file, fileRelation, randomUUID());
  const files: JsonObject[] = [];
  for (const [index, attached] of mail.files.entries()) {
    const name = plainFileName(attached.name) || `attachment-${index + 1}`;
    const path = `attachment ${index + 1} (${name})`;
    if (attached.bytes.length === 0) yield notTaken(path, 'It is empty.');
    else if (files.length >= MOST_FILES) yield notTaken(path, `No more than ${MOST_FILES} attachments are taken.`);
    else files.push(fileObject({ name, bytes: attached.bytes }, randomUUID()));
  }
  const links = findIndicators(mail.text).filter(({ type }) => type === 'url');
  yield {
    kind: 'event',
    event: {
      info: mail.subject.trim() || `E-mail ${file.name}`,
      Object: [
        {
          ...email,
          ObjectReference: files.map(({ uuid }) => ({ referenced_uuid: uuid, relationship_type: 'includes' })),
        },
        ...files,
      ],
      Attribute: links.map(({ value, type, category, toIds }) => ({
        value,
        type,
        category,
        to_ids: toIds,
        comment: 'In the text of the e-mail',
      })),
    },
  };
}
