import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
  makeUser,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExporter } from './run-exporter.ts';

let magpie: TestMagpie;
let outsider: ApiClient;
let folder: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const organisation = await makeOrganisation(magpie.admin);
  outsider = magpie.client((await makeUser(magpie.admin, { org_id: organisation.id })).key);
  const event = await makeEvent(magpie.admin, {
    info: 'For exporters',
    distribution: '3',
    Tag: [{ name: 'tlp:green' }],
  });
  await makeAttribute(magpie.admin, event.id, { type: 'domain', value: 'a.example.com' });
  await makeAttribute(magpie.admin, event.id, { type: 'domain', value: 'secret.example.com', distribution: '0' });
  folder = join(magpie.magpie.config.dataDir, 'exporters');
  await mkdir(folder);
});
afterAll(() => magpie?.stop());

const HEAD = `export const format = { contentType: 'text/plain', extension: 'lst', scopes: ['attributes'] };\n`;

async function put(name: string, body: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, HEAD + body);
  return file;
}

const search = (client: ApiClient, returnFormat: string, options?: unknown) =>
  client.post('/attributes/restSearch', { returnFormat, options });

describe('exporters of the administrator', () => {
  it('are formats by the names of their files, in TypeScript or JavaScript', async () => {
    await put(
      'my-list.ts',
      `type Row = { type: string; value1: string; tags: string[]; event: { info: string; tags: string[] } };
       export async function* write(batches: AsyncIterable<Row[]>, context: { scope: string; options: { prefix: string } }) {
         yield context.scope + '\\n';
         for await (const rows of batches) for (const row of rows) {
           yield context.options.prefix + row.value1 + ' ' + row.event.info + ' ' + row.event.tags + '\\n';
         }
       }`,
    );
    const answer = await search(magpie.admin, 'my-list', { prefix: '> ' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain');
    expect(String(answer.body)).toBe(
      'attributes\n> a.example.com For exporters tlp:green\n> secret.example.com For exporters tlp:green\n',
    );
    expect(String((await search(outsider, 'my-list', { prefix: '' })).body)).not.toContain('secret');
    const events = await magpie.admin.post('/events/restSearch', { returnFormat: 'my-list' });
    expect(events.status).toBe(404);
  });

  it('cannot be reached by other names', async () => {
    for (const name of ['../my-list', 'my-list.ts', 'MY-LIST', 'no-such', '']) {
      expect((await search(magpie.admin, name || 'x')).status).toBe(404);
    }
  });

  it('answer with their own error, and leave the server well', async () => {
    await put('failing.mjs', `export async function* write() { throw new Error('no such column'); }`);
    const failing = await search(magpie.admin, 'failing');
    expect(failing.status).toBeGreaterThanOrEqual(500);
    await put('empty.mjs', '');
    expect((await search(magpie.admin, 'empty')).status).toBeGreaterThanOrEqual(500);
    expect((await magpie.admin.get('/servers/getVersion')).status).toBe(200);
  });

  it('are ended when they take too much time or memory', async () => {
    const context = { scope: 'attributes' as const, baseUrl: '', organisation: '', now: 0, options: null };
    async function* none(): AsyncGenerator<never[]> {}
    async function drain(file: string, bounds: { memoryMb: number; stallMs: number; totalMs: number }): Promise<void> {
      for await (const _piece of runExporter(file, none(), context, bounds));
    }
    const loop = await put('loop.mjs', `export async function* write() { for (;;); }`);
    await expect(drain(loop, { memoryMb: 64, stallMs: 500, totalMs: 5000 })).rejects.toThrow('too long');
    const hungry = await put(
      'hungry.mjs',
      `export async function* write() { const a = []; for (;;) a.push(new Array(1000).fill({})); }`,
    );
    await expect(drain(hungry, { memoryMb: 16, stallMs: 30_000, totalMs: 30_000 })).rejects.toThrow('memory');
  });
});
