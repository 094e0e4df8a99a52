import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from './answer.ts';
import { sendTagged } from './entity-tag.ts';
import { toXml } from './xml.ts';
import { jsonAsXml } from './xml-stream.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';
const XML_TYPE = 'application/xml; charset=UTF-8';
/** Longer answers are sent minified whoever asks. */
const PRETTY_LIMIT_BYTES = 64 * 1024;

/** What `send` needs to know of the call. */
export interface SendContext {
  format: 'json' | 'xml' | 'csv';
  /** `/controller/action[/id]` for the success envelope. */
  operationUrl: (id?: string | number) => string;
  /** What an element of a list is called in XML. */
  listItem: string;
}

/** Turns an answer into the HTTP reply. */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: Answer, context: SendContext): void {
  if (answer.kind !== 'success' && answer.headers) reply.headers(answer.headers);
  switch (answer.kind) {
    case 'json':
      sendValue(request, reply.code(answer.status), answer.value, context.format, context.listItem);
      return;
    case 'success':
      sendValue(request, reply.code(200), successBody(answer, context), context.format);
      return;
    case 'redirect':
      reply.code(answer.status).header('location', answer.location).header('content-type', JSON_TYPE).send('');
      return;
    case 'bytes':
      if (context.format === 'xml' && answer.contentType === JSON_TYPE && answer.bytes.length > 0) {
        sendValue(request, reply.code(answer.status), JSON.parse(String(answer.bytes)), 'xml', context.listItem);
        return;
      }
      sendTagged(request, reply.code(answer.status).header('content-type', answer.contentType), answer.bytes);
      return;
    case 'stream': {
      const asXml = context.format === 'xml' && answer.contentType === JSON_TYPE;
      reply.code(answer.status).header('content-type', asXml ? XML_TYPE : answer.contentType);
      if (request.method === 'HEAD') {
        sendHeadOf(reply, answer.chunks);
        return;
      }
      const chunks = asXml ? jsonAsXml(answer.chunks, context.listItem) : answer.chunks;
      reply.send(Readable.from(chunks, { objectMode: false, highWaterMark: 256 * 1024 }));
      return;
    }
  }
}

/**
 * The head alone: the rest is given up at once, so that its transaction ends. How long it would have been is unknown,
 * and so not told: a length in an answer to HEAD is that of the answer to GET (RFC 9110, 8.6).
 */
function sendHeadOf(reply: FastifyReply, chunks: AsyncIterable<string | Buffer>): void {
  void chunks[Symbol.asyncIterator]().return?.();
  reply.send();
}

function successBody(answer: Answer & { kind: 'success' }, context: SendContext): Record<string, unknown> {
  const { message, id, data, extra } = answer;
  return {
    saved: true,
    success: true,
    name: message,
    message,
    url: answer.url ?? context.operationUrl(id),
    ...(id === undefined ? {} : { id }),
    ...(data === undefined ? {} : { data }),
    ...extra,
  };
}

/** Sends a value in the wanted format; MISP prints JSON pretty, and minified for PyMISP, peers and scripts of pages. */
export function sendValue(
  request: FastifyRequest,
  reply: FastifyReply,
  value: unknown,
  format: 'json' | 'xml' | 'csv' = 'json',
  listItem?: string,
): void {
  if (format === 'xml') {
    sendTagged(request, reply.header('content-type', XML_TYPE), toXml(value, listItem));
    return;
  }
  const compact = JSON.stringify(value);
  const agent = request.headers['user-agent'] ?? '';
  const machine =
    agent.startsWith('PyMISP') || agent.startsWith('MISP ') || request.headers['x-requested-with'] !== undefined;
  const text = machine || compact.length > PRETTY_LIMIT_BYTES ? compact : JSON.stringify(value, null, 4);
  sendTagged(request, reply.header('content-type', JSON_TYPE), text);
}
