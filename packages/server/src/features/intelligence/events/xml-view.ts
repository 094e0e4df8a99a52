import { writeXml } from '@magpie/formats';
import type { Answer } from '../../../http/answer.ts';
import { streamedJson } from '../../../http/streamed-json.ts';

/** What MISP's XML of events lacks of their JSON. */
export const EVENT_XML_WITHOUT = { Event: ['attribute_count', 'proposal_email_lock', 'locked'] };

/** An event in MISP's XML, made from the pieces of its JSON. What fails before the first piece is thrown. */
export async function eventAsXml(json: AsyncIterable<string | Buffer>): Promise<Answer> {
  const xml = writeXml(asResponse(json), { without: EVENT_XML_WITHOUT, lineBreaks: true });
  const answer = await streamedJson(onLineOfItsOwn(xml));
  return answer.kind === 'bytes' || answer.kind === 'stream'
    ? { ...answer, contentType: 'application/xml; charset=UTF-8' }
    : answer;
}

async function* asResponse(json: AsyncIterable<string | Buffer>): AsyncGenerator<string | Buffer> {
  yield '{"response":';
  yield* json;
  yield '}';
}

/** Here, unlike in searches, MISP breaks the line before the event. */
async function* onLineOfItsOwn(xml: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const piece of xml) {
    yield isFirst ? piece.replace('<response>', '<response>\n') : piece;
    isFirst = false;
  }
}
