import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { authenticateByKey, ForeignAddress } from '../access/authenticate.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Magpie } from '../context.ts';
import { Unauthenticated } from '../errors.ts';
import { serveAssets } from './assets.ts';
import { limitBodies } from './body-limits.ts';
import { compressAnswers } from './compress.ts';
import { allowOtherSites } from './cross-origin.ts';
import { createDispatcher, type Identity, type ServePage } from './dispatch.ts';
import { parsePath } from './path.ts';
import type { Router } from './router.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { viewerHeaders } from './viewer-headers.ts';

/** Ten minutes: longer than any import takes to answer, shorter than for ever. */
const STALLED_MS = 600_000;

/** Hooks of the browser session, which the sign-in feature provides. */
export interface BrowserSessions {
  /** The signed-in user behind the request's cookie, or null. */
  identify(request: FastifyRequest): Promise<Identity | null>;
  /** Throws `Forbidden` when a state-changing request does not prove that our own page sent it. */
  checkOrigin(request: FastifyRequest, identity: Identity): void;
  servePage: ServePage;
  /** Told of every request that an API key opened; throws `Forbidden` when the instance is closed to the viewer. */
  admitKey(viewer: Viewer, request: FastifyRequest): Promise<void>;
  /** Told of a header that holds no valid key, or (with `authKeyId`) a key refused because of the address. */
  noteRefusedKey(request: FastifyRequest, header: string, authKeyId: number | null): Promise<void>;
  /** Told of every answered request of somebody known; `durationMs` from its arrival. */
  noteAnswer(viewer: Viewer, request: FastifyRequest, answer: { status: number; durationMs: number }): void;
  /** Called once the server has stopped. */
  close(): Promise<void>;
}

/** The HTTP server with MISP's edge on it; it does not listen yet. */
export async function createHttpServer(
  magpie: Magpie,
  router: Router,
  sessions: BrowserSessions,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: magpie.config.bodyLimitBytes,
    trustProxy: magpie.config.trustedProxies.length > 0 ? [...magpie.config.trustedProxies] : false,
    genReqId: () => randomUUID(),
    logger: { level: magpie.config.logLevel, redact: ['req.headers.authorization', 'req.headers.cookie'] },
    // Lines name their request themselves: a logger for every request costs more than a small answer.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // A client that sends or reads nothing for this long gives back what it holds, a database connection for one.
    requestTimeout: STALLED_MS,
    connectionTimeout: STALLED_MS,
    routerOptions: { maxParamLength: 16_384 },
    // A URL that cannot be decoded never reaches a route.
    frameworkErrors: (error, request, reply) => refuse(request, reply, error),
  });
  // Bodies are read by the edge itself, by MISP's rules, whatever the client calls them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  limitBodies(app, {
    limitBytes: magpie.config.bodyLimitBytes,
    isKnown: (request) =>
      identify(request).then(
        (found) => found !== null,
        () => false,
      ),
  });
  addSecurityHeaders(app, magpie.config.baseUrl.startsWith('https:'));
  allowOtherSites(app, magpie.settings);
  compressAnswers(app);
  await serveAssets(app);

  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => refuse(request, reply, error));

  const viewers = new WeakMap<FastifyRequest, Viewer>();
  function known<T extends Identity | null>(request: FastifyRequest, identity: T): T {
    if (identity) viewers.set(request, identity.viewer);
    return identity;
  }
  async function identify(request: FastifyRequest): Promise<Identity | null> {
    const key = keyOf(request, magpie.settings.get('Security.allow_unsafe_apikey_named_param'));
    if (key === undefined || /^basic\b/i.test(key)) return known(request, await sessions.identify(request));
    const origin = { ip: request.ip, requestId: request.id };
    const viewer = await authenticateByKey(magpie.accounts, key, origin, magpie.now()).catch(async (error) => {
      if (error instanceof Unauthenticated) {
        await sessions.noteRefusedKey(request, key, error instanceof ForeignAddress ? error.authKeyId : null);
      }
      throw error;
    });
    await sessions.admitKey(viewer, request);
    return known(request, { viewer, sessionToken: null });
  }
  app.addHook('onSend', async (request, reply) => {
    const viewer = viewers.get(request);
    if (viewer) reply.headers(viewerHeaders(viewer, magpie.settings.get('Security.username_in_response_header')));
    // What MISP calls the content that is not there.
    if (request.method === 'HEAD' && isJson(reply)) reply.header('content-type', 'text/html; charset=UTF-8');
  });
  app.addHook('onResponse', async (request, reply) => {
    const viewer = viewers.get(request);
    if (viewer) sessions.noteAnswer(viewer, request, { status: reply.statusCode, durationMs: reply.elapsedTime });
  });
  app.addHook('onClose', () => sessions.close());

  const dispatch = createDispatcher({
    router,
    identify,
    checkSessionRequest(request, identity) {
      if (identity.sessionToken !== null) sessions.checkOrigin(request, identity);
    },
    servePage: sessions.servePage,
  });
  app.all('/', dispatch);
  app.all('/*', dispatch);
  return app;
}

/** The header that holds a key; where the instance takes keys in URLs too, `/apikey:KEY` in place of a missing one. */
function keyOf(request: FastifyRequest, allowsNamed: boolean): string | undefined {
  const header = request.headers['x-misp-auth'] ?? request.headers.authorization;
  if (header !== undefined || !allowsNamed) return Array.isArray(header) ? header.join(',') : header;
  const named = parsePath(request.raw.url ?? '/')?.named.apikey;
  return typeof named === 'string' ? named : undefined;
}

function isJson(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('application/json');
}

/** What Fastify itself refuses (too large, broken transfer, a bad URL) gets MISP's envelope too. */
function refuse(request: FastifyRequest, reply: FastifyReply, error: Error & { statusCode?: number }): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) request.log.error({ err: error, requestId: request.id }, 'request failed');
  const message = status >= 500 ? `An Internal Error Has Occurred. (${request.id})` : error.message;
  return reply.code(status).send({ name: message, message, url: request.url.split('?')[0] });
}
