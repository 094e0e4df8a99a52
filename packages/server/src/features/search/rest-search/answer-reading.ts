import type { Answer } from '../../../http/answer.ts';
import { isWhole, type Piece } from './held-transaction.ts';

/** The type of MISP's JSON answers, in its spelling. */
export const JSON_TYPE = 'application/json; charset=UTF-8';

/** A reading as an answer, JSON unless told. */
export function answerReading(
  body: Piece | AsyncIterable<Piece>,
  headers: Record<string, string>,
  { contentType }: { readonly contentType: string } = { contentType: JSON_TYPE },
): Answer {
  if (isWhole(body)) return { kind: 'bytes', status: 200, contentType, bytes: body, headers };
  return { kind: 'stream', status: 200, contentType, chunks: body, headers };
}
