import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ApiClient,
  makeAttribute,
  makeEvent,
  makeOrganisation,
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
  outsider = await magpie.user(organisation);
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

async function put(name: string, body: string): Promise<void> {
  await writeFile(join(folder, name), HEAD + body);
}

const search = (client: ApiClient, returnFormat: string, options?: unknown) =>
  client.post('/attributes/restSearch', { returnFormat, options });

const context = { scope: 'attributes' as const, baseUrl: '', organisation: '', now: 0, options: null };

/** What the function body of a `write` yields, of no attributes. */
async function written(body: string, bounds = { memoryMb: 64, stallMs: 20_000, totalMs: 20_000 }): Promise<string> {
  async function* none(): AsyncGenerator<never[]> {}
  const source = `${HEAD}export async function* write(batches, context) { ${body} }`;
  let text = '';
  for await (const piece of runExporter({ source, isTypeScript: false }, none(), context, bounds)) text += piece;
  return text;
}

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

  it('change when their file does, and are listed with what they say of themselves', async () => {
    const format = `export const format = { contentType: 'text/x-a', extension: 'abc', restrictive: true };\n`;
    const file = join(folder, 'changing.mjs');
    await writeFile(file, `${format} export async function* write() { yield 'first'; }`);
    expect((await search(magpie.admin, 'changing')).body).toBe('first');
    await writeFile(file, `${format} export async function* write() { yield 'second'; }`);
    expect((await search(magpie.admin, 'changing')).body).toBe('second');
    const { body } = await magpie.admin.get('/ui/exportFormats');
    expect(body).toContainEqual({ name: 'changing', extension: 'abc', restrictive: true });
    expect(JSON.stringify(body)).not.toContain('my-list');
  });

  it('cannot be reached by other names', async () => {
    for (const name of ['../my-list', 'my-list.ts', 'MY-LIST', 'no-such', '']) {
      expect((await search(magpie.admin, name || 'x')).status).toBe(404);
    }
  });

  it('answer with their own error, and leave the server well', async () => {
    await put('failing.mjs', `export async function* write() { throw new Error('no such column'); }`);
    const failing = await search(magpie.admin, 'failing');
    expect(failing).toMatchObject({ status: 500, body: { message: 'An exporter failed: no such column' } });
    for (const [name, body] of [
      ['empty.mjs', ''],
      ['broken.mjs', 'export {'],
      ['number.mjs', 'export async function* write() { yield 1; }'],
    ] as const) {
      await put(name, body);
      expect((await search(magpie.admin, name.slice(0, -4))).status).toBe(500);
    }
    expect((await magpie.admin.get('/servers/getVersion')).status).toBe(200);
  });
});

describe('exports by one user', () => {
  it('run one after the other; those beyond what may wait are refused, and places come back', async () => {
    await put(
      'slow.mjs',
      `export async function* write() { const end = Date.now() + 500; while (Date.now() < end); yield 'x'; }`,
    );
    await put('broken-off.mjs', `export async function* write() { throw new Error('no'); }`);
    const answers = await Promise.all(Array.from({ length: 5 }, () => search(magpie.admin, 'slow')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('10');
    for (let round = 0; round < 4; round += 1) expect((await search(magpie.admin, 'broken-off')).status).toBe(500);
    const wrong = await magpie.admin.post('/attributes/restSearch', { returnFormat: 'slow', limit: 'abc' });
    expect(wrong.status).toBe(400);
    expect((await search(magpie.admin, 'slow')).body).toBe('x');
  });
});

describe('the process of an exporter', () => {
  it('has the language and nothing of the machine', async () => {
    const names = 'process require module fetch WebSocket setTimeout Buffer console navigator Worker ArrayBuffer eval2';
    const seen = await written(
      `const found = [];
       for (const name of ${JSON.stringify(names.split(' '))}) if (typeof globalThis[name] !== 'undefined') found.push(name);
       yield JSON.stringify(found);`,
    );
    expect(seen).toBe('[]');
    for (const module of ['node:fs', 'node:net', 'node:process', 'node:child_process', './places.ts', 'pg']) {
      await expect(written(`await import('${module}'); yield 'reached';`)).rejects.toThrow('An exporter failed');
    }
    const imports = { source: `import 'node:fs';\n${HEAD}`, isTypeScript: false };
    async function* none(): AsyncGenerator<never[]> {}
    await expect(runExporter(imports, none(), context).next()).rejects.toThrow('it must import nothing');
  });

  it.each([
    ['its own functions', `(() => {}).constructor`],
    ['the attributes', `batches.next.constructor`],
    ['what it is told', `context.constructor.constructor`],
    ['a refused import', `(await import('node:fs').catch((error) => error)).constructor.constructor`],
    [
      'an error of its depth',
      `(() => { const f = () => f(); try { f(); } catch (e) { return e.constructor.constructor; } })()`,
    ],
    [
      'its stack',
      `(() => { Error.prepareStackTrace = (_e, calls) => calls; return new Error().stack[0].getThis?.()?.constructor?.constructor ?? (() => { throw new Error('none'); }); })()`,
    ],
  ])('makes no code by %s', async (_name, maker) => {
    await expect(written(`yield String((${maker})('return typeof process')());`)).rejects.toThrow('An exporter failed');
  });

  it('is ended when it takes too much time or memory', async () => {
    await expect(written('for (;;);', { memoryMb: 64, stallMs: 1000, totalMs: 5000 })).rejects.toThrow('too long');
    await expect(
      written('await new Promise(() => {});', { memoryMb: 64, stallMs: 1000, totalMs: 5000 }),
    ).rejects.toThrow('too long');
    const hungry = 'const a = []; for (;;) a.push(new Array(1000).fill({}));';
    await expect(written(hungry, { memoryMb: 16, stallMs: 30_000, totalMs: 30_000 })).rejects.toThrow('memory');
    await expect(written(`yield 'x'.repeat(9_000_000);`)).rejects.toThrow('characters');
  });
});
