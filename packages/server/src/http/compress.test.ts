import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseEncoding, compressAnswers } from './compress.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';
const long = JSON.stringify({ text: 'a'.repeat(50_000) });
/** Does not compress, so that a piece of it cannot hide in the compressor. */
const noise = Array.from({ length: 200_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');

let app: FastifyInstance;
let release: () => void = () => {};
let produced = 0;
let destroyed = false;

beforeEach(async () => {
  produced = 0;
  destroyed = false;
  app = fastify();
  compressAnswers(app);
  app.get('/long', (_request, reply) => reply.type(JSON_TYPE).send(long));
  app.get('/short', (_request, reply) => reply.type(JSON_TYPE).send('{}'));
  app.get('/sample', (_request, reply) => reply.type('application/octet-stream').send(Buffer.alloc(50_000)));
  app.get('/stream', (_request, reply) => {
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* pieces() {
      try {
        yield noise;
        produced = 1;
        await gate;
        yield noise;
        produced = 2;
      } finally {
        destroyed = true;
      }
    }
    return reply.type(JSON_TYPE).send(Readable.from(pieces(), { objectMode: false }));
  });
  app.get('/broken', (_request, reply) => {
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* pieces() {
      yield noise;
      await gate;
      throw new Error('the source broke');
    }
    return reply.type(JSON_TYPE).send(Readable.from(pieces(), { objectMode: false }));
  });
  app.get('/unborn', (_request, reply) => {
    const source = new Readable({
      read() {
        this.destroy(new Error('the source broke'));
      },
    });
    return reply.type(JSON_TYPE).send(source);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

async function ask(
  path: string,
  headers: Record<string, string> = { 'accept-encoding': 'gzip' },
): Promise<IncomingMessage> {
  const [address] = app.addresses();
  const port = typeof address === 'object' ? address.port : null;
  const request = get({ host: '127.0.0.1', port, path, headers });
  const [response] = await once(request, 'response');
  return response;
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('compressed answers', () => {
  it('are long, of text, and for clients that take them', async () => {
    const answer = await ask('/long');
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(await bytesOf(answer)).toString()).toBe(long);
    for (const [path, headers] of [
      ['/long', {}],
      ['/short', { 'accept-encoding': 'gzip' }],
      ['/sample', { 'accept-encoding': 'gzip' }],
    ] as const) {
      const plain = await ask(path, headers);
      expect(plain.headers['content-encoding']).toBeUndefined();
      await bytesOf(plain);
    }
  });

  it('unpack to what was sent, by either method', async () => {
    const answer = await ask('/long', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(await bytesOf(answer)).toString()).toBe(long);
  });

  it.each(['gzip', 'br'])('reach the client before the rest has been produced, by %s', async (encoding) => {
    const answer = await ask('/stream', { 'accept-encoding': encoding });
    await once(answer, 'data');
    expect(produced).toBe(1);
    release();
    await bytesOf(answer);
    expect(produced).toBe(2);
  });

  it('end their source when the client leaves', async () => {
    const answer = await ask('/stream');
    await once(answer, 'data');
    answer.destroy();
    release();
    await expect.poll(() => destroyed).toBe(true);
    expect(produced).toBe(1);
  });

  it('break off when their source breaks, instead of looking complete', async () => {
    const answer = await ask('/broken');
    setTimeout(release, 0);
    await expect(bytesOf(answer)).rejects.toThrow();
  });

  it('are a readable error when their source breaks before it begins', async () => {
    const answer = await ask('/unborn');
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse((await bytesOf(answer)).toString())).toMatchObject({ statusCode: 500 });
  });
});

describe('chooseEncoding', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['identity', null],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br', 'br'],
    ['gzip;q=0, br', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
  ])('reads %j as %s', (header, encoding) => {
    expect(chooseEncoding(header)).toBe(encoding);
  });
});
