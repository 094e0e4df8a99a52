import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutgoing } from '../../../outgoing/outgoing.ts';
import { downloadLibraries } from './archives.ts';

const outgoing = createOutgoing({ userAgent: () => 'Magpie' });

const ENTRIES = {
  'misp-noticelist-abc/lists/demo/list.json': '{"name":"demo"}',
  'misp-noticelist-abc/README.md': 'not ours',
  'misp-noticelist-abc/lists/../../../escaped/list.json': 'outside',
  'misp-noticelist-abc/lists/..json': 'dots',
  '/lists/absolute/list.json': 'absolute',
  '../lists/parent/list.json': 'parent',
};

let server: Server;
let baseUrl: string;
let answer: { status: number; body: Buffer; headers?: Record<string, string> };
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const isAsked = request.url === '/MISP/misp-noticelist/tar.gz/HEAD';
    response.writeHead(isAsked ? answer.status : 404, answer.headers ?? {}).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-archive-'));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function archive(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const pack = tar.pack();
  for (const [name, content] of Object.entries(entries)) pack.entry({ name }, content);
  pack.entry({ name: 'misp-noticelist-abc/lists/link/list.json', type: 'symlink', linkname: '/etc/passwd' });
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return gzipSync(Buffer.concat(chunks));
}

async function download(): Promise<string[]> {
  await downloadLibraries(outgoing, baseUrl, folder, ['noticelists']);
  return (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.json'));
}

describe('downloadLibraries', () => {
  it("unpacks a library's files and nothing else, wherever the archive points", async () => {
    answer = { status: 200, body: await archive(ENTRIES) };
    expect((await download()).sort()).toEqual(
      ['absolute', 'demo', 'parent'].map((name) => `noticelists/lists/${name}/list.json`),
    );
    expect(await readFile(join(folder, 'noticelists/lists/demo/list.json'), 'utf8')).toBe('{"name":"demo"}');
    await rm(folder, { recursive: true });
  });

  it.each([
    ['a missing repository', { status: 404, body: Buffer.from('') }, /answered 404/],
    ['a redirect', { status: 302, body: Buffer.from(''), headers: { location: 'http://127.0.0.1:1/' } }, /redirect/],
    ['something that is no archive', { status: 200, body: Buffer.from('hello') }, /header/],
    ['an archive that ends early', { status: 200, body: Buffer.from('') }, /unexpected end|Unexpected/i],
  ])('names the address when the server answers with %s', async (_what, given, message) => {
    answer = given;
    await expect(download()).rejects.toThrow(message);
    await expect(download()).rejects.toThrow(`${baseUrl}/MISP/misp-noticelist`);
  });

  it('reports a download that breaks off', async () => {
    const whole = await archive(ENTRIES);
    answer = { status: 200, body: whole.subarray(0, whole.length - 20) };
    await expect(download()).rejects.toThrow(/unexpected end of file/);
  });
});
