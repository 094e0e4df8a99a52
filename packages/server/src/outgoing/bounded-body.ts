import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { OutgoingError } from './outgoing-error.ts';

/** The encodings that `decoded` undoes, for the header Accept-Encoding. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br, zstd';

/**
 * The body with its compression undone, at most `maxBytes` of it: reading further throws `too-large`, so that a small
 * answer cannot unpack into a huge one. Memory is that of the streams' buffers.
 */
export async function* decoded(
  body: Readable,
  encoding: string,
  bounds: { maxBytes: number; signal: AbortSignal; host: string },
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  const decoder = decoderOf(encoding, bounds.host);
  const source = decoder === null ? body : body.on('error', (error) => decoder.destroy(error)).pipe(decoder);
  try {
    for await (const chunk of source) {
      const bytes: Uint8Array = chunk;
      seen += bytes.length;
      if (seen > bounds.maxBytes) {
        throw new OutgoingError('too-large', `${bounds.host} sent more than ${bounds.maxBytes} bytes.`);
      }
      yield bytes;
    }
  } catch (error) {
    throw bodyError(error, bounds);
  } finally {
    // A body that is not read to its end closes its connection. What that raises has no reader left.
    body.on('error', () => {}).destroy();
    decoder?.on('error', () => {}).destroy();
  }
}

function bodyError(error: unknown, { signal, host }: { signal: AbortSignal; host: string }): OutgoingError {
  if (error instanceof OutgoingError) return error;
  if (signal.aborted)
    return new OutgoingError('timeout', `${host} did not finish its answer in time.`, { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_') || code.startsWith('ERR_') || code.startsWith('ZSTD')) {
    return new OutgoingError('content', `The answer of ${host} cannot be decompressed.`, { cause: error });
  }
  return new OutgoingError('connection', `The connection to ${host} broke off.`, { cause: error });
}

function decoderOf(encoding: string, host: string): Transform | null {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw new OutgoingError('content', `${host} answered in an unknown encoding.`);
  }
}
