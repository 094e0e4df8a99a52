/**
 * Expected failures. Services throw these and know nothing of HTTP; http/errors.ts maps them once.
 * `message` is safe to show to a client.
 */
export abstract class MagpieError extends Error {
  abstract readonly code: string;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The thing does not exist, or the viewer may not see it: the two look the same. */
export class NotFound extends MagpieError {
  readonly code = 'not-found';
}

/** The viewer sees the thing, but may not do this with it. */
export class Forbidden extends MagpieError {
  readonly code = 'forbidden';
}

/** The operation is refused in the present state (MISP's "method not allowed" business refusals). */
export class Refused extends MagpieError {
  readonly code = 'refused';
}

/** Field messages of a rejected body: field -> messages, or one text. */
export type FieldErrors = Record<string, unknown> | string | readonly unknown[];

/** The input was read and breaks a rule; `fields` says which and what was expected. */
export class Invalid extends MagpieError {
  readonly code = 'invalid';
  readonly fields: FieldErrors;
  /** Further keys of the answer, where MISP names the element that was refused. */
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(message: string, fields: FieldErrors, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.fields = fields;
    this.extra = extra;
  }
}

/** The request itself cannot be understood: a malformed filter, range or encoding. */
export class BadRequest extends MagpieError {
  readonly code = 'bad-request';
}

/** Something with this identity exists already; `existingId` is only given when the viewer may see it. */
export class Conflict extends MagpieError {
  readonly code = 'conflict';
  readonly existingId: number | null;
  constructor(message: string, existingId: number | null = null) {
    super(message);
    this.existingId = existingId;
  }
}

/** The input is larger or deeper than the server accepts. */
export class TooLarge extends MagpieError {
  readonly code = 'too-large';
}

/** Nobody is signed in, or the key is not valid. */
export class Unauthenticated extends MagpieError {
  readonly code = 'unauthenticated';
}

/** Too many tries; `retryAfterSeconds` says when to come back. */
export class TooManyRequests extends MagpieError {
  readonly code = 'too-many-requests';
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** True for an error of the operating system, as Node reports it, with one of these codes: `ENOENT`, `EEXIST`, ... */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code);
}
