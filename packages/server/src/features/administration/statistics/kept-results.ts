import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';

/** A result is kept a hundred times as long as it took to find, so that statistics take a hundredth of the database's time. */
const KEEP_FACTOR = 100;
const MAX_KEPT = 1000;

/** Results of long counts, kept for those who see the same. */
export interface KeptResults {
  /**
   * The result under this name. Where one is kept it is given at once, and found anew in the background when its time
   * is over; only the first asker waits. Those who ask at the same time wait for the same count.
   */
  get<T>(viewer: Viewer, name: string, find: () => Promise<T>): Promise<T>;
}

interface Kept {
  value: Promise<unknown>;
  isRunning: boolean;
  staleAtMs: number;
}

/** Creates the memory; it is bounded. `clockMs` is for tests. */
export function createKeptResults(clockMs: () => number = Date.now): KeptResults {
  const kept = new Map<string, Kept>();

  function start(key: string, find: () => Promise<unknown>): Kept {
    const begun = clockMs();
    const former = kept.get(key);
    const entry: Kept = { value: find(), isRunning: true, staleAtMs: Number.POSITIVE_INFINITY };
    entry.value.then(
      () => {
        entry.isRunning = false;
        entry.staleAtMs = clockMs() + (clockMs() - begun) * KEEP_FACTOR;
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
        start(key, find);
      }
      return known.value as Promise<T>;
    },
  };
}
