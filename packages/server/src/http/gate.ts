import { TooManyRequests } from '../errors.ts';

/** Lets only so many do costly work at the same time. */
export interface Gate {
  /**
   * Runs `work` when there is room: at once, or behind those who came before. Throws `TooManyRequests` for a key, say a
   * user, that has as much under way or waiting as one may have.
   */
  run<T>(key: string | number, work: () => Promise<T>): Promise<T>;
}

const RETRY_SECONDS = 5;

/** Creates a gate: `atOnce` in all, `perKey` of one key, those that wait included. */
export function createGate({ atOnce, perKey }: { atOnce: number; perKey: number }): Gate {
  const counts = new Map<string | number, number>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running >= atOnce) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
  }

  function leave(): void {
    // The place goes over to the next one, so that nobody slips in between.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async run(key, work) {
      const own = counts.get(key) ?? 0;
      if (own >= perKey) throw new TooManyRequests('This is being done for you already; try again.', RETRY_SECONDS);
      counts.set(key, own + 1);
      try {
        await enter();
        try {
          return await work();
        } finally {
          leave();
        }
      } finally {
        const left = (counts.get(key) ?? 1) - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      }
    },
  };
}
