const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Where the host of a value stands: behind `scheme://`, before the path, without a final dot. */
export function hostOf(value: string): { start: number; end: number } {
  const mark = value.indexOf('://');
  const start = mark > 0 ? (SCHEME.exec(value)?.[0].length ?? 0) : 0;
  const slash = value.indexOf('/', start);
  const end = slash === -1 ? value.length : slash;
  return { start, end: end > start && value.charCodeAt(end - 1) === 46 ? end - 1 : end };
}
