import { open, realpath, stat, unlink } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Magpie } from '../../../context.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';

const FOLDER = 'feeds';
const CHUNK = 64 * 1024;

/** True for a path that stays below the folder of local feeds as written: relative, without `..`. */
export function isLocalPath(path: string): boolean {
  if (path === '' || path.length > 500 || isAbsolute(path) || path.includes('\0') || path.includes('\\')) return false;
  return path.split('/').every((part) => part !== '..' && part !== '');
}

/** Local feeds are read from `feeds` in the data folder, and from nowhere else. */
export function localFeedFolder(magpie: Pick<Magpie, 'config'>): string {
  return join(magpie.config.dataDir, FOLDER);
}

/**
 * The bytes of a file of a local feed, at most `maxBytes`. Links are followed and must stay in the folder. Throws
 * `OutgoingError`, as a source over the network would.
 */
export async function* readLocalFile(
  magpie: Pick<Magpie, 'config'>,
  path: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const file = await open(await locate(magpie, path), 'r');
  try {
    let seen = 0;
    for await (const chunk of file.createReadStream({ highWaterMark: CHUNK, autoClose: false })) {
      const bytes: Uint8Array = chunk;
      seen += bytes.length;
      if (seen > maxBytes) throw new OutgoingError('too-large', `The file has more than ${maxBytes} bytes.`);
      yield bytes;
    }
  } finally {
    await file.close();
  }
}

/** Removes a file of a local feed after it was read. */
export async function removeLocalFile(magpie: Pick<Magpie, 'config'>, path: string): Promise<void> {
  await unlink(await locate(magpie, path));
}

async function locate(magpie: Pick<Magpie, 'config'>, path: string): Promise<string> {
  const folder = localFeedFolder(magpie);
  if (!isLocalPath(path)) throw new OutgoingError('url', 'The path leads out of the folder of local feeds.');
  try {
    const root = await realpath(folder);
    const real = await realpath(join(folder, path));
    const inside = relative(root, real);
    if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) {
      throw new OutgoingError('url', 'The path leads out of the folder of local feeds.');
    }
    if (!(await stat(real)).isFile()) throw new OutgoingError('url', 'The path names no file.');
    return real;
  } catch (error) {
    if (error instanceof OutgoingError) throw error;
    throw new OutgoingError('connection', 'The file of the local feed cannot be read.', { cause: error });
  }
}
