import type { ApiAnswer } from '@magpie/testkit';

/** What an answer comes to. */
export type Outcome = 'login' | 'acl' | 'absent' | 'refused' | 'unsaved' | 'page only' | 'invalid' | 'failed' | 'ok';

/** Sorts an answer by MISP's habits: the texts are those that clients test for. */
export function outcomeOf({ status, body }: ApiAnswer): Outcome {
  const message = text(body, 'message');
  if (status === 403 && message.startsWith('Authentication failed')) return 'login';
  if (status === 403 && message === 'You do not have permission to use this functionality.') return 'acl';
  if (status === 404) return 'absent';
  if (status === 405) return message.includes('AJAX') ? 'page only' : 'refused';
  if (status === 401) return 'refused';
  if (status === 403) return has(body, 'errors') ? 'unsaved' : 'refused';
  if (status === 501) return 'ok';
  if (status >= 500) return 'failed';
  if (status >= 400) return 'invalid';
  // Actions of MISP's own page say no with status 200.
  return has(body, 'errors') || text(body, 'saved') === 'false' ? 'refused' : 'ok';
}

function has(body: unknown, name: string): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name);
}

function text(body: unknown, name: string): string {
  return has(body, name) ? String(Reflect.get(Object(body), name)) : '';
}

/** Status, type and body with the names of the element asked for replaced, to compare one refusal with another. */
export function shapeOf(answer: ApiAnswer, names: readonly string[]): string {
  let body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  for (const name of names) body = body.replaceAll(new RegExp(String.raw`(?<![\w-])${name}(?![\w-])`, 'g'), '<asked>');
  return `${answer.status} ${answer.headers.get('content-type')} ${body}`;
}

/** A short form for messages. */
export function brief(answer: ApiAnswer): string {
  return `${answer.status} ${JSON.stringify(answer.body)?.slice(0, 160)}`;
}
