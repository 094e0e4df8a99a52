import { csrfHeader } from '../../api/client.ts';

/** What a query was answered. */
export interface RestAnswer {
  readonly status: number;
  readonly milliseconds: number;
  /** Characters in all; `text` holds the first of them. */
  readonly length: number;
  readonly text: string;
  readonly isCut: boolean;
}

/** More would make the page slow; the rest is for a program. */
const MAX_SHOWN = 200_000;

/** A path on this instance: one leading slash and no way out of it to another host. */
export function isOwnPath(path: string): boolean {
  if (!/^\/(?![/\\])/.test(path)) return false;
  const url = URL.canParse(path, location.origin) ? new URL(path, location.origin) : null;
  return url !== null && url.origin === location.origin;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Sends to this instance as the one who is signed in, and gives the answer as it came, whatever its status. */
export async function sendQuery(method: string, path: string, body: string | undefined): Promise<RestAnswer> {
  if (!isOwnPath(path)) throw new Error('The client only sends to this instance.');
  const started = performance.now();
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'follow',
    headers: {
      Accept: 'application/json',
      ...(method === 'GET' ? {} : { 'Content-Type': 'application/json', ...csrfHeader() }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = pretty(await response.text());
  return {
    status: response.status,
    milliseconds: Math.round(performance.now() - started),
    length: text.length,
    text: text.slice(0, MAX_SHOWN),
    isCut: text.length > MAX_SHOWN,
  };
}
