import { decodeWords } from 'postal-mime';
import { decodeText } from '../read/decode-text.ts';
import { DocumentRefused } from '../read/reading.ts';
import { decodeTransfer } from './transfer-encoding.ts';

/** A part of a message that holds no parts itself. */
export interface MimeLeaf {
  /** In lower case: `text/plain`. */
  readonly type: string;
  readonly isAttachment: boolean;
  /** Name of the file that it says to be; '' without. */
  readonly name: string;
  /** Its content, byte by byte as it was before it was sent. */
  readonly bytes: Uint8Array;
}

const MOST_PARTS = 10_000;
const MOST_DEPTH = 50;
/** Header lines of one part, together. */
const LONGEST_HEAD = 2 ** 18;
/** A boundary has 70 letters at most (RFC 2046, 5.1.1); looking for one that is as long as its message takes forever. */
const LONGEST_BOUNDARY = 1_000;

/**
 * The parts of a message that hold no parts themselves, in their order (MIME: RFC 2045 and 2046; names: RFC 2183, 2231
 * and, as programs write them, 2047). Messages within are such parts. Throws `DocumentRefused` for more parts or levels
 * than any message has.
 */
export function mimeLeaves(message: Buffer): MimeLeaf[] {
  const leaves: MimeLeaf[] = [];
  let parts = 0;
  const visit = (part: Buffer, usualType: string, depth: number): void => {
    parts += 1;
    if (parts > MOST_PARTS) throw new DocumentRefused(`The e-mail has more than ${MOST_PARTS} parts.`);
    if (depth > MOST_DEPTH) throw new DocumentRefused(`The e-mail nests more than ${MOST_DEPTH} levels deep.`);
    const { head, body } = split(part);
    const sentType = structured(head.get('content-type') ?? '');
    // What is no type counts as none (RFC 2045, 5.2).
    const type = sentType.value.includes('/') ? sentType.value : usualType;
    const boundary = sentType.parameters.get('boundary') ?? '';
    if (type.startsWith('multipart/') && boundary !== '' && boundary.length <= LONGEST_BOUNDARY) {
      const inner = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
      for (const one of partsBetween(body, boundary)) visit(one, inner, depth + 1);
      return;
    }
    const disposition = structured(head.get('content-disposition') ?? '');
    leaves.push({
      type,
      isAttachment: disposition.value === 'attachment',
      name: disposition.parameters.get('filename') || sentType.parameters.get('name') || '',
      bytes: decodeTransfer(body, (head.get('content-transfer-encoding') ?? '').trim().toLowerCase()),
    });
  };
  visit(message, 'text/plain', 0);
  return leaves;
}

const LF = 0x0a;
const CR = 0x0d;

/** Header lines, of each the first, and what follows the first empty line. */
function split(part: Buffer): { head: Map<string, string>; body: Buffer } {
  let at = 0;
  let headEnd = part.length;
  while (at < part.length) {
    const end = part.indexOf(LF, at);
    const lineEnd = end === -1 ? part.length : end;
    const isEmpty = lineEnd === at || (lineEnd === at + 1 && part[at] === CR);
    if (isEmpty) headEnd = at;
    at = lineEnd + 1;
    if (isEmpty) break;
  }
  const head = new Map<string, string>();
  const text = decodeText(part.subarray(0, Math.min(headEnd, LONGEST_HEAD)));
  for (const line of text.split(/\r?\n(?![ \t])/)) {
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (key !== '' && !head.has(key)) head.set(key, line.slice(colon + 1).replaceAll(/\r?\n[ \t]+/g, ' '));
  }
  return { head, body: part.subarray(Math.min(at, part.length)) };
}

/** What stands between the delimiters of a boundary (RFC 2046, 5.1.1); the line break before one belongs to it. */
function* partsBetween(body: Buffer, boundary: string): Generator<Buffer> {
  const delimiter = Buffer.from(`--${boundary}`);
  let open: number | null = null;
  for (let at = body.indexOf(delimiter); at !== -1; at = nextLineWith(body, delimiter, at)) {
    const { isDelimiter, isLast, next } = delimiterAt(body, at, at + delimiter.length);
    if (!isDelimiter) continue;
    if (open !== null) yield body.subarray(open, Math.max(open, withoutBreak(body, at)));
    if (isLast) return;
    open = next;
  }
  if (open !== null) yield body.subarray(open);
}

/** Delimiters stand at the beginning of a line: what else of this line looks like one is passed over. */
function nextLineWith(body: Buffer, delimiter: Buffer, at: number): number {
  const end = body.indexOf(LF, at);
  return end === -1 ? -1 : body.indexOf(delimiter, end + 1);
}

function withoutBreak(body: Buffer, at: number): number {
  if (at === 0 || body[at - 1] !== LF) return at;
  return body[at - 2] === CR ? at - 2 : at - 1;
}

function delimiterAt(body: Buffer, at: number, end: number): { isDelimiter: boolean; isLast: boolean; next: number } {
  const isLast = body[end] === 0x2d && body[end + 1] === 0x2d;
  let next = isLast ? end + 2 : end;
  while (body[next] === 0x20 || body[next] === 0x09 || body[next] === CR) next += 1;
  const isAlone = next >= body.length || body[next] === LF;
  return { isDelimiter: isAlone && (at === 0 || body[at - 1] === LF), isLast, next: next + 1 };
}

interface Structured {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A value with parameters, those in pieces put together (RFC 2231, 3 and 4). */
function structured(text: string): Structured {
  const [value = ''] = text.split(';', 1);
  const parameters = new Map<string, string>();
  const pieces = new Map<string, Piece[]>();
  for (const [, key = '', quoted, plain] of text.matchAll(/;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/g)) {
    const sent = quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll(/\\(.)/g, '$1');
    const [, name = '', place, star] = /^(.*?)(?:\*(\d{1,3}))?(\*)?$/.exec(key.toLowerCase()) ?? [];
    if (place === undefined && star === undefined) {
      if (!parameters.has(name)) parameters.set(name, decodeWords(sent));
    } else {
      const known = pieces.get(name) ?? [];
      known.push({ place: Number(place ?? 0), isCoded: star !== undefined, text: sent });
      pieces.set(name, known);
    }
  }
  for (const [name, list] of pieces) parameters.set(name, joined(list));
  return { value: value.trim().toLowerCase(), parameters };
}

interface Piece {
  readonly place: number;
  readonly isCoded: boolean;
  readonly text: string;
}

/** Pieces in their order; the first one names the encoding of the bytes that percent signs tell. */
function joined(pieces: readonly Piece[]): string {
  const ordered = pieces.toSorted((a, b) => a.place - b.place);
  const [, charset = '', rest = ''] = /^([^']*)'[^']*'(.*)$/s.exec(ordered[0]?.text ?? '') ?? [];
  const bytes = ordered.map(({ text, isCoded }, index) => {
    if (!isCoded) return Buffer.from(text);
    return unescaped(index === 0 && charset !== '' ? rest : text);
  });
  return decodeIn(charset, Buffer.concat(bytes));
}

function unescaped(text: string): Buffer {
  const pieces = text.split(/(%[0-9a-f]{2})/i);
  return Buffer.concat(
    pieces.map((piece) => (/^%[0-9a-f]{2}$/i.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece))),
  );
}

function decodeIn(charset: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(charset || 'utf-8').decode(bytes);
  } catch {
    // No such encoding: the bytes tell as well as they can.
    return decodeText(bytes);
  }
}
