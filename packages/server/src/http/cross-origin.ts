import type { FastifyInstance } from 'fastify';
import type { Settings } from '../features/administration/settings/settings.ts';

const ALLOWED = {
  'access-control-allow-headers': 'Origin, Content-Type, Authorization, Accept',
  'access-control-allow-methods': '*',
  'access-control-expose-headers': 'X-Result-Count',
};

/**
 * Lets scripts of other sites use the API where `Security.allow_cors` and `Security.cors_origins` say so (Fetch
 * Standard, CORS protocol). Credentials are never allowed: such scripts need a key, a signed-in browser is no use to
 * them. OPTIONS is answered empty then, whoever asks. Answers are not stored by anybody, so they need no `Vary`.
 */
export function allowOtherSites(app: FastifyInstance, settings: Pick<Settings, 'get'>): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!settings.get('Security.allow_cors')) return;
    const { origin } = request.headers;
    if (origin !== undefined && isAllowed(settings.get('Security.cors_origins'), origin)) {
      reply.headers({ ...ALLOWED, 'access-control-allow-origin': origin });
    }
    if (request.method === 'OPTIONS') return reply.code(200).send('');
  });
}

function isAllowed(origins: string, origin: string): boolean {
  const allowed = origins.split(',').map((entry) => entry.trim().toLowerCase().replace(/\/$/, ''));
  return allowed.includes('*') || allowed.includes(origin.toLowerCase());
}
