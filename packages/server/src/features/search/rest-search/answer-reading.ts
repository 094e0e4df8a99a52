import { type Answer, jsonStream } from '../../../http/answer.ts';
import type { Call } from '../../../http/operation.ts';

/** The JSON of a reading as an answer. For HEAD the rest is given up at once, so that its transaction ends. */
export function answerReading(
  call: Pick<Call, 'method'>,
  body: string | AsyncIterable<string>,
  headers: Record<string, string>,
): Answer {
  const contentType = 'application/json; charset=UTF-8';
  if (typeof body === 'string') return { kind: 'bytes', status: 200, contentType, bytes: body, headers };
  if (call.method !== 'HEAD') return jsonStream(body, headers);
  void body[Symbol.asyncIterator]().return?.();
  return { kind: 'bytes', status: 200, contentType, bytes: '', headers };
}
