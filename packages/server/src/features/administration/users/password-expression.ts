import { createContext, Script } from 'node:vm';

const TIME_LIMIT_MS = 100;
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
  try {
    return test.runInContext(createContext({ expression, text }), { timeout: TIME_LIMIT_MS }) === true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  }
}

/** The error may be made in the other context, so its class says nothing. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
