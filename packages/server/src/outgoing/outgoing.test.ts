import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutgoing, type OutgoingRequest } from './outgoing.ts';
import { OutgoingError } from './outgoing-error.ts';
import { testCertificate } from './testing/certificate.ts';

let server: Server;
let port: number;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
const resolved: string[] = [];
let addresses: string[] = ['127.0.0.1'];

const outgoing = createOutgoing({
  userAgent: () => 'MISP 2.5.0',
  resolver: async (hostname) => {
    resolved.push(hostname);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  },
});

beforeAll(async () => {
  server = createServer((request, response) => handle(request, response));
  port = await listen(server);
});
afterAll(async () => {
  await outgoing.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function listen(target: Server): Promise<number> {
  return new Promise((resolve) => {
    target.listen(0, '127.0.0.1', () => {
      const address = target.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

const ask = (path: string, options: Partial<OutgoingRequest> = {}) =>
  outgoing.request({ url: `http://peer.test:${port}${path}`, policy: 'configured', timeoutMs: 5000, ...options });

async function failureOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof OutgoingError) return error.failure;
    throw error;
  }
  return 'none';
}

describe('a request', () => {
  it('names itself, sends the body and reads a compressed answer', async () => {
    handle = (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { method, headers } = request;
        const heard = { method, agent: headers['user-agent'], body: Buffer.concat(parts).toString() };
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(heard)));
      });
    };
    const answer = await ask('/', { method: 'POST', body: 'hello' });
    expect(await answer.json()).toEqual({ method: 'POST', agent: 'MISP 2.5.0', body: 'hello' });
  });

  it('gives any status back as an answer', async () => {
    handle = (_request, response) => response.writeHead(503).end('later');
    const answer = await ask('/');
    expect([answer.status, await answer.text()]).toEqual([503, 'later']);
  });

  it('says that something is not JSON, that nobody listens, that an address is none', async () => {
    handle = (_request, response) => response.end('<html>');
    expect(await failureOf(ask('/').then((answer) => answer.json()))).toBe('content');
    expect(await failureOf(ask('/', { url: 'http://peer.test:1/' }))).toBe('connection');
    expect(await failureOf(ask('/', { url: 'file:///etc/passwd' }))).toBe('url');
    expect(await failureOf(ask('/', { url: 'http://100%:x@peer.test/' }))).toBe('url');
    expect(await failureOf(ask('/', { url: 'nothing' }))).toBe('url');
  });
});

describe('addresses', () => {
  it.each([
    ['http://127.0.0.1:PORT/'],
    ['http://2130706433:PORT/'],
    ['http://0x7f.1:PORT/'],
    ['http://[::1]:PORT/'],
    ['http://[::ffff:127.0.0.1]:PORT/'],
    ['http://10.0.0.1/'],
  ])('refuses %s to URLs of users', async (url) => {
    handle = (_request, response) => response.end('secret');
    expect(await failureOf(ask('/', { url: url.replace('PORT', String(port)), policy: 'public-only' }))).toBe(
      'refused-address',
    );
  });

  it('refuses a name that leads to a private address, among public ones too', async () => {
    addresses = ['127.0.0.1'];
    expect(await failureOf(ask('/', { policy: 'public-only' }))).toBe('refused-address');
    addresses = ['1.1.1.1', '::ffff:10.0.0.1'];
    expect(await failureOf(ask('/', { policy: 'public-only' }))).toBe('refused-address');
    addresses = ['127.0.0.1'];
  });

  it('resolves a name once and connects to what was checked', async () => {
    handle = (_request, response) => response.writeHead(200, { connection: 'close' }).end('ok');
    resolved.length = 0;
    await (await ask('/', { url: `http://rebinding.test:${port}/` })).text();
    expect(resolved).toEqual(['rebinding.test']);
  });

  it('never reaches the metadata service of a cloud, however it is configured', async () => {
    expect(await failureOf(ask('/', { url: 'http://169.254.169.254/latest' }))).toBe('refused-address');
  });
});

