import { Invalid } from '../../../errors.ts';

/** Declared encodings that are read besides UTF-8. */
const encodings = /^(utf-8|us-ascii|utf-16|utf-16le|utf-16be|iso-8859-1|iso-8859-15|windows-1252)$/i;

/** Marks of byte order that tell the encoding by themselves. */
const MARKS: Readonly<Record<string, string>> = { '\xff\xfe': 'utf-16le', '\xfe\xff': 'utf-16be' };

/** Text of an XML document: by its byte order mark, else by what it declares. Throws `Invalid` for bytes of neither. */
export function decodeXml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const marked = MARKS[head.slice(0, 2)];
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1];
  const encoding = marked ?? declared ?? 'utf-8';
  if (!encodings.test(encoding)) throw new Invalid('', `XML in the encoding ${encoding} is not read.`);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Invalid('', `The document is not text in ${encoding}.`, { cause });
  }
}

/** Whether a document is XML rather than JSON, in any of the encodings above. */
export function isXml(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1').replaceAll('\0', '');
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*</.test(head);
}
