import { mostUnpacked, readZip } from '../read/read-zip.ts';
import { DocumentRefused, plainFileName } from '../read/reading.ts';
import type { MailFile } from './email-object.ts';

/** What came out of an attached archive: its files, and what of it could not be had. */
export interface UnpackedAttachment {
  readonly files: readonly MailFile[];
  readonly notTaken: readonly { readonly name: string; readonly reason: string }[];
  /** Bytes that were unpacked, of what was not taken too. */
  readonly unpacked: number;
}

/** Of one archive. What unpacks to more is meant to do harm. */
const MOST_FILES = 200;
const MOST_BYTES = 32 * 2 ** 20;
/** Of documents, programs and packages that are archives inside. */
const packaged = /^(\[Content_Types\]\.xml|mimetype|META-INF\/|AndroidManifest\.xml|_rels\/)/;

/** Whether a file is a zip archive, by its first bytes. */
export function isZip({ bytes }: MailFile): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 0) <= 5 && (bytes[3] ?? 0) <= 6 && bytes.length > 21;
}

/**
 * The files of an attached zip archive, unlocked by one of the passwords where it is locked. All or none: of an archive that is
 * broken or unpacks to more than 32 MB, or than is left, nothing is taken. Null for documents and programs that are
 * archives inside.
 */
export async function unpackAttachment(
  { name, bytes }: MailFile,
  passwords: readonly string[],
  leftBytes: number,
): Promise<UnpackedAttachment | null> {
  const mostBytes = Math.min(MOST_BYTES, leftBytes, mostUnpacked(bytes.length));
  const bounds = { mostFiles: MOST_FILES, mostBytes };
  const files: MailFile[] = [];
  const notTaken: { name: string; reason: string }[] = [];
  try {
    for await (const file of readZip(bytes, bounds, passwords)) {
      if (packaged.test(file.name)) return null;
      const inner = plainFileName(file.name) || 'file';
      if ('reason' in file) notTaken.push({ name: inner, reason: file.reason });
      else if (file.bytes.length === 0) notTaken.push({ name: inner, reason: 'It is empty.' });
      else files.push({ name: inner, bytes: file.bytes });
    }
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    return { files: [], notTaken: [{ name, reason: error.message }], unpacked: mostBytes };
  }
  return { files, notTaken, unpacked: files.reduce((sum, file) => sum + file.bytes.length, 0) };
}

const usual = ['infected', 'malware', 'virus', 'password'];
const MOST_GUESSES = 64;
const LONGEST_PASSWORD = 40;
const MOST_TEXT = 20_000;

/** Passwords that a message may tell: those that are usual for samples, what stands behind the word, then other words. */
export function guessPasswords(texts: readonly string[]): string[] {
  const text = texts.join('\n').slice(0, MOST_TEXT);
  const named = [
    ...text.matchAll(/\b(?:pass(?:word|code|wort)?|pwd|pin|code|kennwort|mot de passe)\b\W{0,10}(\S{1,40})/gi),
  ];
  const words = text.split(/\s+/).map((word) => word.replaceAll(/^["'(<[]+|["')>\].,;:!?]+$/g, ''));
  const told = named.flatMap(([, word = '']) => [word, word.replaceAll(/^["'(<[]+|["')>\].,;:!?]+$/g, '')]);
  // A word that looks like a password before one that is ordinary.
  const odd = words.filter((word) => /[0-9]/.test(word) && /[a-z]/i.test(word));
  const all = [...usual, ...told, ...odd, ...words].filter((word) => word !== '' && word.length <= LONGEST_PASSWORD);
  return [...new Set(all)].slice(0, MOST_GUESSES);
}
