import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { isSystemError } from '../../../errors.ts';
import { readHead } from '../exports/export-search.ts';
import { readFeedEvent, readFeedSearch, readFeedUuids, readHashes, readManifest } from './read-feed.ts';

/** How a feed is written. */
export interface FolderOptions {
  /** Ends the writing; files are whole or not there. */
  readonly signal?: AbortSignal;
  /** Told before each event how many were written, of how many. */
  readonly onEvent?: (done: number, total: number) => void;
}

/**
 * Writes a feed in MISP's layout into a folder: `<uuid>.json` for each published event that the viewer sees, then
 * `hashes.csv`, and the manifest last, so that a reader of an older manifest finds what it names. Events that the
 * folder's older manifest names and the new one does not are removed at the end. Resolves with the number of events.
 */
export function writeFeedFolder(
  magpie: Magpie,
  viewer: Viewer,
  folder: string,
  filters: Readonly<Record<string, unknown>>,
  { signal, onEvent }: FolderOptions = {},
): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    await mkdir(folder, { recursive: true });
    const search = await readFeedSearch(magpie, tx, viewer, filters);
    const { total } = await readHead(search);
    const older = await readOlderManifest(folder);
    let count = 0;
    for await (const uuids of readFeedUuids(search)) {
      for (const uuid of uuids) {
        onEvent?.(count, Math.max(count, total ?? 0));
        await writeFile(join(folder, `${uuid}.json`), await readFeedEvent(magpie, tx, viewer, uuid), signal);
        older.delete(uuid);
        count += 1;
      }
    }
    await writeFile(join(folder, 'hashes.csv'), readHashes(search), signal);
    await writeFile(join(folder, 'manifest.json'), readManifest(search), signal);
    for (const uuid of older) await rm(join(folder, `${uuid}.json`), { force: true });
    return count;
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The uuids of the events that stand in the folder from an earlier time; none where there is no manifest of ours. */
async function readOlderManifest(folder: string): Promise<Set<string>> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return '{}';
    throw error;
  });
  try {
    const manifest: unknown = JSON.parse(text);
    const isTable = typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest);
    return new Set(isTable ? Object.keys(manifest).filter((uuid) => UUID.test(uuid)) : []);
  } catch {
    return new Set();
  }
}

/** Beside the old file, then in its place: whoever serves the folder never hands out a part. */
async function writeFile(path: string, texts: AsyncIterable<string>, signal: AbortSignal | undefined): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(texts), createWriteStream(part), signal === undefined ? {} : { signal });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
