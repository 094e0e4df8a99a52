import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../../../errors.ts';

const LEFTOVER_AGE_MS = 86_400_000;

/**
 * Removes what downloads that were killed have left behind in `folder`: what is named so and older than a day. Those of
 * today may still be running, and may end meanwhile.
 */
export async function removeLeftovers(folder: string, prefix: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const changedAt = await timeOf(path);
    if (changedAt !== null && now - changedAt > LEFTOVER_AGE_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Null for what is not there any more. */
async function timeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}
