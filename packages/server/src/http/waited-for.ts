import { readBoolean, unwrap } from './lenient.ts';
import type { Call } from './operation.ts';

/**
 * Whether MISP would do work that it otherwise queues before it answers, and then say so in other words: background
 * jobs are off, or the caller sent `disable_background_processing` (named or in the body).
 */
export function isWaitedFor(hasBackgroundJobs: boolean, { named, body }: Pick<Call, 'named' | 'body'>): boolean {
  const wanted = named.disable_background_processing ?? unwrap(body).disable_background_processing;
  return readBoolean(wanted) === true || !hasBackgroundJobs;
}
