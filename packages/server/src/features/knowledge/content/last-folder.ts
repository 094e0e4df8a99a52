import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isSystemError } from '../../../errors.ts';

/** Notes in the data folder which folder of libraries was read last, so that updates work without the network. */
export async function rememberFolder(dataDir: string, folder: string): Promise<void> {
  const note = noteIn(dataDir);
  await mkdir(dirname(note), { recursive: true });
  // Written whole or not at all.
  await writeFile(`${note}.new`, folder);
  await rename(`${note}.new`, note);
}

/** The folder that was read last, an absolute path; null where none was, or it is there no longer. */
export async function lastFolder(dataDir: string): Promise<string | null> {
  try {
    const folder = (await readFile(noteIn(dataDir), 'utf8')).trim();
    return isAbsolute(folder) && (await stat(folder)).isDirectory() ? folder : null;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function noteIn(dataDir: string): string {
  return join(dataDir, 'content-lists', 'last-folder');
}
