import { clashOf } from '../database/clash.ts';
import {
  BadRequest,
  Conflict,
  Forbidden,
  Invalid,
  NotFound,
  Refused,
  TooLarge,
  TooManyRequests,
  Unauthenticated,
} from '../errors.ts';

/**
 * A refusal whose status is a MISP oddity: only routes throw it, where MISP's status differs from the usual one
 * (for example 405 for an attribute that does not exist).
 */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Status, headers and body of a failure in MISP's form. */
export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** Where the failure happened, as MISP's bodies tell it. */
export interface ErrorPlace {
  /** Path as sent. */
  path: string;
  /** `/controller/action`, with the id where MISP gives it. */
  operationUrl: string;
  /** `Event`, `Attribute`, ... */
  model: string;
  /** `add`, `edit`, ... */
  action: string;
}

/** Maps any thrown value; null means that it was not expected and becomes a 500 with an id. */
export function describeError(error: unknown, place: ErrorPlace): ErrorAnswer | null {
  if (error instanceof Invalid) return invalidAnswer(error, place);
  if (error instanceof HttpProblem) return plain(error.status, error.message, place, error.headers);
  if (error instanceof NotFound) return plain(404, error.message, place);
  if (error instanceof Forbidden) return plain(403, error.message, place);
  if (error instanceof Refused) return plain(405, error.message, place);
  if (error instanceof BadRequest) return plain(400, error.message, place);
  if (error instanceof Conflict) return plain(409, error.message, place);
  if (error instanceof TooLarge) return plain(413, error.message, place);
  if (error instanceof Unauthenticated) return plain(403, error.message, place);
  if (error instanceof TooManyRequests) {
    return plain(429, error.message, place, { 'retry-after': String(error.retryAfterSeconds) });
  }
  return describeClash(error, place) ?? describeUnusable(error, place);
}

/** Two writers at the same moment: both checked first, and PostgreSQL let one of them through. */
function describeClash(error: unknown, place: ErrorPlace): ErrorAnswer | null {
  const clash = clashOf(error);
  if (clash === 'taken') return plain(409, 'The same was stored by another request at this moment.', place);
  if (clash === 'again') {
    return plain(503, 'Another request changed the same at this moment; try again.', place, { 'retry-after': '1' });
  }
  return null;
}

// 22021 and 22P05: texts in which PostgreSQL cannot hold a character (NUL); JSON inside of texts may bring them.
const UNSTORABLE_TEXT = new Set(['22021', '22P05']);

// Program limit exceeded: an entry of an index holds some 2,700 bytes, and names are what is indexed whole.
const TOO_LONG_FOR_AN_INDEX = '54000';

/** Input that nothing can be done with, found out late: JSON inside of a text is read by many. */
function describeUnusable(error: unknown, place: ErrorPlace): ErrorAnswer | null {
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return plain(413, 'What was sent is nested too deep.', place);
  }
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === TOO_LONG_FOR_AN_INDEX) return plain(400, 'What was sent contains a name that is too long.', place);
  return typeof code === 'string' && UNSTORABLE_TEXT.has(code)
    ? plain(400, 'What was sent contains a character that cannot be stored.', place)
    : null;
}

// MISP answers 403, not 400, when validation fails; clients test for it.
function invalidAnswer(error: Invalid, place: ErrorPlace): ErrorAnswer {
  const name = error.message || `Could not ${place.action} ${place.model}`;
  return {
    status: 403,
    headers: {},
    body: { saved: false, name, message: name, url: place.operationUrl, errors: error.fields, ...error.extra },
  };
}

function plain(status: number, message: string, place: ErrorPlace, headers: Record<string, string> = {}): ErrorAnswer {
  return { status, headers, body: { name: message, message, url: place.path } };
}
