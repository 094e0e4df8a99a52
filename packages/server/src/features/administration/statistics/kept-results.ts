import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';

/** A count that takes longer than this is awaited by its first asker alone. */
const QUICK_MS = 1000;
/** A result is kept a hundred times as long as it took to find, so that statistics take a hundredth of the database's time. */
const KEEP_FACTOR = 100;
const MAX_KEPT = 1000;

/** Results of long counts, kept for those who see the same. */
export interface KeptResults {
  /**
   * The result under this name, kept for a while. When its time is over it is counted anew: quick counts are waited
   * for, after long ones the known result is given while the new one is found. Those who ask at the same time wait for
   * the same count.
   */
  get<T>(viewer: Viewer, name: string, find: () => Promise<T>): Promise<T>;
}

interface Kept {
  value: Promise<unknown>;
  isRunning: boolean;
  staleAtMs: number;
  durationMs: number;
}

/** Creates the memory; it is bounded. `clockMs` is for tests. */
export function createKeptResults(clockMs: () => number = Date.now): KeptResults {
  const kept = new Map<string, Kept>();

  function start(key: string, find: () => Promise<unknown>): Kept {
    const begun = clockMs();
    const former = kept.get(key);
    const entry: Kept = { value: find(), isRunning: true, staleAtMs: Number.POSITIVE_INFINITY, durationMs: 0 };
    entry.value.then(
      () => {
        entry.isRunning = false;
        entry.durationMs = clockMs() - begun;
        entry.staleAtMs = clockMs() + entry.durationMs * KEEP_FACTOR;
        kept.set(key, entry);
      },
      () => {
        // What is known stays known; the next asker tries again.
        if (former) former.isRunning = false;
        else kept.delete(key);
      },
    );
    return entry;
  }

  return {
    async get<T>(viewer: Viewer, name: string, find: () => Promise<T>): Promise<T> {
      // What is kept under a name is of one type: its caller says of which.
      // Organisations see different rows; what one organisation's users see is the same for all of them.
      const key = `${isSiteAdmin(viewer) ? 'all' : viewer.organisationId} ${name}`;
      const known = kept.get(key);
      if (known === undefined) {
        if (kept.size >= MAX_KEPT) kept.clear();
        const entry = start(key, find);
        kept.set(key, entry);
        return entry.value as Promise<T>;
      }
      if (!known.isRunning && clockMs() >= known.staleAtMs) {
        known.isRunning = true;
        const next = start(key, find);
        if (known.durationMs < QUICK_MS) {
          kept.set(key, next);
          return next.value as Promise<T>;
        }
      }
      return known.value as Promise<T>;
    },
  };
}
