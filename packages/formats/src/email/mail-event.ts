import { randomUUID } from 'node:crypto';
import { findIndicators } from '@magpie/model';
import { DocumentRefused, type Found, type JsonObject, notTaken, plainFileName } from '../read/reading.ts';
import { emailObject, fileObject, type Mail, type MailFile } from './email-object.ts';
import { textOfHtml } from './html-text.ts';
import { mailFormatOf, parseAttached } from './parse-attached.ts';
import { filesOfTnef, isTnef } from './tnef.ts';
import { guessPasswords, isZip, unpackAttachment } from './unpack-attachment.ts';

/** Attachments, and what archives among them hold. */
const MOST_FILES = 200;
/** Bytes that all archives of a message together may unpack to. */
const MOST_UNPACKED = 64 * 2 ** 20;

/** Messages in messages. */
const MOST_MAILS = 20;
const MOST_DEPTH = 5;

/**
 * A message as one event: an `email` object that refers to a `file` object for each attachment, these to the files inside
 * them where they are archives, and the addresses of pages that the text names. A message that is attached becomes an
 * `email` object in the same way: what somebody reports is mostly that one.
 */
export async function* mailEvent(sent: Mail, file: MailFile, relation: 'eml' | 'msg'): AsyncGenerator<Found> {
  const taking = new Taking();
  const email = yield* taking.mail(sent, file, { relation, path: '', depth: 0 });
  yield {
    kind: 'event',
    event: {
      info: sent.subject.trim() || `E-mail ${file.name}`,
      Object: [email, ...taking.objects, ...taking.inside],
      Attribute: findIndicators(taking.words.join('\n'))
        .filter(({ type }) => type === 'url')
        .map(({ value, type, category, toIds }) => ({
          value,
          type,
          category,
          to_ids: toIds,
          comment: 'In the text of the e-mail',
        })),
    },
  };
}

interface Place {
  /** The relation of the `email` object that holds the file of the message. */
  readonly relation: 'eml' | 'msg';
  /** Where the message stands in the one that was sent. */
  readonly path: string;
  readonly depth: number;
}

/** What is taken of a message and of those attached to it, under bounds for all of them together. */
class Taking {
  /** Attached files and messages. */
  readonly objects: JsonObject[] = [];
  /** Files of archives. */
  readonly inside: JsonObject[] = [];
  /** What the messages say. */
  readonly words: string[] = [];
  #mails = 0;
  #left = MOST_UNPACKED;

  async *mail(sent: Mail, file: MailFile, place: Place): AsyncGenerator<Found, JsonObject> {
    const page = textOfHtml(sent.page);
    const hasText = sent.text.trim() !== '';
    const mail = hasText ? sent : { ...sent, text: page.trim() };
    // What misleads mostly stands in the HTML alone.
    const words = hasText ? `${sent.text}\n${page}` : page;
    this.words.push(words);
    const passwords = guessPasswords([mail.subject, words]);
    const references: JsonObject[] = [];
    for (const [index, { name: sentName, ...rest }] of mail.files.entries()) {
      const name = plainFileName(sentName) || `attachment-${index + 1}`;
      const path = `${place.path}attachment ${index + 1} (${name})`;
      const taken = yield* this.#attachment({ ...rest, name }, passwords, { ...place, path });
      if (taken !== null) references.push(includes(taken));
    }
    return { ...emailObject(mail, file, place.relation, randomUUID()), ObjectReference: references };
  }

  async *#attachment(
    file: MailFile,
    passwords: readonly string[],
    place: Place,
  ): AsyncGenerator<Found, JsonObject | null> {
    if (file.bytes.length === 0) {
      yield notTaken(place.path, 'It is empty.');
      return null;
    }
    if (this.objects.length >= MOST_FILES) {
      yield notTaken(place.path, `No more than ${MOST_FILES} attachments are taken.`);
      return null;
    }
    const email = yield* this.#attachedMail(file, place);
    const object = email ?? fileObject(file, randomUUID());
    this.objects.push(object);
    if (email === null && isZip(file)) yield* this.#archive(file, object, passwords, place.path);
    if (email === null && isTnef(file)) yield* this.#contain(object, filesOfTnef(file), place.path);
    return object;
  }

  /** A message that is attached; null where it is taken as a file alone. */
  async *#attachedMail(file: MailFile, { path, depth }: Place): AsyncGenerator<Found, JsonObject | null> {
    const relation = mailFormatOf(file);
    if (relation === null) return null;
    this.#mails += 1;
    if (this.#mails > MOST_MAILS || depth >= MOST_DEPTH) {
      const reason = `no more than ${MOST_MAILS} messages, ${MOST_DEPTH} in one another, are looked into.`;
      yield notTaken(path, `It is taken whole; ${reason}`);
      return null;
    }
    try {
      const mail = await parseAttached(file.bytes, relation);
      return yield* this.mail(mail, file, { relation, path: `${path}: `, depth: depth + 1 });
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
      yield notTaken(path, `It is taken whole. ${error.message}`);
      return null;
    }
  }

  async *#archive(
    file: MailFile,
    object: JsonObject,
    passwords: readonly string[],
    path: string,
  ): AsyncGenerator<Found, void> {
    if (this.#left <= 0) {
      yield notTaken(path, 'It is taken whole; the archives of the message unpack to more than is taken.');
      return;
    }
    const archive = await unpackAttachment(file, passwords, this.#left);
    this.#left -= archive?.unpacked ?? 0;
    for (const part of archive?.notTaken ?? []) yield notTaken(`${path}: ${part.name}`, part.reason);
    yield* this.#contain(object, archive?.files ?? [], path);
  }

  /** Takes the files that an attachment holds, and has its object refer to them. */
  async *#contain(object: JsonObject, files: readonly MailFile[], path: string): AsyncGenerator<Found, void> {
    const references: JsonObject[] = [];
    for (const [index, { name: sentName, bytes }] of files.entries()) {
      const name = plainFileName(sentName) || `file-${index + 1}`;
      const place = `${path}: ${name}`;
      if (bytes.length === 0 || this.inside.length >= MOST_FILES) {
        yield notTaken(place, bytes.length === 0 ? 'It is empty.' : `No more than ${MOST_FILES} such files are taken.`);
        continue;
      }
      if (isZip({ name, bytes })) {
        yield notTaken(place, 'It is taken whole; archives inside archives are not unpacked.');
      }
      const found = fileObject({ name, bytes }, randomUUID());
      this.inside.push(found);
      references.push(includes(found));
    }
    if (references.length > 0) object.ObjectReference = references;
  }
}

function includes({ uuid }: JsonObject): JsonObject {
  return { referenced_uuid: uuid, relationship_type: 'includes' };
}
