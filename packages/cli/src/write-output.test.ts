import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interrupted, interruptible } from './interrupted.ts';
import { writeOutput } from './write-output.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-output-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A document without an end. */
async function* endless(): AsyncGenerator<string> {
  for (;;) {
    yield 'more\n';
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('an export to a file', () => {
  it('is there when it is whole, with the number of its bytes', async () => {
    const path = join(folder, 'whole');
    const bytes = await interruptible((signal) => writeOutput(['é', Buffer.from('\n')], path, signal));
    expect([bytes, await readFile(path, 'utf8')]).toEqual([3, 'é\n']);
  });

  it('leaves an older file as it was when it is stopped, and nothing else', async () => {
    const path = join(folder, 'older');
    await writeFile(path, 'older');
    const stopped = interruptible((signal) => writeOutput(endless(), path, signal));
    setTimeout(() => process.emit('SIGINT'), 20);
    await expect(stopped).rejects.toThrow(Interrupted);
    await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
    expect(await readFile(path, 'utf8')).toBe('older');
    expect(await readdir(folder)).not.toContain('older.part');
    expect(process.listenerCount('SIGTERM')).toBe(process.listenerCount('SIGINT'));
  });

  it('leaves it as it was when what is written breaks off', async () => {
    const path = join(folder, 'broken');
    await writeFile(path, 'older');
    async function* broken(): AsyncGenerator<string> {
      yield 'begun';
      throw new Error('connection lost');
    }
    await expect(writeOutput(broken(), path, new AbortController().signal)).rejects.toThrow('connection lost');
    expect(await readFile(path, 'utf8')).toBe('older');
  });
});
