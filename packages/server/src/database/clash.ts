const UNIQUE_VIOLATION = '23505';
const DEADLOCK_OR_SERIALISATION: ReadonlySet<string> = new Set(['40P01', '40001']);

/**
 * How two writers met at the same moment: the other one stored the same first (`taken`), or PostgreSQL ended one of them
 * so that the other could go on (`again`: another try may succeed). Nothing was stored. Null for any other error.
 */
export function clashOf(error: unknown): 'taken' | 'again' | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === UNIQUE_VIOLATION) return 'taken';
  return typeof code === 'string' && DEADLOCK_OR_SERIALISATION.has(code) ? 'again' : null;
}
