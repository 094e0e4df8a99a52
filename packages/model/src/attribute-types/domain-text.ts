/**
 * MISP's one rule for domains and host names: letters, digits, dots, hyphens
 * and underscores, at least two labels, the last of two characters or more and
 * without underscore. There is no check against known top-level domains.
 */
export function isDomainText(text: string): boolean {
  if (!/^[a-zA-Z0-9.\-_]+$/.test(text)) return false;
  const dot = text.lastIndexOf('.');
  return dot > 0 && /^[a-zA-Z0-9-]{2,}$/.test(text.slice(dot + 1));
}
