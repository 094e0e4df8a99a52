import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { makeUser, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MEGABYTE = 2 ** 20;
let m: TestMagpie;
let key: string;

beforeAll(async () => {
  m = await startTestMagpie({ environment: { MAGPIE_BODY_LIMIT: '4MB' } });
  ({ key } = await makeUser(m.admin));
});
afterAll(() => m.stop());

const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
  fetch(`${m.url}/attributes/restSearch`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body,
  });
const text = (bytes: number) => JSON.stringify({ value: 'x'.repeat(bytes) });
const packed = (bytes: number) => new Uint8Array(gzipSync(text(bytes)));

describe('a request body', () => {
  it('may be long for those who have a key', async () => {
    expect((await send(text(3 * MEGABYTE), { authorization: key })).status).toBe(200);
    expect((await send(packed(3 * MEGABYTE), { authorization: key, 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await send(text(100), {})).status).toBe(403);
  });

  it('of strangers is not taken when it is long, packed or not', async () => {
    const wrong = 'A'.repeat(40);
    expect((await send(text(3 * MEGABYTE), {})).status).toBe(413);
    expect((await send(text(3 * MEGABYTE), { authorization: wrong })).status).toBe(413);
    expect((await send(packed(3 * MEGABYTE), { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('beyond the limit is refused, whatever its length is said to be', async () => {
    expect((await send(text(5 * MEGABYTE), { authorization: key })).status).toBe(413);
    expect((await send(packed(5 * MEGABYTE), { authorization: key, 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await send(text(10), { authorization: key, 'content-encoding': 'zstd' })).status).toBe(400);
  });

  it('that breaks off gives back what it held', async () => {
    const { hostname, port } = new URL(m.url);
    for (let n = 0; n < 6; n += 1) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(
        `POST /attributes/restSearch HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${key}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${3 * MEGABYTE}\r\n\r\n`,
      );
      socket.write(Buffer.alloc(2 * MEGABYTE, 0x20));
      await new Promise((done) => setTimeout(done, 50));
      socket.destroy();
    }
    await expect.poll(async () => (await send(text(3 * MEGABYTE), { authorization: key })).status).toBe(200);
  });
});
