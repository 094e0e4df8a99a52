import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, type JsonObject } from '@magpie/server/http/lenient.ts';
import { UsageError } from '../command.ts';

/**
 * The files behind the given paths: a file is itself, a folder all `.json` files below it, in order of their names.
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
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && entry.name !== 'manifest.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * The events of a MISP JSON document: one (`{"Event": …}` or the bare event), a list of them, or a search result
 * (`{"response": […]}`). Throws when it holds none.
 */
export function eventsIn(document: unknown): JsonObject[] {
  const inner = isObject(document) && 'response' in document ? document.response : document;
  const events = (Array.isArray(inner) ? inner : [inner]).map(asEvent);
  const unknown = events.findIndex((event) => event === null);
  if (events.length === 0 || unknown !== -1) throw new Error('this is not a MISP event, nor a list of MISP events');
  return events.filter((event) => event !== null);
}

function asEvent(value: unknown): JsonObject | null {
  if (!isObject(value)) return null;
  if (isObject(value.Event)) return value.Event;
  return 'info' in value ? value : null;
}
