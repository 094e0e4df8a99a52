import { HttpProblem } from './errors.ts';

/** How many of something costly run and wait at a time. */
export interface PlaceBounds {
  readonly atOnce: number;
  /** Of one user, running. */
  readonly ofUser: number;
  /** Waiting, of all. */
  readonly waiting: number;
  /** Waiting for one user beyond what may run for him. */
  readonly waitingOfUser: number;
  readonly waitMs: number;
}

/** Places in which something costly runs: each user gets at the most his share, who comes first is first. */
export interface Places {
  /**
   * Resolves when it is the user's turn, with what gives the place back (once; more often does nothing). Rejects with 429
   * when the user has too much under way already, and with 503 when too many wait at all, or when it takes too long.
   */
  enter(userId: number): Promise<() => void>;
  /** Runs `work` in a place, on the same terms. */
  run<T>(userId: number, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly userId: number;
  readonly admit: (leave: () => void) => void;
}

/** Makes places. What waits holds no connection and no process: it costs next to nothing. */
export function createPlaces({ atOnce, ofUser, waiting, waitingOfUser, waitMs }: PlaceBounds): Places {
  const running: number[] = [];
  const queue: Waiting[] = [];
  const count = (list: readonly number[], userId: number) => list.filter((id) => id === userId).length;

  function isFree(userId: number): boolean {
    return running.length < atOnce && count(running, userId) < ofUser;
  }

  function take(userId: number): () => void {
    running.push(userId);
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      running.splice(running.indexOf(userId), 1);
      admitNext();
    };
  }

  function admitNext(): void {
    const index = queue.findIndex(({ userId }) => isFree(userId));
    const [next] = index < 0 ? [] : queue.splice(index, 1);
    next?.admit(take(next.userId));
  }

  async function enter(userId: number): Promise<() => void> {
    if (isFree(userId)) return take(userId);
    const own = count(running, userId) + queue.filter((one) => one.userId === userId).length;
    if (own >= ofUser + waitingOfUser) {
      throw new HttpProblem(429, 'Too much of yours is under way already; try again when some of it has ended.', {
        'retry-after': '10',
      });
    }
    if (queue.length >= waiting) throw busy();
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        userId,
        admit: (leave) => {
          clearTimeout(timer);
          resolve(leave);
        },
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(entry), 1);
        reject(busy());
      }, waitMs);
      queue.push(entry);
    });
  }

  return {
    enter,
    async run(userId, work) {
      const leave = await enter(userId);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function busy(): HttpProblem {
  return new HttpProblem(503, 'Too many are doing this at this moment; try again later.', {
    'retry-after': '30',
  });
}
