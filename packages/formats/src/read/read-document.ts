import { type FindOptions, findIndicators } from '@magpie/model';
import { type CsvOptions, readCsv } from '../csv/read-csv.ts';
import { readMactime } from '../mactime/read-mactime.ts';
import { readMispXml } from '../misp-xml/read-misp-xml.ts';
import { readOpenIoc } from '../openioc/read-openioc.ts';
import { readThreatConnect } from '../threatconnect/read-threatconnect.ts';
import { decodeText } from './decode-text.ts';
import { type DocumentFormat, detectFormat } from './detect-format.ts';
import { mispEvents } from './misp-json.ts';
import { parseJsonText } from './parse-json.ts';
import { parseXmlText } from './parse-xml.ts';
import type { StixDocument } from './read-stix.ts';
import { DocumentRefused, type Found, type JsonObject, notTaken, plainFileName } from './reading.ts';
import { makeStorable } from './storable.ts';

/** How to read a document. */
export interface DocumentOptions {
  readonly fileName: string;
  /** Instead of the format that is found. */
  readonly format?: DocumentFormat;
  readonly csv?: CsvOptions;
  readonly freeText?: FindOptions;
  /** Of a time line these rows alone, counted from 1. */
  readonly rows?: ReadonlySet<number>;
  /** Makes a page readable: title and Markdown. Throws `DocumentRefused`. */
  readonly readHtml: (html: string) => Promise<{ title: string; markdown: string }>;
  /** Reads a STIX document, XML or JSON, with what the instance knows. Throws `DocumentRefused`. */
  readonly readStix: (text: string) => Promise<Pick<StixDocument, 'event' | 'notTaken'>>;
  /** Called once the format is known. */
  readonly onFormat?: (format: DocumentFormat) => void;
}

/**
 * Reads a document of any known format. What has no event of its own (indicators, a report, a message) comes as an event
 * that is named after the file. Throws `DocumentRefused` where the document as a whole cannot be read.
 */
export async function* readDocument(bytes: Uint8Array, options: DocumentOptions): AsyncGenerator<Found> {
  for await (const part of partsOf(bytes, options)) yield makeStorable(part);
}

async function* partsOf(bytes: Uint8Array, options: DocumentOptions): AsyncGenerator<Found> {
  const fileName = plainFileName(options.fileName) || 'file';
  const format = options.format ?? detectFormat(bytes, fileName);
  options.onFormat?.(format);
  switch (format) {
    case 'misp-json':
      yield* events(mispEvents(parseJsonText(textOf(bytes)), fileName));
      return;
    case 'misp-xml':
      yield* events(readMispXml(parseXmlText(textOf(bytes))));
      return;
    case 'stix1':
    case 'stix2':
      yield* stixParts(await options.readStix(textOf(bytes)));
      return;
    case 'openioc':
      yield* readOpenIoc(parseXmlText(textOf(bytes)), fileName);
      return;
    case 'threatconnect':
      yield* readThreatConnect(textOf(bytes), fileName);
      return;
    case 'mactime':
      yield* readMactime(textOf(bytes), fileName, options.rows);
      return;
    case 'csv':
      yield* readCsv(textOf(bytes), fileName, options.csv);
      return;
    case 'eml':
      yield* (await import('../email/read-eml.ts')).readEml(bytes, fileName);
      return;
    case 'msg':
      yield* (await import('../email/read-msg.ts')).readMsg(bytes, fileName);
      return;
    case 'pdf':
      yield* (await import('../pdf-text/read-pdf.ts')).readPdf(bytes, fileName);
      return;
    case 'html':
      yield reportEvent(fileName, await options.readHtml(textOf(bytes)));
      return;
    case 'markdown':
      yield reportEvent(fileName, { title: '', markdown: textOf(bytes) });
      return;
    case 'zip':
      yield* readArchive(bytes, options);
      return;
    case 'text':
      yield freeTextEvent(textOf(bytes), fileName, options.freeText);
  }
}

function textOf(bytes: Uint8Array): string {
  return decodeText(bytes).replace(/^\ufeff/, '');
}

function* stixParts({ event, notTaken: left }: Pick<StixDocument, 'event' | 'notTaken'>): Generator<Found> {
  for (const { path, reason } of left) yield notTaken(path, reason);
  yield { kind: 'event', event };
}

function* events(found: Iterable<JsonObject>): Generator<Found> {
  for (const event of found) yield { kind: 'event', event };
}

const LONGEST_REPORT = 5_000_000;

function reportEvent(fileName: string, { title, markdown }: { title: string; markdown: string }): Found {
  if (markdown.length > LONGEST_REPORT) throw new DocumentRefused('The text is too long for a report.');
  if (markdown.trim() === '') throw new DocumentRefused('The file holds no text.');
  const name = (title || fileName).slice(0, 500);
  return { kind: 'event', event: { info: name, EventReport: [{ name, content: markdown }] } };
}

function freeTextEvent(text: string, fileName: string, options?: FindOptions): Found {
  const found = findIndicators(text, options);
  if (found.length === 0) throw new DocumentRefused('Nothing in the text is known as an indicator.');
  const attributes = found.map(({ value, type, category, toIds, comment }) => ({
    value,
    type,
    category,
    to_ids: toIds,
    comment: comment || '',
  }));
  return { kind: 'event', event: { info: fileName, Attribute: attributes } };
}

/** Files of a feed that describe the others. */
const descriptions = /(^|\/)(manifest\.json|hashes\.csv)$/;

/** Each file of an archive as it would be read alone; a feed's folder for one. */
async function* readArchive(bytes: Uint8Array, options: DocumentOptions): AsyncGenerator<Found> {
  const { format: _format, onFormat: _onFormat, ...inner } = options;
  const { readZip } = await import('./read-zip.ts');
  const { guessPasswords } = await import('../email/unpack-attachment.ts');
  let read = 0;
  // Analysts hand messages and samples on in archives that a word known to all locks.
  for await (const file of readZip(bytes, undefined, guessPasswords([options.fileName]))) {
    if (descriptions.test(file.name)) continue;
    if ('reason' in file) {
      yield notTaken(file.name, file.reason);
      continue;
    }
    if (detectFormat(file.bytes, file.name) === 'zip') {
      yield notTaken(file.name, 'Archives inside archives are not read.');
      continue;
    }
    try {
      for await (const part of partsOf(file.bytes, { ...inner, fileName: file.name })) {
        yield part.kind === 'not taken' ? notTaken(`${file.name}: ${part.path}`, part.reason) : part;
      }
      read += 1;
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
      yield notTaken(file.name, error.message);
    }
  }
  if (read === 0) throw new DocumentRefused('Nothing in the archive could be read.');
}
