import { Invalid } from '@magpie/server/errors.ts';

/** The text of a failure for a person; what an `Invalid` says lies in its fields. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Invalid && error.message === '') {
    return typeof error.fields === 'string' ? error.fields : JSON.stringify(error.fields);
  }
  return error.message;
}
