import { detectDelimiter, parseCsv } from '../csv/parse-csv.ts';
import { isMactimeHeader } from '../mactime/read-mactime.ts';
import { isThreatConnectHeader } from '../threatconnect/read-threatconnect.ts';
import { decodeText } from './decode-text.ts';
import { DocumentRefused } from './reading.ts';

/** The formats that can be told apart; `text` is what remains. */
export const documentFormats = [
  ...['misp-json', 'misp-xml', 'stix1', 'stix2', 'openioc', 'threatconnect', 'mactime', 'csv', 'eml', 'msg', 'pdf'],
  ...['html', 'markdown', 'zip', 'text'],
] as const;

/** The formats that documents are told apart by. */
export type DocumentFormat =
  | 'misp-json'
  | 'misp-xml'
  | 'stix1'
  | 'stix2'
  | 'openioc'
  | 'threatconnect'
  | 'mactime'
  | 'csv'
  | 'eml'
  | 'msg'
  | 'pdf'
  | 'html'
  | 'markdown'
  | 'zip'
  | 'text';

const HEAD_BYTES = 64 * 1024;
const STIX2_ID = /"id"\s*:\s*"[a-z][a-z0-9-]{2,249}--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/;

/**
 * The format of a file by its first bytes, and where those leave a choice by its name. Anything is at least text; whether
 * it can be read shows when it is.
 */
export function detectFormat(bytes: Uint8Array, fileName: string): DocumentFormat {
  const binary = binaryFormat(bytes);
  if (binary !== null) return binary;
  const head = decodeText(bytes.subarray(0, HEAD_BYTES - (HEAD_BYTES % 2)));
  const start = head.replace(/^\ufeff/, '').trimStart();
  const extension = fileName.toLowerCase().split('.').at(-1) ?? '';
  if (/^[[{]/.test(start)) return jsonFormat(start) ?? 'text';
  if (start.startsWith('<')) return markupFormat(start) ?? (extension === 'xml' ? 'misp-xml' : 'html');
  if (extension === 'eml' || isMail(start)) return 'eml';
  if (extension === 'md' || extension === 'markdown') return 'markdown';
  return tableFormat(head, extension) ?? 'text';
}

function binaryFormat(bytes: Uint8Array): DocumentFormat | null {
  const starts = (...wanted: number[]) => wanted.every((byte, index) => bytes[index] === byte);
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return 'zip';
  if (starts(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return 'msg';
  // Readers of PDF look for the mark in the first kilobyte.
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024));
  return start.includes('%PDF-') ? 'pdf' : null;
}

function jsonFormat(start: string): DocumentFormat | null {
  if (/"type"\s*:\s*"bundle"/.test(start) || /^\{\s*"objects"\s*:\s*\[/.test(start)) return 'stix2';
  // The type may stand behind all objects; ids tell as well, also of objects without a bundle.
  if (STIX2_ID.test(start)) return 'stix2';
  if (/"stix_header"\s*:/.test(start)) return 'stix1';
  return /"(Event|info|response|Orgc)"\s*:/.test(start) ? 'misp-json' : null;
}

function markupFormat(start: string): DocumentFormat | null {
  const [, name = ''] = /^<([\w:.-]{1,100})/.exec(afterProlog(start)) ?? [];
  const local = name.slice(name.indexOf(':') + 1);
  if (local === 'STIX_Package') return 'stix1';
  if (/^(ioc|OpenIOC|iocs)$/.test(local)) return 'openioc';
  if (local === 'response' || local === 'Event') return 'misp-xml';
  // XML with a document type of its own: its reader says why it is refused.
  if (/<!doctype\s+(?!html)/i.test(start)) return 'misp-xml';
  return /^html$/i.test(local) || /<!doctype html/i.test(start) || /<(body|head|p|div)[\s>]/i.test(start)
    ? 'html'
    : null;
}

/** The text from its first element on: declarations, instructions and comments left out. */
function afterProlog(start: string): string {
  let at = 0;
  while (start.startsWith('<?', at) || start.startsWith('<!', at)) {
    const isComment = start.startsWith('<!--', at);
    const end = start.indexOf(isComment ? '-->' : '>', at);
    if (end === -1) return '';
    at = end + (isComment ? 3 : 1);
    while (/\s/.test(start.charAt(at))) at += 1;
  }
  return start.slice(at);
}

/** Two header lines of mail before the first empty line, and nothing else there. */
function isMail(start: string): boolean {
  const [head = ''] = start.split(/\r?\n\r?\n/, 1);
  const lines = head.split(/\r?\n/);
  const isHead = lines.every((line) => /^([\w-]{1,76}:|[ \t]|From )/.test(line));
  return (
    isHead &&
    lines.filter((line) => /^(from|to|subject|received|message-id|date|return-path|mime-version):/i.test(line))
      .length >= 2
  );
}

function tableFormat(head: string, extension: string): DocumentFormat | null {
  const delimiter = detectDelimiter(head);
  if (delimiter === null) return extension === 'csv' || extension === 'tsv' ? 'csv' : null;
  const first = firstRow(head, delimiter);
  if (isThreatConnectHeader(first)) return 'threatconnect';
  if (isMactimeHeader(first)) return 'mactime';
  const isTable =
    extension === 'csv' || extension === 'tsv' || (first.length > 2 && first.every((cell) => cell.length < 60));
  return isTable && extension !== 'txt' ? 'csv' : null;
}

function firstRow(head: string, delimiter: string): readonly string[] {
  try {
    const [row] = parseCsv(head, delimiter);
    return row?.cells ?? [];
  } catch (error) {
    // The beginning may end inside a quoted cell; then no header of one line is there.
    if (!(error instanceof DocumentRefused)) throw error;
    return [];
  }
}