describe('redirects', () => {
  it('are checked again: one to a private address is refused', async () => {
    // A public name and a private literal, both answered by this machine under the looser policy.
    handle = (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    expect(await failureOf(ask('/'))).toBe('refused-address');
    handle = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    expect(await failureOf(ask('/'))).toBe('url');
  });

  it('do not take keys to another origin', async () => {
    const heard: (string | undefined)[] = [];
    const hear = (request: IncomingMessage) =>
      heard.push(request.headers.authorization, request.headers['x-own'] as string | undefined);
    const other = createServer((request, response) => {
      hear(request);
      response.end('there');
    });
    const there = `http://peer.test:${await listen(other)}/`;
    handle = (request, response) => {
      hear(request);
      response.writeHead(302, { location: there }).end();
    };
    const answer = await ask('/', { headers: { Authorization: 'key', 'X-Own': 'secret' } });
    expect([await answer.text(), answer.url]).toEqual(['there', there]);
    expect(heard).toEqual(['key', 'secret', undefined, undefined]);
    other.close();
  });

  it('do not lead from a configured machine to another private one', async () => {
    handle = (_request, response) => response.writeHead(302, { location: `http://other.test:${port}/` }).end();
    expect(await failureOf(ask('/'))).toBe('refused-address');
  });

  it('take neither our certificate nor the trust in theirs to another machine', async () => {
    const shown: boolean[] = [];
    const secured = createTlsServer({ ...testCertificate, requestCert: true, rejectUnauthorized: false });
    const securedPort = await listen(secured);
    secured.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      shown.push(socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0);
      response.writeHead(302, { location: `https://other.test:${securedPort}/` }).end();
    });
    const opened = createOutgoing({
      userAgent: () => 'MISP',
      reachableNetworks: ['127.0.0.1'],
      resolver: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const tls = { allowSelfSigned: true, certificate: testCertificate.cert, key: testCertificate.key };
    const asked = { url: `https://peer.test:${securedPort}/`, policy: 'configured', timeoutMs: 5000, tls } as const;
    expect(await failureOf(opened.request(asked))).toBe('tls');
    expect(shown).toEqual([true]);
    await opened.close();
    secured.close();
  });

  it('end after a few', async () => {
    handle = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await failureOf(ask('/'))).toBe('redirect');
  });
});

describe('bounds', () => {
  it('stop a body that is too large, announced or not, and one that unpacks to more', async () => {
    handle = (request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': 5000 }).end('x'.repeat(5000));
      else if (request.url === '/packed') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2 ** 20)));
      } else {
        response.write('x'.repeat(3000));
        response.end('x'.repeat(3000));
      }
    };
    for (const path of ['/announced', '/packed', '/streamed']) {
      expect(await failureOf(ask(path, { maxBytes: 4000 }).then((answer) => answer.text()))).toBe('too-large');
    }
  });

  it('stop a body that does not end, and an answer that does not begin', async () => {
    handle = (request, response) => {
      if (request.url === '/body') response.write('begins');
    };
    expect(await failureOf(ask('/body', { timeoutMs: 200 }).then((answer) => answer.text()))).toBe('timeout');
    expect(await failureOf(ask('/silent', { timeoutMs: 200 }))).toBe('timeout');
  });
});

describe('a proxy', () => {
  it('carries requests, with its own credentials, unless it is to be skipped', async () => {
    const seen: (string | undefined)[] = [];
    const proxyServer = createServer((request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      response.end('through');
    });
    const proxyPort = await listen(proxyServer);
    const proxied = createOutgoing({
      userAgent: () => 'MISP',
      proxy: () => ({ host: '127.0.0.1', port: proxyPort, user: 'u', password: 'p' }),
      resolver: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    handle = (_request, response) => response.end('directly');
    const asked = { url: `http://peer.test:${port}/`, policy: 'configured', timeoutMs: 5000 } as const;
    expect(await (await proxied.request(asked)).text()).toBe('through');
    expect(seen).toEqual([`http://peer.test:${port}/`, `Basic ${Buffer.from('u:p').toString('base64')}`]);
    expect(await (await proxied.request({ ...asked, skipProxy: true })).text()).toBe('directly');
    expect(seen).toHaveLength(2);
    expect(await failureOf(proxied.request({ ...asked, policy: 'public-only' }))).toBe('refused-address');
    await proxied.close();
    proxyServer.closeAllConnections();
    await new Promise((resolve) => proxyServer.close(resolve));
  });
});

describe('the instance’s settings', () => {
  it('say how long a request may take that says nothing itself', async () => {
    const hasty = createOutgoing({ userAgent: () => 'MISP 2.5.0', timeoutMs: () => 50 });
    handle = () => undefined;
    const failure = await failureOf(hasty.request({ url: `http://127.0.0.1:${port}/`, policy: 'configured' }));
    await hasty.close();
    expect(failure).toBe('timeout');
  });

  it('say which TLS is too old', async () => {
    const old = createTlsServer({ ...testCertificate, maxVersion: 'TLSv1.2' }, (_request, response) =>
      response.end('ok'),
    );
    const tlsPort = await listen(old);
    const strict = createOutgoing({ userAgent: () => 'MISP 2.5.0', minTlsVersion: () => 'TLSv1.3' });
    const request: OutgoingRequest = {
      url: `https://127.0.0.1:${tlsPort}/`,
      policy: 'configured',
      tls: { allowSelfSigned: true },
    };
    const refused = await failureOf(strict.request(request));
    const answer = await outgoing.request(request);
    answer.discard();
    await strict.close();
    old.closeAllConnections();
    await new Promise((resolve) => old.close(resolve));
    expect([refused, answer.status]).toEqual(['tls', 200]);
  });
});
