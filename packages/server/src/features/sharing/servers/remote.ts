import type { Magpie } from '../../../context.ts';
import type { OutgoingAnswer } from '../../../outgoing/outgoing.ts';
import type { ServerRow } from './server-row.ts';

/** A call of a connected instance's API. */
export interface RemoteRequest {
  method: 'GET' | 'HEAD' | 'POST';
  /** Begins with a slash. */
  path: string;
  body?: unknown;
  timeoutMs?: number;
  maxBytes?: number;
  signal?: AbortSignal;
}

/** Asks a connected instance as its synchronisation user, with the headers that MISP sends. Throws `OutgoingError`. */
export async function askServer(
  magpie: Pick<Magpie, 'outgoing' | 'secrets'>,
  server: ServerRow,
  asked: RemoteRequest,
): Promise<OutgoingAnswer> {
  const client = server.client_cert === null ? null : await magpie.secrets.open(server.client_cert);
  return magpie.outgoing.request({
    url: server.url + asked.path,
    method: asked.method,
    headers: {
      authorization: await magpie.secrets.open(server.authkey),
      accept: 'application/json',
      'content-type': 'application/json',
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    ...(asked.timeoutMs === undefined ? {} : { timeoutMs: asked.timeoutMs }),
    ...(asked.maxBytes === undefined ? {} : { maxBytes: asked.maxBytes }),
    ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    policy: 'configured',
    tls: {
      allowSelfSigned: server.self_signed && server.cert_pem === null,
      ...(server.cert_pem === null ? {} : { ca: server.cert_pem }),
      ...(client === null ? {} : { certificate: client }),
    },
    skipProxy: server.skip_proxy,
    maxRedirects: 10,
  });
}
