import type { Answer } from '../../../http/answer.ts';
import type { Call } from '../../../http/operation.ts';

export const JSON_TYPE = 'application/json; charset=UTF-8';

/** A reading as an answer, JSON unless told. For HEAD the rest is given up at once, so that its transaction ends. */
export function answerReading(
  call: Pick<Call, 'method'>,
  body: string | AsyncIterable<string | Buffer>,
  headers: Record<string, string>,
  { contentType }: { readonly contentType: string } = { contentType: JSON_TYPE },
): Answer {
  if (typeof body === 'string') return { kind: 'bytes', status: 200, contentType, bytes: body, headers };
  if (call.method !== 'HEAD') return { kind: 'stream', status: 200, contentType, chunks: body, headers };
  void body[Symbol.asyncIterator]().return?.();
  return { kind: 'bytes', status: 200, contentType, bytes: '', headers };
}
