import { type Answer, jsonStream } from './answer.ts';

/** Texts up to this size are sent in one piece, with their length. */
const WHOLE_BYTES = 256 * 1024;

/**
 * An answer from JSON text that comes in pieces. The first pieces are read before anything is sent, so that a failure
 * at the start (not found, bad filter) still gets its own status, and a short text is sent whole.
 */
export async function streamedJson(
  chunks: AsyncIterable<string | Buffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: (string | Buffer)[] = [];
  let size = 0;
  while (size < WHOLE_BYTES) {
    const next = await iterator.next();
    if (next.done) {
      return {
        kind: 'bytes',
        status: 200,
        contentType: 'application/json; charset=UTF-8',
        bytes: held.join(''),
        headers,
      };
    }
    held.push(next.value);
    size += next.value.length;
  }
  return jsonStream(resume(held, iterator), headers);
}

async function* resume(
  held: readonly (string | Buffer)[],
  iterator: AsyncIterator<string | Buffer>,
): AsyncGenerator<string | Buffer> {
  try {
    yield* held;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A client that goes away must free the database connection behind the rest.
    await iterator.return?.();
  }
}
