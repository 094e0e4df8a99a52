import { once } from 'node:events';
import { connect } from 'node:net';

/** One keep-alive connection of a load generator. */
export interface LoadConnection {
  /** Posts a JSON body and returns the body of the answer. Throws when the status is not 200. */
  post(path: string, body: string): Promise<string>;
  /** The same without a body. */
  get(path: string): Promise<string>;
  close(): void;
}

const HEAD_END = '\r\n\r\n';

/**
 * Opens a connection that speaks just enough HTTP/1.1 to be cheap: on two cores a full client would take as much of
 * the machine as the server under test. Answers must carry a content-length.
 */
export async function openLoadConnection(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<LoadConnection> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const fixed = Object.entries({ host, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  let received = '';
  let waiting: { resolve: (body: string) => void; reject: (error: Error) => void } | null = null;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    const end = received.indexOf(HEAD_END);
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? Number.NaN);
    const body = received.slice(end + HEAD_END.length);
    if (body.length < length) return;
    const settled = waiting;
    waiting = null;
    const status = received.slice(9, 12);
    received = '';
    if (status === '200' && body.length === length) settled?.resolve(body);
    else settled?.reject(new Error(`status ${status}: ${body.slice(0, 200)}`));
  });
  socket.on('error', (error) => waiting?.reject(error));
  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(text);
    });
  return {
    post: (path, body) =>
      send(`POST ${path} HTTP/1.1\r\n${fixed}content-length: ${Buffer.byteLength(body)}${HEAD_END}${body}`),
    get: (path) => send(`GET ${path} HTTP/1.1\r\n${fixed}\r\n`),
    close: () => socket.destroy(),
  };
}
