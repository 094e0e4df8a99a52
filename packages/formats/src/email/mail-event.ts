import { randomUUID } from 'node:crypto';
import { findIndicators } from '@magpie/model';
import { type Found, type JsonObject, notTaken, plainFileName } from '../read/reading.ts';
import { emailObject, fileObject, type Mail, type MailFile } from './email-object.ts';
import { textOfHtml } from './html-text.ts';
import { guessPasswords, isZip, unpackAttachment } from './unpack-attachment.ts';

/** Attachments, and what archives among them hold. */
const MOST_FILES = 200;
/** Bytes that all archives of a message together may unpack to. */
const MOST_UNPACKED = 64 * 2 ** 20;

/**
 * A message as one event: an `email` object that refers to a `file` object for each attachment, these to the files inside
 * them where they are archives, and the addresses of pages that the text names.
 */
export async function* mailEvent(sent: Mail, file: MailFile, fileRelation: 'eml' | 'msg'): AsyncGenerator<Found> {
  const page = textOfHtml(sent.page);
  const hasText = sent.text.trim() !== '';
  const mail = hasText ? sent : { ...sent, text: page.trim() };
  // What misleads mostly stands in the HTML alone.
  const words = hasText ? `${sent.text}\n${page}` : page;
  const email = emailObject(mail, file, fileRelation, randomUUID());
  const attached: JsonObject[] = [];
  const inside: JsonObject[] = [];
  let left = MOST_UNPACKED;
  for (const [index, { name: sentName, bytes }] of mail.files.entries()) {
    const name = plainFileName(sentName) || `attachment-${index + 1}`;
    const path = `attachment ${index + 1} (${name})`;
    if (bytes.length === 0) {
      yield notTaken(path, 'It is empty.');
      continue;
    }
    if (attached.length >= MOST_FILES) {
      yield notTaken(path, `No more than ${MOST_FILES} attachments are taken.`);
      continue;
    }
    const object = fileObject({ name, bytes }, randomUUID());
    attached.push(object);
    if (!isZip({ name, bytes })) continue;
    if (left <= 0) {
      yield notTaken(path, 'It is taken whole; the archives of the message unpack to more than is taken.');
      continue;
    }
    const archive = await unpackAttachment({ name, bytes }, guessPasswords([mail.subject, words]), left);
    left -= archive?.unpacked ?? 0;
    for (const part of archive?.notTaken ?? []) yield notTaken(`${path}: ${part.name}`, part.reason);
    const references: JsonObject[] = [];
    for (const inner of archive?.files ?? []) {
      if (inside.length >= MOST_FILES) {
        yield notTaken(`${path}: ${inner.name}`, `No more than ${MOST_FILES} files of archives are taken.`);
        continue;
      }
      if (isZip(inner))
        yield notTaken(`${path}: ${inner.name}`, 'It is taken whole; archives inside archives are not unpacked.');
      const found = fileObject(inner, randomUUID());
      inside.push(found);
      references.push(includes(found));
    }
    if (references.length > 0) object.ObjectReference = references;
  }
  const links = findIndicators(words).filter(({ type }) => type === 'url');
  yield {
    kind: 'event',
    event: {
      info: mail.subject.trim() || `E-mail ${file.name}`,
      Object: [{ ...email, ObjectReference: attached.map(includes) }, ...attached, ...inside],
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

function includes({ uuid }: JsonObject): JsonObject {
  return { referenced_uuid: uuid, relationship_type: 'includes' };
}
