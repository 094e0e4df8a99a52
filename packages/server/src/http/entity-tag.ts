import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Sends a body, with its entity tag where the client sent `If-None-Match` (MISP's peers send it empty the first time):
 * the SHA-1 of the body in quotes. A body that the client has already becomes 304 without one (RFC 9110, 13.1.2).
 */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, body: string | Uint8Array): void {
  const known = request.headers['if-none-match'];
  if (known === undefined || reply.statusCode !== 200) {
    reply.send(body);
    return;
  }
  const tag = createHash('sha1').update(body).digest('hex');
  reply.header('etag', `"${tag}"`);
  if (tagsOf(known).includes(tag)) reply.code(304).removeHeader('content-type').send();
  else reply.send(body);
}

/** Weak and strong tags compare equal; proxies append how they compressed a body. */
function tagsOf(header: string): string[] {
  return header.split(',').map((part) => /^(?:W\/)?"?([0-9a-f]{40})(?:-(?:br|gzip))?"?$/.exec(part.trim())?.[1] ?? '');
}
