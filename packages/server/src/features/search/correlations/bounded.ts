import type { Viewer } from '../../../access/viewer.ts';
import type { Database } from '../../../database/database.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { HttpProblem } from '../../../http/errors.ts';

/** A statement that takes longer is given up. */
const MOST_MS = 10_000;
/** PostgreSQL's "query_canceled" (documentation, "PostgreSQL Error Codes"). */
const CANCELLED = '57014';

/**
 * Runs `work` as the viewer with plans that do not depend on values: they probe indexes, and planning each of them
 * anew takes longer than running it. When `gone` is aborted, PostgreSQL stops at once. Throws `HttpProblem` then, and
 * when one of its statements takes too long.
 */
export async function bounded<T>(
  database: Database,
  { viewer, gone }: { viewer: Viewer; gone: () => AbortSignal },
  work: (tx: Transaction) => Promise<T>,
  mostMs = MOST_MS,
): Promise<T> {
  const limited = async (tx: Transaction) => {
    await tx.execute(`set local statement_timeout = ${Math.floor(mostMs)}`);
    return work(tx);
  };
  const signal = gone();
  try {
    return await database.as(viewer, limited, { plans: 'once', signal });
  } catch (error) {
    if (signal.aborted) throw new HttpProblem(503, 'Nobody waits for this any more.');
    if (!(error instanceof Error && 'code' in error && error.code === CANCELLED)) throw error;
    throw new HttpProblem(503, 'This takes too long to find. Start from something rarer.');
  }
}
