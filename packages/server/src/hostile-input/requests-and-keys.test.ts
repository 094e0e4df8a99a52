import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import {
  databaseDigest,
  makeAttribute,
  makeEvent,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretDigest } from '../access/accounts.ts';
import { addressAllowed } from '../access/authenticate.ts';
import { allOperations } from '../app.ts';

let magpie: TestMagpie;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const event = await makeEvent(magpie.admin);
  await makeAttribute(magpie.admin, event.id);
});

afterAll(() => magpie.stop());

/** Stores a key of a known text for a user. */
function storeKey(userId: string, key: string, allowedIps: string[] | null = null): Promise<unknown> {
  return magpie.magpie.database.asSystem('store a key', (tx) =>
    tx.execute(
      'insert into auth_keys (digest, authkey_start, authkey_end, user_id, allowed_ips) values ($1, $2, $3, $4, $5)',
      [secretDigest(key), key.slice(0, 4), key.slice(-4), userId, allowedIps],
    ),
  );
}

function ask(url: string, method: string, path: string, headers: Record<string, string>): Promise<number> {
  const body = method === 'GET' || method === 'TRACE' ? '' : '{}';
  const all = { accept: 'application/json', 'content-length': String(body.length), ...headers };
  return new Promise((resolve, reject) => {
    const request = httpRequest(url + path, { method, headers: all }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    request.on('error', reject).end(body);
  });
}

/** Writes bytes to the server as they are; gives back the first line of each answer. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(magpie.url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
    socket.setTimeout(5000, () => socket.destroy());
  });
}

describe('an API key', () => {
  it('is compared as a whole: one with the same beginning and end is another', async () => {
    const key = (filling: string) => `abcd${filling.repeat(32)}wxyz`;
    const [first, second] = [
      await makeUser(magpie.admin, { org_id: '1' }),
      await makeUser(magpie.admin, { org_id: '1' }),
    ];
    await storeKey(first.id, key('1'));
    await storeKey(second.id, key('2'));
    const who = async (filling: string) => (await magpie.client(key(filling)).get('/users/view/me')).body;
    expect(member(await who('1'), 'User', 'id')).toBe(first.id);
    expect(member(await who('2'), 'User', 'id')).toBe(second.id);
    expect((await magpie.client(key('3')).get('/users/view/me')).status).toBe(403);
  });

  it.each([
    ['nothing', ''],
    ['a space', ' '],
    ['a key that is too short', 'a'.repeat(39)],
    ['a key that is too long', 'a'.repeat(41)],
    ['SQL', `' or '1'='1`.padEnd(40, 'x')],
    [
      '10,000 keys',
      Array.from({ length: 10_000 }, () => 'a'.repeat(40))
        .join(',')
        .slice(0, 15_000),
    ],
    ['accents', 'é'.repeat(40)],
    ['undefined', 'undefined'],
  ])('that is %s opens nothing', async (_what, authorization) => {
    expect(await ask(magpie.url, 'GET', '/users/view/me', { authorization: encodeURI(authorization) })).toBe(403);
  });

  it('for certain addresses is not opened by a header that claims one', async () => {
    const user = await makeUser(magpie.admin, { org_id: '1' });
    const key = 'K'.repeat(40);
    await storeKey(user.id, key, ['10.0.0.0/8']);
    const claims = [
      { 'x-forwarded-for': '10.0.0.1' },
      { 'x-real-ip': '10.0.0.1' },
      { forwarded: 'for=10.0.0.1' },
      { 'x-client-ip': '10.0.0.1', 'true-client-ip': '10.0.0.1' },
    ];
    for (const claim of claims) {
      expect(await ask(magpie.url, 'GET', '/users/view/me', { authorization: key, ...claim })).toBe(403);
    }
  });

  it('behind a trusted proxy counts the address that the proxy saw, not what the client wrote before it', async () => {
    const behind = await startTestMagpie({ environment: { MAGPIE_TRUSTED_PROXIES: '127.0.0.1' } });
    try {
      const answer = await behind.admin.post('/auth_keys/add', { allowed_ips: ['10.0.0.0/8'] });
      const key = String(member(answer.body, 'AuthKey', 'authkey_raw'));
      const status = (from: string) =>
        ask(behind.url, 'GET', '/users/view/me', { authorization: key, 'x-forwarded-for': from });
      expect(await status('10.0.0.1')).toBe(200);
      expect(await status('192.0.2.1, 10.0.0.1')).toBe(200);
      expect(await status('10.0.0.1, 192.0.2.1')).toBe(403);
      expect(await status('garbage')).toBe(403);
    } finally {
      await behind.stop();
    }
  });

  it('takes an IPv4 address in an IPv6 coat as the IPv4 address', () => {
    expect(addressAllowed(['192.0.2.0/24'], '::ffff:192.0.2.7')).toBe(true);
    expect(addressAllowed(['192.0.2.0/24'], '::ffff:198.51.100.7')).toBe(false);
    expect(addressAllowed(['2001:db8::/32'], '2001:db8::1')).toBe(true);
    expect(addressAllowed(['192.0.2.1'], 'not an address')).toBe(false);
  });

  it('is kept and shown nowhere as it is: neither in the database nor in an answer after its creation', async () => {
    const user = await makeUser(magpie.admin, { org_id: '1', role_id: '2' });
    const client = magpie.client(user.key);
    const event = await makeEvent(client);
    await client.post(`/events/edit/${event.id}`, { info: 'x' });
    await client.get(`/users/view/me?key=${user.key}`);
    const answers = [
      await client.get('/auth_keys/index'),
      await client.get('/users/view/me'),
      await magpie.admin.get(`/admin/users/view/${user.id}`),
      await magpie.admin.get('/auth_keys/index'),
      await client.get('/no/such/path'),
    ];
    expect(answers.filter(({ body }) => JSON.stringify(body).includes(user.key))).toEqual([]);
    const dump = await magpie.magpie.database.asSystem('everything as text', async (tx) => {
      const tables = await tx.query<{ name: string }>(
        `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'`,
      );
      const texts = await Promise.all(
        tables.map(({ name }) => tx.first<{ text: string }>(`select string_agg(t::text, ' ') as text from ${name} t`)),
      );
      return texts.map((row) => row?.text ?? '').join(' ');
    });
    expect(dump).toContain(user.email);
    expect(dump).not.toContain(user.key);
    expect(dump).not.toContain(magpie.adminPassword);
  });
});

describe('a verb', () => {
  it.each(['PATCH', 'TRACE', 'OPTIONS', 'PROPFIND', 'MERGE'])('%s runs no operation that writes', async (verb) => {
    const before = await databaseDigest(magpie.magpie.database);
    for (const { path, effect } of allOperations(magpie.magpie)) {
      if (effect !== 'write') continue;
      const status = await ask(magpie.url, verb, path.replaceAll(/\{\w+\??\}/g, '1'), {
        authorization: magpie.adminKey,
        'content-type': 'application/json',
      });
      expect({ path, failed: status >= 500 }).toEqual({ path, failed: false });
    }
    expect(await databaseDigest(magpie.magpie.database)).toEqual(before);
  });
});

describe('a request', () => {
  it.each([
    ['a broken first line', 'GET\r\n\r\n'],
    ['a line end in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rb\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
    ['two lengths', 'POST /events/add HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /events/add HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a length that is no number', 'POST /events/add HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}'],
    ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
  ])('with %s is refused', async (_what, text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('to another host is answered as one to this, and its host is never repeated', async () => {
    const key = magpie.adminKey;
    const text = await raw(
      `GET /events/view/1 HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\nAuthorization: ${key}\r\nAccept: application/json\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toContain('evil.test');
  });

  it.each(['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded', 'image/svg+xml', 'x'])(
    'whose JSON calls itself %s stores no event of it',
    async (type) => {
      const before = await databaseDigest(magpie.magpie.database);
      const answer = await fetch(`${magpie.url}/events/add`, {
        method: 'POST',
        headers: { authorization: magpie.adminKey, accept: 'application/json', 'content-type': type },
        body: '{"info":"x"}',
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(await databaseDigest(magpie.magpie.database)).toEqual(before);
    },
  );

  it.each(['/events/view/%', '/%zz/index', '/events/index/value:%ff'])(
    'for %s is refused in the usual form',
    async (path) => {
      const response = await fetch(magpie.url + path, {
        headers: { accept: 'application/json', authorization: magpie.adminKey },
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ name: expect.any(String), message: expect.any(String), url: path });
    },
  );

  it('for a path out of the folder or into the program finds no file', async () => {
    const paths = [
      '/../../etc/passwd',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..\\..\\package.json',
      '/.git/config',
      '/assets//etc/passwd',
    ];
    for (const path of paths) {
      const text = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
      expect({ path, text }).toMatchObject({ path, text: expect.not.stringMatching(/root:|"workspaces"|\[core\]/) });
      expect(text).toMatch(/^HTTP\/1\.1 (30[23]|4\d\d) /);
    }
  });

  it('whose answer names what was sent cannot break out of JSON or its headers', async () => {
    const path = `/events/view/${encodeURIComponent('"},"x":"\r\nSet-Cookie: a=b')}`;
    const answer = await fetch(magpie.url + path, {
      headers: { authorization: magpie.adminKey, accept: 'application/json' },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(Object.keys(JSON.parse(await answer.text()))).toEqual(['name', 'message', 'url']);
  });
});
