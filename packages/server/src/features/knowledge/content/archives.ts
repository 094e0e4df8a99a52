import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import type { Outgoing } from '../../../outgoing/outgoing.ts';
import { ContentSourceError, type LibraryName, libraryNames, libraryPlaces } from './libraries.ts';
import { MAX_FILE_BYTES } from './library-files.ts';

const MAX_ARCHIVE_BYTES = 2 ** 30;
const MAX_UNPACKED_BYTES = 4 * 2 ** 30;
const TIMEOUT_MS = 15 * 60_000;

/**
 * Downloads the archives of the wanted libraries and unpacks their files into `folder`, one folder a library.
 *
 * Memory stays at the size of the stream's buffers. Only paths that belong to a library are written, so an archive
 * cannot place a file anywhere else; sizes and time are bounded. Throws
 * `ContentSourceError` when a server does not answer with an archive; redirects are refused.
 */
export async function downloadLibraries(
  outgoing: Outgoing,
  baseUrl: string,
  folder: string,
  libraries: readonly LibraryName[] = libraryNames,
): Promise<void> {
  for (const library of libraries) {
    const url = `${baseUrl}/MISP/${libraryPlaces[library].repository}/tar.gz/HEAD`;
    try {
      await download(outgoing, url, library, join(folder, library));
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new ContentSourceError(`${url}: ${cause instanceof Error ? cause.message : cause}`, { cause: error });
    }
  }
}

async function download(outgoing: Outgoing, url: string, library: LibraryName, folder: string): Promise<void> {
  const response = await outgoing.request({
    url,
    policy: 'configured',
    maxRedirects: 0,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ARCHIVE_BYTES,
  });
  if (response.status !== 200) {
    response.discard();
    const isRedirect = response.status >= 300 && response.status < 400;
    throw new Error(isRedirect ? 'the server answered a redirect' : `the server answered ${response.status}`);
  }
  await pipeline(response.body, createGunzip(), limitBytes(MAX_UNPACKED_BYTES), (unzipped: AsyncIterable<Buffer>) =>
    unpack(unzipped, library, folder),
  );
}

async function unpack(unzipped: AsyncIterable<Buffer>, library: LibraryName, root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const extract = tar.extract();
  // Both sides are awaited together, since either may fail first.
  await Promise.all([pipeline(unzipped, extract), writeEntries(extract, library, root)]);
}

async function writeEntries(extract: tar.Extract, library: LibraryName, root: string): Promise<void> {
  for await (const entry of extract) {
    const { name, type, size = 0 } = entry.header;
    // The first segment is the repository with its commit.
    const path = name.split('/').slice(1).join('/');
    if (type === 'file' && libraryPlaces[library].files.test(path)) {
      if (size > MAX_FILE_BYTES) throw new Error(`${path} is larger than a library file may be`);
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(entry, createWriteStream(target));
    } else {
      entry.resume();
    }
  }
}

/** Passes bytes on; fails when there are more than `maxBytes`. */
function limitBytes(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > maxBytes ? new Error(`the archive has more than ${maxBytes} bytes`) : null, chunk);
    },
  });
}
