import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notAuthenticated } from '../access/authenticate.ts';
import { allows } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import { BadRequest, Forbidden, Refused } from '../errors.ts';
import { readFormBody, readJsonBody, readXmlRequestBody } from './body.ts';
import { describeError } from './errors.ts';
import { escapeHtml } from './escape-html.ts';
import { negotiate, type Wanted } from './negotiate.ts';
import type { Call, Method, Operation } from './operation.ts';
import { type MispPath, parsePath } from './path.ts';
import { NO_PERMISSION, refusalFor, unknownPath } from './refusals.ts';
import type { Match, RouteResult, Router } from './router.ts';
import { sendAnswer, sendValue } from './send.ts';

/** Finds out who is asking. `null` means nobody; a wrong key throws. */
export interface Identity {
  viewer: Viewer;
  /** The session cookie's token when a browser is signed in, null for an API key. */
  sessionToken: string | null;
}

/** Reads a request's key or session. */
export type Identify = (request: FastifyRequest) => Promise<Identity | null>;

/** Serves the web client's shell (or sends the browser to the sign-in) for navigations. */
export type ServePage = (request: FastifyRequest, reply: FastifyReply, path: MispPath) => Promise<void>;

/** What the dispatcher is given by those who know keys, sessions and the page. */
export interface DispatchOptions {
  router: Router;
  identify: Identify;
  servePage: ServePage;
  /** Throws when a state-changing request of a browser session does not prove where it comes from. */
  checkSessionRequest: (request: FastifyRequest, identity: Identity) => void;
}

/** A request, and how its path and headers read. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly path: MispPath;
  readonly wanted: Wanted;
}

/** The one request handler: MISP's paths to operations, in MISP's order of checks. */
export function createDispatcher(options: DispatchOptions) {
  // Fastify takes an async handler that returns nothing for one that has nothing to send, also while a stream runs.
  return async function dispatch(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await answer(request, reply);
    return reply;
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = parsePath(request.raw.url ?? '/');
    if (path === null) {
      sendError(request, reply, new BadRequest('The URL is not valid.'), { path: '/', format: 'json' });
      return;
    }
    const wanted = negotiate(path, request.headers);
    const found = options.router.find(readMethod(request.method), path.segments);
    const operation = matchOf(found)?.operation;
    try {
      if (wanted === 'page' && !operation?.answersBrowsers) {
        if (request.method === 'GET' || request.method === 'HEAD') return await options.servePage(request, reply, path);
      }
      await run({ request, reply, path, wanted }, found);
    } catch (error) {
      sendError(request, reply, error, {
        path: urlAsSent(request),
        operation,
        format: wanted === 'xml' ? 'xml' : 'json',
      });
    }
  }

  async function run(exchange: Exchange, found: RouteResult): Promise<void> {
    const { request, reply, path } = exchange;
    const match = matchOf(found);
    const operation = match?.operation;
    const identity = await identify(request, operation?.permission === 'public');
    if (operation === undefined || match === null) throw unknownPath(found.kind, path, identity?.viewer ?? null);
    if (identity === null && operation.permission !== 'public') throw notAuthenticated();
    if (identity && !allows(identity.viewer, operation.permission)) throw new Forbidden(NO_PERMISSION);
    const answersGet = found.kind === 'wrong-method' || (operation.effect === 'write' && isGet(request.method));
    if (answersGet && !match.methods.some((method) => method === request.method)) {
      describeOrRefuse(request, reply, operation, path);
      return;
    }
    if (operation.effect === 'write' && identity) {
      if (identity.viewer.readOnly) throw new Forbidden(NO_PERMISSION);
      options.checkSessionRequest(request, identity);
    }
    const call = buildCall(exchange, match, identity);
    const answer = await handle(operation, call, identity);
    sendAnswer(request, reply, answer, {
      format: operation.answersJson === true ? 'json' : call.format,
      operationUrl: (id) => `${operationPath(operation)}${id === undefined ? '' : `/${id}`}`,
      listItem: rowName(operation),
    });
  }

  async function identify(request: FastifyRequest, isPublic: boolean): Promise<Identity | null> {
    if (!isPublic) return options.identify(request);
    // A public operation answers also those whose key or session is no longer valid, or cannot be looked at: whether the
    // database is away is told by one of them.
    try {
      return await options.identify(request);
    } catch {
      return null;
    }
  }
}

