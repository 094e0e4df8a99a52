import type { IncomingHttpHeaders } from 'node:http';
import type { MispPath } from './path.ts';

/** How the answer is wanted. `page` is a browser navigation, answered by the web client's shell. */
export type Wanted = 'json' | 'xml' | 'csv' | 'page';

/**
 * Decides by content negotiation whether a URL answers as API or as page.
 *
 * The extension wins, then an API key, then Accept: only a preferred `text/html` asks for the page, and where one signs
 * in, anything but data, since scripts and probes that name no type read the form there. Kinder than MISP, which
 * redirects a client that sends a key but no JSON Accept.
 */
export function negotiate(path: MispPath, headers: IncomingHttpHeaders): Wanted {
  if (path.extension !== null) return path.extension;
  const preferred = preferredType(headers.accept ?? '');
  if (preferred === 'text/csv') return 'csv';
  if (preferred === 'application/xml' || preferred === 'text/xml') return 'xml';
  const hasKey = headers.authorization !== undefined || headers['x-misp-auth'] !== undefined;
  const isPage = preferred === 'text/html' || (isSignIn(path) && (preferred === '' || preferred === '*/*'));
  return isPage && !hasKey ? 'page' : 'json';
}

function isSignIn({ segments }: MispPath): boolean {
  return segments.join('/').toLowerCase() === 'users/login';
}

/** True when the client would rather have a page than data. */
export function prefersHtml(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return typeof headers.accept === 'string' && preferredType(headers.accept) === 'text/html';
}

/** True when the client asks for JSON by name: by extension or Accept, not because anything would do. */
export function asksForJson(path: string, headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  if (/\.json$/i.test(path)) return true;
  return typeof headers.accept === 'string' && preferredType(headers.accept) === 'application/json';
}

/** The first media type with the highest quality; html wins over xml, which browsers list behind it. */
function preferredType(accept: string): string {
  let best = '';
  let bestQuality = 0;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    if (quality > bestQuality) {
      best = type;
      bestQuality = quality;
    }
  }
  return best;
}
