import { BadRequest, Refused, TooLarge } from '../../../errors.ts';
import { readJsonBody } from '../../../http/body.ts';
import { isObject } from '../../../http/lenient.ts';
import type { Outgoing, OutgoingRequest } from '../../../outgoing/outgoing.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { readAuthorities } from './authorities.ts';
import { type ModuleDescriptor, readDescriptors } from './descriptor.ts';
import type { ServiceAddress } from './families.ts';

/** Why there is no result. */
export type ModuleFailure =
  /** Nobody answers where the service should be. */
  | 'unreachable'
  /** The module did not finish in time. */
  | 'timeout'
  /** The answer is too large, no JSON, or of an unexpected form. */
  | 'answer'
  /** The module itself tells an error. */
  | 'module';

/** A result, or why there is none; `message` is safe to show. */
export type ModuleOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ModuleFailure; readonly message: string };

const LIST_TIMEOUT_MS = 3_000;
const MAX_LIST_BYTES = 16 * 2 ** 20;
/** Of one result. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
const MAX_ERROR_LENGTH = 1000;

/** Asks a service for its modules. */
export async function fetchModules(
  outgoing: Outgoing,
  address: ServiceAddress,
  key: string,
): Promise<ModuleOutcome<ModuleDescriptor[]>> {
  const answer = await exchange(outgoing, address, {
    url: `${address.url}/modules`,
    headers: authorization(key),
    timeoutMs: LIST_TIMEOUT_MS,
    maxBytes: MAX_LIST_BYTES,
  });
  if (!answer.ok) return answer;
  const modules = readDescriptors(answer.value);
  return modules === null ? failed('answer', 'The module service did not list its modules.') : ok(modules);
}

/** Has a module work (`POST /query`); its own errors become outcomes of kind `module`. */
export async function askModule(
  outgoing: Outgoing,
  address: ServiceAddress,
  body: Readonly<Record<string, unknown>>,
  options: { timeoutMs: number; key: string; signal?: AbortSignal },
): Promise<ModuleOutcome<Record<string, unknown>>> {
  // The service itself stops the module too.
  const timed = { ...body, timeout: Math.ceil(options.timeoutMs / 1000) };
  const answer = await exchange(outgoing, address, {
    url: `${address.url}/query`,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization(options.key) },
    body: JSON.stringify(timed),
    timeoutMs: options.timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (!answer.ok) return answer;
  const { value } = answer;
  if (!isObject(value)) return failed('answer', 'The module gave no result.');
  if (value.error === undefined || value.error === null || value.error === '') return ok(value);
  const text = typeof value.error === 'string' ? value.error : JSON.stringify(value.error);
  return failed(/^timeout\.?$/i.test(text) ? 'timeout' : 'module', text.slice(0, MAX_ERROR_LENGTH));
}

function authorization(key: string): Record<string, string> {
  return key === '' ? {} : { authorization: `Bearer ${key}` };
}

async function exchange(
  outgoing: Outgoing,
  { tls, authorities }: ServiceAddress,
  request: Omit<OutgoingRequest, 'policy' | 'tls'>,
): Promise<ModuleOutcome<unknown>> {
  const ca = authorities === '' ? undefined : await readAuthorities(authorities);
  // Falling back on the well-known authorities would trust others than the administrator named.
  if (ca === null)
    return failed('unreachable', 'Module service not reachable. The file of authorities cannot be used.');
  try {
    const answer = await outgoing.request({
      ...request,
      tls: { ...tls, ...(ca === undefined ? {} : { ca }) },
      policy: 'configured',
      skipProxy: true,
      maxRedirects: 0,
    });
    if (answer.status === 401 || answer.status === 403) {
      answer.discard();
      return failed('answer', `The module service does not accept the key (status ${answer.status}).`);
    }
    if (answer.status < 200 || answer.status > 299) {
      answer.discard();
      return failed('answer', `The module service answered with status ${answer.status}.`);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body) pieces.push(piece);
    return ok(readJsonBody(Buffer.concat(pieces)));
  } catch (error) {
    if (error instanceof OutgoingError) return outgoingFailure(error);
    // What would be refused from a client is refused from a module: depth, NUL characters, broken text.
    if (error instanceof Refused || error instanceof TooLarge || error instanceof BadRequest) {
      return failed('answer', 'The answer of the module is not JSON that can be used.');
    }
    throw error;
  }
}

function outgoingFailure({ failure, message }: OutgoingError): ModuleOutcome<never> {
  if (failure === 'timeout') return failed('timeout', 'The module did not answer in time.');
  if (failure === 'too-large' || failure === 'content' || failure === 'redirect') {
    return failed('answer', 'The answer of the module is too large or cannot be read.');
  }
  return failed('unreachable', `Module service not reachable. ${message}`);
}

function ok<T>(value: T): ModuleOutcome<T> {
  return { ok: true, value };
}

function failed(failure: ModuleFailure, message: string): ModuleOutcome<never> {
  return { ok: false, failure, message };
}
