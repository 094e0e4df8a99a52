import type { Viewer } from '../../../access/viewer.ts';
import { createPlaces } from '../../../http/places.ts';

/**
 * Files read at a time, of the whole program: each takes a thread, and memory by its size. Background work takes no turn;
 * it is bounded by itself.
 */
const turns = createPlaces({ atOnce: 4, ofUser: 2, waiting: 100, waitingOfUser: 8, waitMs: 120_000 });

/** Does work that reads a file apart when it is the viewer's turn. Rejects with 429 or 503 as `Places.enter` does. */
export function inReadingTurn<T>({ userId }: Viewer, work: () => Promise<T>): Promise<T> {
  return turns.run(userId, work);
}
