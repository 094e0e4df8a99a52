import { type DocumentOptions, type DocumentPart, readDocument } from './read-document.ts';
import type { JsonObject, NotTaken } from './reading.ts';

/** What a document gives, collected; for tests. */
export async function readAll(
  content: string | Uint8Array,
  fileName: string,
  options: Partial<DocumentOptions> = {},
): Promise<{ events: JsonObject[]; notTaken: NotTaken[]; format: string; parts: DocumentPart[] }> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const parts: DocumentPart[] = [];
  let format = '';
  const readHtml = async (html: string) => ({ title: '', markdown: html.replaceAll(/<[^>]*>/g, ' ') });
  const onFormat = (found: string) => {
    format = found;
  };
  for await (const part of readDocument(bytes, { fileName, readHtml, onFormat, ...options })) parts.push(part);
  return {
    format,
    parts,
    events: parts.flatMap((part) => (part.kind === 'event' ? [part.event] : [])),
    notTaken: parts.flatMap((part) => (part.kind === 'not taken' ? [{ path: part.path, reason: part.reason }] : [])),
  };
}
