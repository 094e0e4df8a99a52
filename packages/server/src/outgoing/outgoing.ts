import { request } from 'undici';
import type { AddressPolicy } from './addresses.ts';
import { ACCEPTED_ENCODINGS, decoded } from './bounded-body.ts';
import {
  createConnections,
  type MinTlsVersion,
  type ProxyServer,
  type Resolver,
  systemResolver,
  type TlsOptions,
} from './connections.ts';
import { OutgoingError } from './outgoing-error.ts';

/** A request to another machine. */
export interface OutgoingRequest {
  url: string;
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Names in any case. Dropped, but for Accept and Content-Type, when a redirect leads to another origin. */
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** For the whole exchange, the body included. Default `MISP.curl_request_timeout`. */
  timeoutMs?: number;
  /** Of the decompressed body. Default 100 MiB. */
  maxBytes?: number;
  policy: AddressPolicy;
  tls?: TlsOptions;
  /** Connects directly although a proxy is set. */
  skipProxy?: boolean;
  /** How many redirects are followed; 0: a redirect is an answer like others. Default 5. */
  maxRedirects?: number;
  /** Ends the exchange early. */
  signal?: AbortSignal;
}

/** Its answer; the body is read as a stream, within the bounds of the request. */
export interface OutgoingAnswer {
  status: number;
  /** Names in lower case; of repeated ones the values joined by a comma. */
  headers: Readonly<Record<string, string>>;
  /** Where the answer came from, after redirects. */
  url: string;
  /** Read it to its end, or call `discard`. */
  body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
  /** Throws `OutgoingError` of failure `content` when it is not JSON. */
  json(): Promise<unknown>;
  /** Closes the connection without reading the body. */
  discard(): void;
}

