import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const folder = fileURLToPath(new URL('../../../web/dist/assets/', import.meta.url));
/** The bundler puts a hash of the content into the names of what it makes. */
const HASHED = /-[A-Za-z0-9_-]{8}\.\w+$/;

/** Serves the web client's files under /assets/, for anybody: nothing secret is in them. */
export async function serveAssets(app: FastifyInstance): Promise<void> {
  if (!existsSync(folder)) return;
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = HASHED.test(path.replace(/\.(br|gz)$/, ''));
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
