import { DocumentRefused, type Found, notTaken } from '../read/reading.ts';
import { CharacterMaps } from './character-maps.ts';

const MOST_PAGES = 2_000;
const LONGEST_TEXT = 5_000_000;

/**
 * The text of a PDF, page by page, as an event with one report. Pictures of text are not read. Throws `DocumentRefused`
 * for what is no PDF, is locked by a password or holds no text.
 */
export async function* readPdf(bytes: Uint8Array, fileName: string): AsyncGenerator<Found> {
  const { getDocumentProxy } = await import('unpdf');
  // The parser takes the bytes for itself, and no Buffer.
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    disableFontFace: true,
    stopAtErrors: false,
    BinaryDataFactory: CharacterMaps,
    cMapPacked: false,
    useWorkerFetch: false,
    verbosity: 0,
  }).catch((cause: unknown) => {
    const reason =
      cause instanceof Error && cause.name === 'PasswordException' ? 'a password locks it' : 'it is damaged';
    throw new DocumentRefused(`The PDF cannot be read: ${reason}.`, { cause });
  });
  const pages: string[] = [];
  try {
    yield* readPages(document, pages);
  } finally {
    // Also where the consumer has enough before the last page.
    await document.loadingTask.destroy();
  }
  const content = pages.join('\n\n').slice(0, LONGEST_TEXT).trim();
  if (content === '') throw new DocumentRefused('The PDF holds no text, only pictures.');
  yield { kind: 'event', event: { info: fileName, EventReport: [{ name: fileName, content }] } };
}

interface PdfDocument {
  readonly numPages: number;
  getPage(number: number): Promise<{ getTextContent(): Promise<{ items: readonly object[] }> }>;
}

/** Puts the texts of the pages into `pages`, and tells what has none. */
async function* readPages(document: PdfDocument, pages: string[]): AsyncGenerator<Found> {
  let length = 0;
  for (let number = 1; number <= Math.min(document.numPages, MOST_PAGES) && length < LONGEST_TEXT; number += 1) {
    const text = await pageText(document, number);
    if (text === null) yield notTaken(`page ${number}`, 'The page is damaged.');
    else if (text === '') yield notTaken(`page ${number}`, 'It holds no text; pictures of text are not read.');
    else pages.push(text);
    length += text?.length ?? 0;
  }
  if (length < LONGEST_TEXT && document.numPages > MOST_PAGES) {
    yield notTaken(`pages from ${MOST_PAGES + 1}`, `No more than ${MOST_PAGES} pages are read.`);
  }
  if (length >= LONGEST_TEXT) yield notTaken('the end', 'The text is too long for one report.');
}

async function pageText(document: PdfDocument, number: number): Promise<string | null> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    let text = '';
    for (const item of items) {
      if ('str' in item && typeof item.str === 'string') text += item.str;
      if ('hasEOL' in item && item.hasEOL === true) text += '\n';
    }
    return text.replaceAll('\0', '').trim();
  } catch {
    // One damaged page does not keep the others from being read; the caller tells of it.
    return null;
  }
}
