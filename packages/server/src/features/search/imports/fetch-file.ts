import type { DocumentFormat } from '@magpie/formats/readers';
import { BadRequest, Invalid } from '../../../errors.ts';
import type { Outgoing } from '../../../outgoing/outgoing.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { readFileApart, type SentFile } from './read-apart.ts';

/** A file of the public Internet. */
export interface FetchedFile extends SentFile {
  /** Where it was found after all redirects. */
  readonly url: string;
  /** As the other machine calls it, in lower case, without parameters. */
  readonly mediaType: string;
}

const MAX_BYTES = 32 * 2 ** 20;
const TIMEOUT_MS = 30_000;

/** Fetches a file of the public Internet. Throws `BadRequest` with the reason where it cannot be had. */
export async function fetchFile(outgoing: Outgoing, url: string): Promise<FetchedFile> {
  try {
    const answer = await outgoing.request({
      url,
      policy: 'public-only',
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      headers: { accept: 'text/html, application/xhtml+xml, application/pdf, text/markdown, text/plain, */*;q=0.8' },
    });
    if (answer.status !== 200) {
      answer.discard();
      throw new BadRequest(`The page could not be read: it answered ${answer.status}.`);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body) pieces.push(piece);
    const mediaType = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    return { bytes: Buffer.concat(pieces), url: answer.url, mediaType, fileName: nameOf(answer.url) };
  } catch (error) {
    if (error instanceof OutgoingError) throw new BadRequest(`The page could not be fetched: ${error.message}`);
    throw error;
  }
}

/** The last part of a path, else the host. */
function nameOf(url: string): string {
  const parsed = URL.parse(url);
  const last = parsed?.pathname.split('/').findLast((part) => part !== '') ?? '';
  return (last || parsed?.hostname || 'page').slice(0, 255);
}

/** How a fetched file is read; null where that is left to detection. */
export function formatOf({ mediaType, bytes }: FetchedFile): DocumentFormat | null {
  if (Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) return 'pdf';
  if (mediaType === 'text/html' || mediaType === 'application/xhtml+xml') return 'html';
  return mediaType === 'text/markdown' ? 'markdown' : null;
}

/**
 * Fetches a page, PDF or text of the public Internet and makes it readable as Markdown, in a thread of its own. Throws
 * `Invalid` with one text that says why not.
 */
export async function fetchReadable(outgoing: Outgoing, url: string): Promise<{ title: string; markdown: string }> {
  try {
    const file = await fetchFile(outgoing, url);
    const format = formatOf(file) ?? (/^text\//.test(file.mediaType) ? 'markdown' : null);
    if (format === null) throw new BadRequest(`The page could not be read: it is not a text page (${file.mediaType}).`);
    for await (const part of readFileApart(file, { format, pageUrl: file.url }, noStix)) {
      if (part.kind !== 'event') continue;
      const [report] = Array.isArray(part.event.EventReport) ? part.event.EventReport : [];
      return { title: String(part.event.info ?? ''), markdown: String(report?.content ?? '') };
    }
    throw new BadRequest('The page could not be read: it holds no text.');
  } catch (error) {
    if (error instanceof BadRequest) throw new Invalid('', error.message);
    throw error;
  }
}

const noStix = (): Promise<never> => Promise.reject(new BadRequest('The page is a STIX document.'));
