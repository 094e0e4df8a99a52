import { describe, expect, it } from 'vitest';
import { BadRequest } from '../../../errors.ts';
import { type FilePart, type ReadingBounds, readFileApart } from './read-apart.ts';

const nothing = () => Promise.reject(new Error('nothing to look up'));

async function read(content: string, format: 'misp-json' | 'stix2', bounds?: ReadingBounds): Promise<FilePart[]> {
  const file = { fileName: 'file', bytes: Buffer.from(content) };
  const parts: FilePart[] = [];
  for await (const part of readFileApart(file, { format }, nothing, bounds)) parts.push(part);
  return parts;
}

// Threads take a while to start on a busy machine.
describe('a file that is read in a thread of its own', { timeout: 60_000 }, () => {
  it('is refused when it needs more memory than it may take', async () => {
    const events = Array.from({ length: 200_000 }, (_, n) => `{"Event":{"info":"event ${n}"}}`).join(',');
    const bounds = { memoryMb: 24, stallMs: 60_000 };
    await expect(read(`[${events}]`, 'misp-json', bounds)).rejects.toThrow(
      new BadRequest('The file takes too much memory to read.'),
    );
  });

  it('is refused when nothing comes for too long', async () => {
    const bounds = { memoryMb: 256, stallMs: 1 };
    await expect(read('{"Event":{"info":"x"}}', 'misp-json', bounds)).rejects.toThrow(
      new BadRequest('The file takes too long to read.'),
    );
  });

  it('gives a long list whole, though it comes in pieces', async () => {
    const attributes = Array.from({ length: 2_500 }, (_, n) => ({ type: 'domain', value: `h${n}.example.com` }));
    const parts = await read(JSON.stringify({ Event: { info: 'long', Attribute: attributes } }), 'misp-json');
    expect(parts).toEqual([
      { kind: 'format', format: 'misp-json' },
      { kind: 'event', event: { info: 'long', Attribute: attributes } },
    ]);
  });

  it('hands failures of a look-up on', async () => {
    const bundle = { type: 'bundle', id: 'bundle--00000000-0000-4000-8000-000000000001', objects: [] };
    await expect(read(JSON.stringify(bundle), 'stix2')).rejects.toThrow('nothing to look up');
  });
});
