import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Answer } from '../../../http/answer.ts';
import type { Call } from '../../../http/operation.ts';
import { type SignInTexts, textsFor } from './texts.ts';
import { PAGE_POLICY } from './web-shell.ts';

/** One of the plain pages. */
export function answerPage(status: number, html: string, headers: Record<string, string> = {}): Answer {
  const policy = { 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-store' };
  return {
    kind: 'bytes',
    status,
    contentType: 'text/html; charset=UTF-8',
    bytes: html,
    headers: { ...policy, ...headers },
  };
}

/** Sends a browser elsewhere on this instance. */
export function goTo(location: string, headers: Record<string, string> = {}): Answer {
  return { kind: 'redirect', status: 302, location, headers };
}

/** Words in the language that the browser asks for. */
export function textsOf(call: Pick<Call<Viewer | null>, 'headers'>): SignInTexts {
  const header = call.headers['accept-language'];
  return textsFor(Array.isArray(header) ? header[0] : header);
}

/** True when cookies may only travel encrypted. */
export function isSecure(magpie: Magpie): boolean {
  return magpie.config.baseUrl.startsWith('https:') || magpie.settings.get('Security.force_https');
}
