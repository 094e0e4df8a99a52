import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedRow } from './feed-row.ts';
import { readSourceText } from './source.ts';
import { type FeedWorld, startFeedWorld } from './testing/feed-world.ts';

const MAX_BYTES = 1_000_000;
let world: FeedWorld;
let feed: FeedRow;

beforeAll(async () => {
  world = await startFeedWorld();
  const id = await world.addFeed({ url: `${world.base}/list.zip`, source_format: 'freetext' });
  const found = await world.magpie.magpie.database.asSystem('test', (tx) =>
    tx.first<FeedRow>('select * from feeds where id = $1', [id]),
  );
  if (found === null) throw new Error('the feed is not there');
  feed = found;
});
afterAll(() => world.stop());

async function archive(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, bytes] of Object.entries(files)) await zip.add(name, new Uint8ArrayReader(bytes));
  return zip.close();
}

/** Claims another size of the only file, in its own head (PKWARE APPNOTE, 4.3.7) and in the directory (4.3.12). */
function claiming(bytes: Uint8Array, size: number): Uint8Array {
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(size, 22);
  changed.writeUInt32LE(size, changed.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24);
  return changed;
}

function read(bytes: Uint8Array): Promise<string> {
  world.files.set('/list.zip', bytes);
  return readSourceText(world.magpie.magpie, feed, null, { maxBytes: MAX_BYTES });
}

describe('a feed in an archive', () => {
  it('is the one file in it', async () => {
    expect(await read(await archive({ 'list.txt': Buffer.from('192.0.2.1\n') }))).toBe('192.0.2.1\n');
  });

  it('is refused with several files, or none', async () => {
    const two = { 'a.txt': Buffer.from('a'), 'b.txt': Buffer.from('b') };
    await expect(read(await archive(two))).rejects.toThrow('more than 1 files');
    await expect(read(await archive({ 'folder/': Buffer.alloc(0) }))).rejects.toThrow('holds no file');
  });

  it('may not unpack to more than is taken, whatever the archive claims', async () => {
    const bomb = await archive({ 'list.txt': Buffer.alloc(4 * MAX_BYTES) });
    expect(bomb.length).toBeLessThan(MAX_BYTES);
    await expect(read(bomb)).rejects.toThrow('unpacks to more than is taken');
    await expect(read(claiming(bomb, 10))).rejects.toThrow('damaged');
  });
});
