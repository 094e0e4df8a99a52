import type pg from 'pg';

/** Runs one statement on another connection than the one that is to be stopped. */
type Aside = (sql: string, values: readonly number[]) => Promise<unknown>;

/** A transaction whose reader may go away. */
export interface Abandonment {
  /** Throws the signal's reason once nobody waits any more: no further statement need begin. */
  check(): void;
  /** Ends the watch; true when PostgreSQL was asked to stop, so that the connection must not be used again. */
  end(): Promise<boolean>;
}

/** A request to stop that comes between two statements is lost, so it is repeated. */
const AGAIN_MS = 500;

/**
 * Stops what `client` runs in PostgreSQL as soon as `signal` is aborted: a statement whose reader is gone would go on to
 * its end for nobody. The statement then fails with "query_canceled".
 */
export async function watchForAbandonment(
  client: pg.PoolClient,
  signal: AbortSignal,
  aside: Aside,
): Promise<Abandonment> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  let stopping: Promise<unknown> | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    // Where this fails, too, the statement ends by its own bounds.
    stopping = aside('select pg_cancel_backend($1)', [pid]).catch(() => {});
    timer = setTimeout(stop, AGAIN_MS);
    timer.unref();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    check: () => signal.throwIfAborted(),
    async end() {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
      if (stopping === null) return false;
      await stopping;
      return true;
    },
  };
}
