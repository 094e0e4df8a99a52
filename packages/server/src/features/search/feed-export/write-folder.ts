import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { readFeedEvent, readFeedSearch, readFeedUuids, readHashes, readManifest } from './read-feed.ts';

/**
 * Writes a feed in MISP's layout into a folder: `<uuid>.json` for each published event that the viewer sees, then
 * `hashes.csv`, and the manifest last, so that a reader of an older manifest finds what it names. Resolves with the number of events.
 */
export function writeFeedFolder(
  magpie: Magpie,
  viewer: Viewer,
  folder: string,
  filters: Readonly<Record<string, unknown>>,
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    await mkdir(folder, { recursive: true });
    const search = await readFeedSearch(magpie, tx, viewer, filters);
    let count = 0;
    for await (const uuids of readFeedUuids(search)) {
      for (const uuid of uuids) {
        await writeFile(join(folder, `${uuid}.json`), await readFeedEvent(magpie, tx, viewer, uuid));
        count += 1;
      }
    }
    await writeFile(join(folder, 'hashes.csv'), readHashes(search));
    await writeFile(join(folder, 'manifest.json'), readManifest(search));
    return count;
  });
}

/** Beside the old file, then in its place: whoever serves the folder never hands out a part. */
async function writeFile(path: string, texts: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(texts), createWriteStream(`${path}.part`));
  await rename(`${path}.part`, path);
}
