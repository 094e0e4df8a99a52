import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './command.ts';

/** Names of files that are looked for in folders; a file that is named itself may be called anything. */
const known = /\.(json|stix|stix2|xml|csv|tsv|txt|ioc|eml|msg|pdf|html?|md|markdown|zip)$/i;

/** A feed's own description of its files. */
const description = /^(manifest\.json|hashes\.csv)$/;

/** What was found behind paths. */
export interface FoundFiles {
  readonly files: readonly string[];
  /** Files in folders that are of no known format. */
  readonly leftOut: readonly string[];
}

/**
 * The files behind the given paths: a file is itself, a folder all files of known formats below it, in order of their
 * names.
 *
 * A feed's `manifest.json` and `hashes.csv` describe other files and are left out. Throws when a path does not exist.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const found = await Promise.all(paths.map(filesBehind));
  return { files: found.flatMap(({ files }) => files), leftOut: found.flatMap(({ leftOut }) => leftOut) };
}

async function filesBehind(path: string): Promise<FoundFiles> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`${path} does not exist or cannot be read`, { cause });
  });
  if (!kind.isDirectory()) return { files: [path], leftOut: [] };
  const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !description.test(entry.name),
  );
  const pathsOf = (isKnown: boolean) =>
    entries
      .filter(({ name }) => known.test(name) === isKnown)
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  return { files: pathsOf(true), leftOut: pathsOf(false) };
}
