import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createProgress } from './progress.ts';

type Chunks = AsyncIterable<string | Buffer | Uint8Array> | Iterable<string | Buffer | Uint8Array>;

/** Between two looks at how much was written. */
const LOOK_MS = 500;

/**
 * Writes a document to a file, or to the standard output, and tells how much was written meanwhile. A file appears
 * under its name when it is whole: what breaks off leaves an older one as it was. Resolves with the number of bytes.
 */
export async function writeOutput(chunks: Chunks, path: string | undefined, signal: AbortSignal): Promise<number> {
  const progress = createProgress();
  let bytes = 0;
  let looked = Date.now();
  async function* counted() {
    for await (const chunk of chunks) {
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      bytes += piece.length;
      if (Date.now() - looked >= LOOK_MS) {
        looked = Date.now();
        progress.note(`${(bytes / 1e6).toFixed(1)} MB written`);
      }
      yield piece;
    }
  }
  try {
    if (path === undefined) await toStandardOutput(counted(), signal);
    else await toFile(counted(), path, signal);
  } finally {
    progress.clear();
  }
  return bytes;
}

async function toFile(pieces: AsyncIterable<Uint8Array>, path: string, signal: AbortSignal): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(part), { signal });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Whoever reads may have enough before the end, as `head` does. */
async function toStandardOutput(pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const target = new Writable({
    write: (piece, _encoding, done) => {
      process.stdout.write(piece, done);
    },
  });
  const leave = (error: Error) => target.destroy(error);
  process.stdout.once('error', leave);
  try {
    await pipeline(Readable.from(pieces), target, { signal });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  } finally {
    process.stdout.off('error', leave);
  }
}
