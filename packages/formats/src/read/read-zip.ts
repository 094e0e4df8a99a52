import {
  ERR_INVALID_COMPRESSED_DATA,
  ERR_INVALID_CRC32,
  ERR_INVALID_PASSWORD,
  type FileEntry,
  Uint8ArrayReader,
  ZipReader,
} from '@zip.js/zip.js';
import { DocumentRefused } from './reading.ts';

/** A file in an archive: its bytes, or why they are not to be had. */
export type ZippedFile = { readonly name: string } & ({ readonly bytes: Uint8Array } | { readonly reason: string });

/** What an archive may hold: what unpacks to more is meant to do harm. */
export interface ZipBounds {
  readonly mostFiles: number;
  readonly mostBytes: number;
}

const MOST_FILES = 20_000;
const MOST_BYTES = 512 * 2 ** 20;
/** Documents shrink to a tenth or a twentieth; what shrinks much further is made to swell. */
const FREE_BYTES = 16 * 2 ** 20;
const MOST_RATIO = 30;

/** The bytes that an archive of a length may unpack to. */
export function mostUnpacked(length: number): number {
  return Math.min(MOST_BYTES, FREE_BYTES + MOST_RATIO * length);
}

/** Files in a row that no password opened; then none is tried any more: each try takes a millisecond. */
const MOST_MISSES = 5;

const TOO_MUCH = 'The archive unpacks to more than is taken.';

/**
 * The files of a zip archive (PKWARE APPNOTE), in the order of the archive, unpacked one at a time and nowhere stored.
 * What they unpack to is counted as it comes, whatever the archive says. Locked files are tried with the passwords, first
 * with the one that opened the file before. Throws `DocumentRefused` for archives without a list of their files and those
 * beyond the bounds.
 */
export async function* readZip(
  bytes: Uint8Array,
  bounds: ZipBounds = { mostFiles: MOST_FILES, mostBytes: mostUnpacked(bytes.length) },
  passwords: readonly string[] = [],
): AsyncGenerator<ZippedFile> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
  const left = { bytes: bounds.mostBytes };
  let guesses = passwords;
  let misses = 0;
  try {
    for (const entry of await entriesOf(reader, bounds.mostFiles)) {
      const name = entry.filename.slice(0, 1000);
      if (!entry.encrypted) {
        const content = await contentOf(entry, left);
        yield content === null ? { name, reason: 'It is damaged.' } : { name, bytes: content };
        continue;
      }
      const opened = misses < MOST_MISSES ? await unlock(entry, left, guesses) : null;
      if (opened === null) {
        misses += 1;
        yield { name, reason: 'A password locks it.' };
      } else {
        misses = 0;
        guesses = [opened.password, ...guesses.filter((guess) => guess !== opened.password)];
        yield { name, bytes: opened.bytes };
      }
    }
  } catch (cause) {
    if (cause instanceof DocumentRefused) throw cause;
    // What the collector throws may come back wrapped.
    if (left.bytes < 0) throw new DocumentRefused(TOO_MUCH, { cause });
    throw new DocumentRefused('The archive is damaged.', { cause });
  } finally {
    await reader.close();
  }
}

/** The files that an archive lists, counted before the first one is unpacked. */
async function entriesOf(reader: ZipReader<unknown>, most: number): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    if (entry.directory) continue;
    if (entries.length === most) throw new DocumentRefused(`The archive holds more than ${most} files.`);
    entries.push(entry);
  }
  return entries;
}

/** What a file unpacks to; null where it is damaged, which does not keep the others from being read. */
async function contentOf(entry: FileEntry, left: { bytes: number }): Promise<Uint8Array | null> {
  try {
    return await unpack(entry, left);
  } catch (error) {
    if (left.bytes < 0 || error instanceof DocumentRefused) throw error;
    return null;
  }
}

/** The old encryption lets one wrong password in 256 through, whose garbage does not unpack. */
const wrongPassword: ReadonlySet<string> = new Set([
  ...[ERR_INVALID_PASSWORD, ERR_INVALID_CRC32, ERR_INVALID_COMPRESSED_DATA],
]);

async function unlock(
  entry: FileEntry,
  left: { bytes: number },
  passwords: readonly string[],
): Promise<{ bytes: Uint8Array; password: string } | null> {
  for (const password of passwords) {
    const before = left.bytes;
    try {
      return { bytes: await unpack(entry, left, password), password };
    } catch (error) {
      if (!(error instanceof Error && wrongPassword.has(error.message))) throw error;
      left.bytes = before;
    }
  }
  return null;
}

async function unpack(entry: FileEntry, left: { bytes: number }, password?: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const collector = new WritableStream<Uint8Array>({
    write(piece) {
      left.bytes -= piece.length;
      if (left.bytes < 0) throw new DocumentRefused(TOO_MUCH);
      pieces.push(piece);
    },
  });
  const locked = password === undefined ? {} : { password };
  await entry.getData(collector, { useWebWorkers: false, checkSignature: true, ...locked });
  return Buffer.concat(pieces);
}
