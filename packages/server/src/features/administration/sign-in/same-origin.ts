import type { Magpie } from '../../../context.ts';

/**
 * False when the browser says that another site sent the request. Browsers send `Sec-Fetch-Site` (only over TLS or to
 * their own machine) and `Origin` with every write; programs send neither, and need the session's token anyway.
 */
export function isSameOrigin(
  magpie: Magpie,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (typeof origin !== 'string' || !URL.canParse(origin)) return false;
  // The browser writes both headers itself; instances are also reached by names other than the configured one.
  return origin === new URL(magpie.config.baseUrl).origin || new URL(origin).host === host;
}
