import { type FileEntry, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import { DocumentRefused } from './reading.ts';

/** A file in an archive: its bytes, or why they are not to be had. */
export type ZippedFile = { readonly name: string } & ({ readonly bytes: Uint8Array } | { readonly reason: string });

/** What an archive may hold: what unpacks to more is meant to do harm. */
export interface ZipBounds {
  readonly mostFiles: number;
  readonly mostBytes: number;
}

export const zipBounds: ZipBounds = { mostFiles: 20_000, mostBytes: 512 * 2 ** 20 };

const TOO_MUCH = 'The archive unpacks to more than is taken.';

/**
 * The files of a zip archive (PKWARE APPNOTE), in the order of the archive, unpacked one at a time and nowhere stored.
 * What they unpack to is counted as it comes, whatever the archive says. Throws `DocumentRefused` for broken archives and
 * those beyond the bounds.
 */
export async function* readZip(bytes: Uint8Array, bounds: ZipBounds = zipBounds): AsyncGenerator<ZippedFile> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
  const left = { bytes: bounds.mostBytes };
  let files = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory) continue;
      files += 1;
      if (files > bounds.mostFiles) throw new DocumentRefused(`The archive holds more than ${bounds.mostFiles} files.`);
      const name = entry.filename.slice(0, 1000);
      if (entry.encrypted) yield { name, reason: 'A password locks it.' };
      else yield { name, bytes: await unpack(entry, left) };
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

async function unpack(entry: FileEntry, left: { bytes: number }): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const collector = new WritableStream<Uint8Array>({
    write(piece) {
      left.bytes -= piece.length;
      if (left.bytes < 0) throw new DocumentRefused(TOO_MUCH);
      pieces.push(piece);
    },
  });
  await entry.getData(collector, { useWebWorkers: false, checkSignature: true });
  return Buffer.concat(pieces);
}
