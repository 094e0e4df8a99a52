import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

type JsonObject = Record<string, unknown>;

/** A module service of a test, on a free port of this machine. */
export interface FakeService {
  readonly port: number;
  /** Bodies of the queries so far. */
  readonly asked: JsonObject[];
  /** What each request had for `Authorization`. */
  readonly keys: string[];
  /** How often the modules were listed. */
  readonly listed: () => number;
  stop(): Promise<void>;
}

/** What a module of the test answers: JSON, a text as it is, or nothing ever. */
export type FakeAnswer = { json: unknown } | { text: string; status?: number } | 'silence';

/** A descriptor as misp-modules lists it. */
export function fakeModule(
  name: string,
  uses: readonly string[],
  attributes: JsonObject = {},
  meta: JsonObject = {},
): JsonObject {
  return {
    name,
    type: uses[0],
    mispattributes: { input: ['domain', 'ip-dst'], ...attributes },
    meta: { 'module-type': uses, description: `Module ${name}`, config: [], ...meta },
  };
}

/** Starts the service, with TLS when it has a certificate; `answers` are looked up by module name with every query. */
export async function startFakeService(
  modules: readonly unknown[],
  answers: Record<string, (body: JsonObject) => FakeAnswer>,
  certificate?: { key: string; cert: string },
): Promise<FakeService> {
  const asked: JsonObject[] = [];
  const keys: string[] = [];
  let listings = 0;
  const listener: RequestListener = (request, response) => {
    const pieces: Buffer[] = [];
    keys.push(request.headers.authorization ?? '');
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      if (request.url === '/modules') {
        listings += 1;
        return send(response, { json: modules });
      }
      const body: JsonObject = JSON.parse(Buffer.concat(pieces).toString());
      asked.push(body);
      send(response, answers[String(body.module)]?.(body) ?? { json: { error: 'no such module' } });
    });
  };
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    port: address.port,
    asked,
    keys,
    listed: () => listings,
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, answer: FakeAnswer): void {
  if (answer === 'silence') return;
  const isJson = 'json' in answer;
  response.statusCode = isJson ? 200 : (answer.status ?? 200);
  response.setHeader('content-type', 'application/json');
  response.end(isJson ? JSON.stringify(answer.json) : answer.text);
}
