import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './command.ts';

/** Names of files that are looked for in folders; a file that is named itself may be called anything. */
const known = /\.(json|stix|stix2|xml|csv|tsv|txt|ioc|eml|msg|pdf|html?|md|markdown|zip)$/i;

/**
 * The files behind the given paths: a file is itself, a folder all files of known formats below it, in order of their
 * names.
 *
 * A feed's `manifest.json` and `hashes.csv` describe other files and are left out. Throws when a path does not exist.
 */
export async function findFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...(await filesBehind(path)));
  return found;
}

async function filesBehind(path: string): Promise<string[]> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`${path} does not exist or cannot be read`, { cause });
  });
  if (!kind.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && known.test(entry.name) && !/^(manifest\.json|hashes\.csv)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
