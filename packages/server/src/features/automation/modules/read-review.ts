import { isObject } from '../../../http/lenient.ts';
import { EMPTY_REVIEW, type Review, type ReviewOptions } from './review.ts';
import { readSimplified } from './simplified-results.ts';
import { readStandard } from './standard-results.ts';

/** Reads an answer of a module, or what a client kept of a review. */
export function readReview(answer: Readonly<Record<string, unknown>>, options: ReviewOptions): Review {
  const { results } = answer;
  const comment = typeof answer.comment === 'string' && answer.comment !== '' ? answer.comment : options.comment;
  if (isObject(results)) return readStandard(results, { ...options, comment });
  if (Array.isArray(results)) return readSimplified(results, { ...options, comment });
  return { ...EMPTY_REVIEW, rejected: [{ path: 'results', reason: 'The module gave no results.' }] };
}
