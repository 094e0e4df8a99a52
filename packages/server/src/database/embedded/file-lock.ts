import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** A lock held by this process until released; the operating system drops it when the process dies. */
export type FileLock = Readonly<{ release(): void }>;

const SQLITE_BUSY = 5;

/**
 * Takes the exclusive lock on the file at `path` (made when missing), or returns null when it is held.
 *
 * Node has no call for file locks, but SQLite, which it carries, locks its files on every
 * system. Unlike a file with a process id in it, such a lock needs no guess whether its
 * holder still lives, survives no kill, and is honoured across containers.
 */
export function acquireFileLock(path: string): FileLock | null {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // Whoever may read the file could hold a lock on it too.
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    file.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
  return { release: () => file.close() };
}
