import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { type JsonObject, readText } from '../../../http/lenient.ts';
import { createTryCounter } from '../sign-in/brute-force.ts';
import { verifyPassword } from './passwords.ts';
import { findPasswordHash } from './queries.ts';

const WRONG = 'Invalid password. Please enter your current password to continue.';

/** Throws `Invalid` unless `current_password` of the body is the user's, `TooManyRequests` after too many wrong ones. */
export type ConfirmPassword = (viewer: Viewer, body: JsonObject) => Promise<void>;

/**
 * Creates the check. Wrong passwords are counted for each account as at the sign-in, so that a session or key in
 * wrong hands is no way to find the password out.
 */
export function createPasswordCheck(magpie: Magpie): ConfirmPassword {
  const countTry = createTryCounter(magpie);
  return async (viewer, body) => {
    const current = readText(body, 'current_password') ?? '';
    if (current === '') throw new Invalid('', WRONG);
    const takeBack = await countTry(`password of ${viewer.userId}`, viewer.email);
    const hash = await magpie.database.asSystem('confirm password', (tx) => findPasswordHash(tx, viewer.userId));
    if (!(await verifyPassword(hash, current))) throw new Invalid('', WRONG);
    await takeBack();
  };
}
