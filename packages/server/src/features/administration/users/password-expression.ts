import { createContext, Script } from 'node:vm';

const TIME_LIMIT_MS = 100;
/** How often an expression is tried that got no time of the processor. */
const MOST_TRIES = 20;
const FLAGS = /^[imsu]*$/;

/**
 * Reads MISP's setting: a regular expression of PHP's form between slashes, with the flags that JavaScript shares.
 * Null when it cannot be read.
 */
export function readExpression(text: string): RegExp | null {
  const end = text.lastIndexOf('/');
  const [source, flags] = text.startsWith('/') && end > 0 ? [text.slice(1, end), text.slice(end + 1)] : [text, ''];
  if (source === '' || !FLAGS.test(flags)) return null;
  try {
    return new RegExp(source, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const test = new Script('expression.test(text)');

/**
 * True when the text matches. An administrator's expression may look ahead, so it runs in V8's engine, which can take
 * exponential time: it is cut off, and counts as not matching then.
 */
export function matchesInTime(expression: RegExp, text: string): boolean {
  const context = createContext({ expression, text });
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const begun = process.threadCpuUsage();
    try {
      return test.runInContext(context, { timeout: TIME_LIMIT_MS }) === true;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      const { user, system } = process.threadCpuUsage(begun);
      // The limit is one of the clock: on a busy machine it may pass without the expression having run.
      if ((user + system) / 1000 > TIME_LIMIT_MS / 2) return false;
    }
  }
  return false;
}

/** The error may be made in the other context, so its class says nothing. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
