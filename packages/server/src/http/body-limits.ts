import { pipeline, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What somebody may send whom we do not know: forms for signing in and for an account are far shorter. */
const STRANGERS_BYTES = 2 ** 20;
/** Bodies of those we know that are held at the same time come to so many times the longest one at most. */
const HELD_FACTOR = 2;

/** How bodies are bounded. */
export interface BodyLimits {
  /** Of one body, after decompression. */
  limitBytes: number;
  /** Whether the sender of a long body may be let in at all; asked before the body is read. */
  isKnown: (request: FastifyRequest) => Promise<boolean>;
}

/**
 * Bounds what bodies take of memory: each for itself, those of strangers far more narrowly, and all that are held at
 * once. Short bodies pass untouched. Bodies packed with gzip or brotli are unpacked, and bounded like any other.
 */
export function limitBodies(app: FastifyInstance, { limitBytes, isKnown }: BodyLimits): void {
  const most = limitBytes * HELD_FACTOR;
  let held = 0;

  /** Counts what passes; gives it back when the answer is out or the connection gone. */
  function counted(request: FastifyRequest, closed: (listener: () => void) => void, limit: number): Transform {
    let own = 0;
    // Else strangers who never end their bodies would keep others from sending theirs.
    const counts = limit > STRANGERS_BYTES;
    closed(() => {
      if (counts) held -= own;
      own = 0;
    });
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        own += chunk.length;
        if (counts) held += chunk.length;
        if (own > limit) done(refusal(413, 'The request body is too large.'));
        else if (held > most && own > STRANGERS_BYTES) {
          request.log.warn({ requestId: request.id }, 'too much is being sent at once');
          done(refusal(429, 'Too much is being sent at this moment; try again.'));
        } else done(null, chunk);
      },
    });
  }

  app.addHook('preParsing', async (request, reply, payload) => {
    const unpack = unpackerOf(request.headers['content-encoding']);
    if (unpack === undefined) {
      const message = 'Unsupported content encoding';
      return reply.code(400).send({ name: message, message, url: request.url });
    }
    const length = Number(request.headers['content-length'] ?? (request.headers['transfer-encoding'] ? Infinity : 0));
    if (unpack === null && length <= STRANGERS_BYTES) return payload;
    const limit = (await isKnown(request)) ? limitBytes : STRANGERS_BYTES;
    if (unpack === null && Number.isFinite(length) && length > limit) {
      throw refusal(413, 'The request body is too large.');
    }
    const bounded = counted(request, (listener) => reply.raw.once('close', listener), limit);
    // Its length is that of the packed bytes.
    if (unpack !== null) delete request.headers['content-length'];
    // What goes wrong is seen by whoever reads from the last of them.
    return unpack === null ? pipeline(payload, bounded, () => {}) : pipeline(payload, unpack(), bounded, () => {});
  });
}

/** Null for what is not packed, undefined for what cannot be unpacked. */
function unpackerOf(header: string | undefined): (() => Transform) | null | undefined {
  const encoding = header?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return null;
  if (encoding === 'gzip') return createGunzip;
  return encoding === 'br' ? createBrotliDecompress : undefined;
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
