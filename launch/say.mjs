const startedAt = Date.now();

/** Prints one line about what the launcher does; on standard error, so that programs' own output stays clean. */
export function say(text) {
  console.error(`[launch ${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${text}`);
}

/** An error that is told to the person in one line, without a stack. */
export class LaunchError extends Error {}
