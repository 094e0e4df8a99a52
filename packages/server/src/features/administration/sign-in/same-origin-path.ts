const MAX_LENGTH = 2048;

/**
 * A path on this site to go to after signing in, taken from outside: only what begins with a single slash, also
 * after decoding, since browsers read `//host`, `/\host` and the like as another site. Anything else becomes `/`.
 */
export function sameOriginPath(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return '/';
  const decoded = decodeFully(value);
  const isLocal = (text: string) => /^\/(?![/\\])/.test(text);
  // URLs as browsers send them are printable ASCII; a backslash would count as a slash.
  if (decoded === null || !/^[!-[\]-~]+$/.test(value) || !isLocal(value) || !isLocal(decoded)) return '/';
  return value.startsWith('/users/login') || value.startsWith('/users/logout') ? '/' : value;
}

function decodeFully(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
