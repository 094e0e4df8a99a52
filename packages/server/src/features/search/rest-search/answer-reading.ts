import type { Answer } from '../../../http/answer.ts';

export const JSON_TYPE = 'application/json; charset=UTF-8';

/** A reading as an answer, JSON unless told. */
export function answerReading(
  body: string | AsyncIterable<string | Buffer>,
  headers: Record<string, string>,
  { contentType }: { readonly contentType: string } = { contentType: JSON_TYPE },
): Answer {
  if (typeof body === 'string') return { kind: 'bytes', status: 200, contentType, bytes: body, headers };
  return { kind: 'stream', status: 200, contentType, chunks: body, headers };
}