/** The only way to other machines. */
export interface Outgoing {
  /** Sends one request. Any status is an answer; `OutgoingError` when there is none. */
  request(options: OutgoingRequest): Promise<OutgoingAnswer>;
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 300_000;
const DEFAULT_MAX_BYTES = 100 * 2 ** 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Makes the client. `proxy` and `userAgent` are asked for every request, so that a changed setting holds at once.
 */
export function createOutgoing(options: {
  userAgent: () => string;
  proxy?: () => ProxyServer | null;
  /** For requests that say nothing of their own. Default 300 s. */
  timeoutMs?: () => number;
  /** The oldest version of TLS that is spoken. Default TLS 1.2. */
  minTlsVersion?: () => MinTlsVersion | undefined;
  /** Private networks that URLs of users may lead to. Default none. */
  reachableNetworks?: readonly string[];
  /** Replaces the system's name resolution, for tests. */
  resolver?: Resolver;
}): Outgoing {
  const connections = createConnections(options.resolver ?? systemResolver, options.reachableNetworks);

  async function send(asked: OutgoingRequest): Promise<OutgoingAnswer> {
    const limit = AbortSignal.timeout(asked.timeoutMs ?? options.timeoutMs?.() ?? DEFAULT_TIMEOUT_MS);
    const signal = asked.signal === undefined ? limit : AbortSignal.any([limit, asked.signal]);
    let url = readUrl(asked.url);
    let { method = 'GET', body } = asked;
    let headers = startHeaders(asked, url, options.userAgent());
    const configured = url.hostname;
    url.username = '';
    url.password = '';
    for (let hops = 0; ; hops += 1) {
      // A site administrator trusts the machine he has set up, not whichever one it names.
      const isConfigured = url.hostname === configured;
      const terms = isConfigured ? asked : { ...asked, policy: 'public-only' as const, tls: forOthers(asked.tls) };
      const answer = await exchange({ url, method, headers, body }, terms, signal);
      const location = answer.headers.location;
      const maxRedirects = asked.maxRedirects ?? 5;
      if (maxRedirects === 0 || !REDIRECTS.has(answer.status) || location === undefined) return answer;
      answer.discard();
      if (hops >= maxRedirects) throw new OutgoingError('redirect', `${url.host} redirects too often.`);
      const next = readUrl(location, url);
      if (next.origin !== url.origin) headers = withoutSecrets(headers);
      if (answer.status < 307 && method !== 'HEAD') {
        method = 'GET';
        body = undefined;
        headers = without(headers, 'content-type');
      }
      next.username = '';
      next.password = '';
      url = next;
    }
  }

  async function exchange(
    { url, method, headers, body }: Step,
    asked: OutgoingRequest,
    signal: AbortSignal,
  ): Promise<OutgoingAnswer> {
    const maxBytes = asked.maxBytes ?? DEFAULT_MAX_BYTES;
    const proxy = asked.skipProxy ? null : (options.proxy?.() ?? null);
    const minVersion = options.minTlsVersion?.() ?? 'TLSv1.2';
    const tls = { ...asked.tls, minVersion };
    const dispatcher = await connections.dispatcherFor(url, { policy: asked.policy, tls, proxy });
    const answer = await request(url, { method, headers, signal, dispatcher, body: body ?? null }).catch(
      (error: unknown) => {
        throw connectionError(error, url.host, signal);
      },
    );
    const answered = joinHeaders(answer.headers);
    const stream = answer.body;
    if (Number(answered['content-length'] ?? 0) > maxBytes && method !== 'HEAD') {
      stream.on('error', () => {}).destroy();
      throw new OutgoingError('too-large', `${url.host} announces more than ${maxBytes} bytes.`);
    }
    const bytes = decoded(stream, answered['content-encoding'] ?? '', { maxBytes, signal, host: url.host });
    const text = async () => {
      const decoder = new TextDecoder();
      let read = '';
      for await (const chunk of bytes) read += decoder.decode(chunk, { stream: true });
      return read + decoder.decode();
    };
    return {
      status: answer.statusCode,
      headers: answered,
      url: url.href,
      body: bytes,
      text,
      async json() {
        const body = await text();
        try {
          return JSON.parse(body) as unknown;
        } catch (error) {
          throw new OutgoingError('content', `The answer of ${url.host} is not JSON.`, { cause: error });
        }
      },
      discard() {
        stream.on('error', () => {}).destroy();
      },
    };
  }

  return { request: send, close: () => connections.close() };
}

interface Step {
  url: URL;
  method: NonNullable<OutgoingRequest['method']>;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

function readUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new OutgoingError('url', 'The address cannot be read.');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutgoingError('url', 'The address is neither http nor https.');
  }
  return url;
}

function startHeaders(asked: OutgoingRequest, url: URL, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': ACCEPTED_ENCODINGS };
  if (url.username !== '' || url.password !== '') {
    const credentials = `${decode(url.username)}:${decode(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new OutgoingError('url', 'The user name or password in the address is not percent-encoded.', { cause });
  }
}

/** What a machine that nobody named may hear: no key, no cookie, nothing of the caller's own. */
function withoutSecrets(headers: Record<string, string>): Record<string, string> {
  const kept = ['user-agent', 'accept-encoding', 'accept', 'content-type'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name)));
}

function without(headers: Record<string, string>, dropped: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== dropped));
}

/** Our certificate is shown to the machine it was set up for, and only that one may have a certificate of its own making. */
function forOthers(tls: TlsOptions = {}): TlsOptions {
  return tls.ca === undefined ? {} : { ca: tls.ca };
}

function joinHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

function connectionError(error: unknown, host: string, signal: AbortSignal): OutgoingError {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof OutgoingError) return at;
    if ('code' in at && typeof at.code === 'string' && TLS_CODES.test(at.code)) {
      return new OutgoingError('tls', `The certificate of ${host} is not accepted (${at.code}).`, { cause: error });
    }
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (signal.aborted || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new OutgoingError('timeout', `${host} did not answer in time.`, { cause: error });
  }
  return new OutgoingError('connection', `${host} cannot be reached${code === '' ? '' : ` (${code})`}.`, {
    cause: error,
  });
}
