// Calls to the server: JSON both ways, the session cookie, the token on writes, errors mapped once.

/** Why single fields of a form were refused, by the server's names of them. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

interface ApiErrorDetails {
  readonly fields?: FieldErrors;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** A refused or failed call. `message` is the server's own sentence. */
export class ApiError extends Error {
  /** 0 where the server could not be reached at all. */
  readonly status: number;
  /** Reasons by field name as the server calls it; empty when the refusal is about no single field. */
  readonly fields: FieldErrors;
  readonly requestId: string | undefined;

  constructor(status: number, message: string, { fields = {}, requestId, cause }: ApiErrorDetails = {}) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
    this.requestId = requestId;
  }
}

let csrfToken = '';

/** Sets the token that writes of this session carry. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** The header by which a write shows that it comes from this page; for calls that `call` does not fit. */
export const csrfHeader = (): Readonly<Record<string, string>> => ({ 'X-Magpie-CSRF': csrfToken });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

/** MISP's `errors`: field -> list of texts, or one text, or nested one level under the model's name. */
function readFieldErrors(errors: unknown): { fields: FieldErrors; text: string } {
  if (typeof errors === 'string') return { fields: {}, text: errors };
  if (Array.isArray(errors)) return { fields: {}, text: errors.map(String).join(' ') };
  if (!isRecord(errors)) return { fields: {}, text: '' };
  const fields: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(errors)) {
    if (isRecord(value)) for (const [name, inner] of Object.entries(value)) fields[name] = texts(inner);
    else fields[key] = texts(value);
  }
  return { fields, text: Object.values(fields).flat().join(' ') };
}

const escapes: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#039': "'", '#39': "'" };

/** MISP writes some of its sentences escaped for HTML; here they are shown as text. */
const asText = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#0?39);/g, (whole, name: string) => escapes[name] ?? whole);

/** The error a body describes, or `undefined` when it tells of success. MISP answers some failures with 200. */
function readFailure(status: number, body: unknown, requestId: string | undefined): ApiError | undefined {
  const failed = status >= 400 || (isRecord(body) && body.saved === false);
  if (!failed) return undefined;
  if (!isRecord(body)) return new ApiError(status, typeof body === 'string' ? body.slice(0, 300) : '', { requestId });
  const { fields, text } = readFieldErrors(body.errors);
  const message = asText(text || String(body.message ?? body.name ?? ''));
  return new ApiError(status, message, { fields, requestId });
}

/** Leaves for the sign-in form, which brings the person back to the same page. */
function goToSignIn(): void {
  const here = location.pathname + location.search + location.hash;
  location.assign(`/users/login?redirect=${encodeURIComponent(here)}`);
}

const isSignedOut = (error: ApiError): boolean =>
  error.status === 401 || (error.status === 403 && error.message.startsWith('Authentication failed'));

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Some of MISP's answers are plain text; the caller gets it as it is.
    return text;
  }
}

interface CallOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Takes an answer that leads elsewhere for a failure: MISP tells some in this way alone. */
  readonly stay?: boolean;
}

/**
 * One call. Throws `ApiError`; a call that finds no session leaves for the sign-in form.
 * The answer's shape is the caller's claim: the server is ours and its answers are tested there.
 */
export async function call<T>(method: 'GET' | 'POST', path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (options.signal) init.signal = options.signal;
  if (method === 'POST') {
    headers['X-Magpie-CSRF'] = csrfToken;
    headers['Content-Type'] = 'application/json';
    // A question of the page itself: what its user has set for searches by programs must not change what it is told.
    headers['X-Magpie-Page'] = '1';
    init.body = JSON.stringify(options.body ?? {});
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, '', { cause });
  }
  if (options.stay === true && response.redirected) throw new ApiError(response.status, '');
  const body = await readBody(response);
  const failure = readFailure(response.status, body, response.headers.get('x-request-id') ?? undefined);
  if (failure !== undefined) {
    if (isSignedOut(failure)) goToSignIn();
    throw failure;
  }
  return body as T;
}

/** Reads by a GET; see `call`. */
export const get = <T>(path: string, signal?: AbortSignal) => call<T>('GET', path, { signal });
/** Writes, or asks for what needs a body, by a POST; see `call`. */
export const post = <T>(path: string, body?: unknown) => call<T>('POST', path, { body });

/** A query string of the values that are set. */
export function queryString(values: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
