import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../../../errors.ts';
import { type LibraryName, libraryPlaces } from './libraries.ts';

/** A file of a library: `path` from the root of its repository, with `/`. */
export interface LibraryFile {
  path: string;
  read(): Promise<Buffer>;
}

/** No library file is larger; what is, is refused rather than held in memory. */
export const MAX_FILE_BYTES = 128 * 2 ** 20;

/**
 * The files of a library in a folder that holds the repositories: under the library's own name (`galaxies`) or the
 * repository's (`misp-galaxy`). Null when there is neither.
 */
export async function findLibraryFiles(folder: string, library: LibraryName): Promise<LibraryFile[] | null> {
  const place = libraryPlaces[library];
  for (const name of [library, place.repository]) {
    const root = join(folder, name);
    if (!(await isFolder(root))) continue;
    const files: LibraryFile[] = [];
    for (const sub of place.folders) {
      for (const path of await listFiles(root, sub)) {
        if (place.files.test(path)) files.push({ path, read: () => readBounded(join(root, path)) });
      }
    }
    return files;
  }
  return null;
}

/** Files below `sub`, at most two folders deep, in an order that is the same everywhere. */
async function listFiles(root: string, sub: string, depth = 2): Promise<string[]> {
  const folder = join(root, sub);
  if (!(await isFolder(folder))) return [];
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = sub === '' ? entry.name : `${sub}/${entry.name}`;
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && depth > 1 && !entry.name.startsWith('.')) {
      found.push(...(await listFiles(root, path, depth - 1)));
    }
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

async function readBounded(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new Error(`the file has ${size} bytes, more than a library file may have`);
  return readFile(path);
}