function handle(operation: Operation, call: Call<Viewer | null>, identity: Identity | null) {
  if (operation.permission === 'public') return operation.handle(call);
  if (identity === null) throw notAuthenticated();
  return operation.handle({ ...call, viewer: identity.viewer });
}

function matchOf(found: RouteResult): Match | null {
  return 'match' in found ? found.match : null;
}

function buildCall(
  { request, reply, path, wanted }: Exchange,
  match: Match,
  identity: Identity | null,
): Call<Viewer | null> {
  return {
    viewer: identity?.viewer ?? null,
    method: readCallMethod(request.method),
    path: path.sent,
    args: match.args,
    rest: match.rest,
    named: path.named,
    // The URL as a whole need not be one: `//` is a path here.
    query: new URLSearchParams(/\?(.*)$/s.exec(request.raw.url ?? '')?.[1] ?? ''),
    body: readBody(request, match.operation),
    headers: request.headers,
    ip: request.ip,
    requestId: request.id,
    format: wanted === 'page' ? 'json' : wanted,
    sessionToken: identity?.sessionToken ?? null,
    gone: () => whenGone(reply.raw),
  };
}

function whenGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const look = () => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.closed) look();
  else response.once('close', look);
  return controller.signal;
}

function readBody(request: FastifyRequest, operation: Operation): unknown {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (operation.rawBody) return bytes;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json')) return readJsonBody(bytes);
  if (type === 'application/x-www-form-urlencoded') return readFormBody(bytes);
  if (type === 'application/xml' || type === 'text/xml') return readXmlRequestBody(bytes);
  return {};
}

function describeOrRefuse(request: FastifyRequest, reply: FastifyReply, operation: Operation, path: MispPath): void {
  // MISP describes itself to every verb that does nothing here.
  if (!operation.describe) {
    throw new Refused(
      operation.methods.join() === 'POST'
        ? 'This action is only available via POST requests.'
        : `${request.method} is not allowed here; use ${operation.methods.join(' or ')}.`,
    );
  }
  const name = operationPath(operation);
  const { description, mandatory, optional } = operation.describe;
  const value = {
    name: `${name} API description`,
    description,
    ...(mandatory ? { mandatory_fields: mandatory } : {}),
    ...(optional ? { optional_fields: optional } : {}),
    url: name + describedArguments(operation),
  };
  sendValue(request, reply.code(200), value, path.extension === 'xml' ? 'xml' : 'json');
}

/** The arguments of a path as MISP's descriptions write them: `/[event_id]`. */
function describedArguments({ path }: Operation): string {
  return [...path.matchAll(/\{(\w+)\??\}/g)].map(([, argument = '']) => `/[${argument}_id]`).join('');
}

function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  { path, operation, format }: { path: string; operation?: Operation | undefined; format: 'json' | 'xml' },
): void {
  const [, action = 'process'] = operation?.name.split('.') ?? [];
  const place = {
    path,
    operationUrl: operation ? operationPath(operation) : path,
    model: operation?.model ?? 'request',
    action,
  };
  const known = describeError(refusalFor(error, path, request.headers), place);
  if (known) {
    reply.headers(known.headers);
    sendValue(request, reply.code(known.status), known.body, format);
    return;
  }
  request.log.error({ err: error, requestId: request.id }, 'request failed');
  const message = `An Internal Error Has Occurred. (${request.id})`;
  sendValue(request, reply.code(500), { name: message, message, url: path }, format);
}

/** The URL as MISP's failures repeat it: with the query, escaped for HTML. */
function urlAsSent(request: FastifyRequest): string {
  return escapeHtml(request.raw.url ?? '/');
}

/** The operation's path without arguments: `/admin/users/add`. */
function operationPath(operation: Operation): string {
  return operation.path.replace(/\/\{.*$/, '');
}

/** What a row of the operation is called where it has no name of its own: `ShadowAttribute` of `shadow_attributes`. */
function rowName({ name }: Operation): string {
  const [place = ''] = name.split('.');
  const words = (place.split('/').pop() ?? '').replace(/s$/, '').split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function isGet(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function readMethod(method: string): Method | 'HEAD' | 'OTHER' {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE' || method === 'HEAD'
    ? method
    : 'OTHER';
}

function readCallMethod(method: string): Call['method'] {
  const read = readMethod(method);
  return read === 'OTHER' ? 'GET' : read;
}
