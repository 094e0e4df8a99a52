/** Somebody stopped the work: with Ctrl-C, or by ending the program. */
export class Interrupted extends Error {
  /** As shells tell it: 128 and the number of the signal. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('stopped before the end; nothing was left half written');
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/**
 * Runs work that may be stopped: its signal is aborted, with an `Interrupted` as the reason, by SIGINT or SIGTERM, so
 * that it can clean up. A second one ends the program as it would any.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM'] as const;
  const stop = (name: NodeJS.Signals) => {
    release();
    controller.abort(new Interrupted(name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'));
  };
  const release = () => {
    for (const name of names) process.off(name, stop);
  };
  for (const name of names) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    // Whatever broke because of it: the reason is what was asked for.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    release();
  }
}
