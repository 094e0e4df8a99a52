import { type DocumentOptions, readDocument } from './read-document.ts';
import { parseStix, readStix } from './read-stix.ts';
import type { Found, JsonObject, NotTaken } from './reading.ts';

const knowledge = {
  clusters: new Map<string, string[]>(),
  templates: new Map<string, never>(),
  organisationUuid: 'a2d4c6e8-0b1c-4d2e-8f30-415263748596',
  today: '2024-01-02',
  galaxiesAsTags: true,
};

/** What a document gives, collected; for tests. */
export async function readAll(
  content: string | Uint8Array,
  fileName: string,
  options: Partial<DocumentOptions> = {},
): Promise<{ events: JsonObject[]; notTaken: NotTaken[]; format: string; parts: Found[] }> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const parts: Found[] = [];
  let format = '';
  const readHtml = async (html: string) => ({ title: '', markdown: html.replaceAll(/<[^>]*>/g, ' ') });
  const stix = async (text: string) => readStix(parseStix(text), knowledge);
  const onFormat = (found: string) => {
    format = found;
  };
  for await (const part of readDocument(bytes, { fileName, readHtml, readStix: stix, onFormat, ...options }))
    parts.push(part);
  return {
    format,
    parts,
    events: parts.flatMap((part) => (part.kind === 'event' ? [part.event] : [])),
    notTaken: parts.flatMap((part) => (part.kind === 'not taken' ? [{ path: part.path, reason: part.reason }] : [])),
  };
}
