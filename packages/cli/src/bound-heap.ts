import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** From here on the room for young objects grows no more. */
const YOUNG_BYTES = 16 * 1024 * 1024;

/**
 * Keeps the heap of this process, and of threads that it starts later, near what is in use. By itself V8 lets it grow
 * with the machine: on one of 24 GiB a long answer took 190 to 290 MB, 128 MB of them for young objects and most of the
 * rest for what was no longer used, since it looked through the whole heap too rarely.
 *
 * V8 takes the sizes of a thread when the thread starts, which is too late here for the main one; the factors of growth
 * it takes at each collection.
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=100');
  // Threads start with what they may need at first, since the factor below is one for all of them.
  setFlagsFromString('--min-semi-space-size=8');
  setFlagsFromString('--max-semi-space-size=16');
  // Loading a program is one long turn of the event loop: nothing would be told of collections before its end.
  growYoung(1);
  new PerformanceObserver(chooseGrowth).observe({ entryTypes: ['gc'] });
}

/** V8 takes room back while little happens, so it must be able to grow again. */
function chooseGrowth(): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  growYoung(young === undefined || young.space_size < YOUNG_BYTES ? 2 : 1);
}

function growYoung(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
