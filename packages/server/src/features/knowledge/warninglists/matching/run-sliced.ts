import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 10;

/** Runs steps to their end, letting other work of the process run at least every some ten milliseconds. */
export async function runSliced<Result>(steps: Generator<void, Result>): Promise<Result> {
  let started = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - started < SLICE_MS) continue;
    await setImmediate();
    started = performance.now();
  }
}
