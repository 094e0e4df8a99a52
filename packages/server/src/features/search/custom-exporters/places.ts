import { HttpProblem } from '../../../http/errors.ts';

/** How many exports run and wait at a time. */
export interface PlaceBounds {
  readonly atOnce: number;
  /** Of one user, running. */
  readonly ofUser: number;
  /** Waiting, of all and of one user. */
  readonly waiting: number;
  readonly waitingOfUser: number;
  readonly waitMs: number;
}

/** Places in which something costly runs: each user gets at the most his share, who comes first is first. */
export interface Places {
  /**
   * Resolves when it is the user's turn, with what gives the place back (once; more often does nothing). Throws 429
   * when too many of the user's wait already, and 503 when too many wait at all, or when it takes too long.
   */
  enter(userId: number): Promise<() => void>;
}

interface Waiting {
  readonly userId: number;
  readonly admit: (leave: () => void) => void;
}

/** Makes places. A waiting export holds no connection and no process: it costs next to nothing. */
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

  return {
    enter(userId) {
      if (isFree(userId)) return Promise.resolve(take(userId));
      const own = queue.filter((one) => one.userId === userId).length;
      if (own >= waitingOfUser) {
        throw new HttpProblem(429, 'Too many of your exports are waiting already; try again when one has ended.', {
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
    },
  };
}

function busy(): HttpProblem {
  return new HttpProblem(503, 'Too many exports by own exporters are running; try again later.', {
    'retry-after': '30',
  });
}
