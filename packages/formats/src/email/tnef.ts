import type { MailFile } from './email-object.ts';

const SIGNATURE = 0x223e9f78;
const HEAD_BYTES = 6;
/** Level, id and length before the data of an attribute, and a checksum behind it. */
const ATTRIBUTE_HEAD = 9;
const CHECKSUM = 2;

/** More files than any message has; a stream may name one every eleven bytes. */
const MOST_FILES = 1_000;

/** Attributes of attachments ([MS-OXTNEF] 2.1.3.3). */
const RENDERING = 0x00069002;
const TITLE = 0x00018010;
const DATA = 0x0006800f;
const PROPERTIES = 0x00069005;
/** Property of the long name ([MS-OXPROPS] PidTagAttachLongFilename). */
const LONG_NAME = 0x3707;

/** Whether a file is what Outlook packs attachments into, by its first bytes: `winmail.dat`. */
export function isTnef({ bytes }: MailFile): boolean {
  return bytes.length > HEAD_BYTES && viewOf(bytes).readUInt32LE(0) === SIGNATURE;
}

/** The files in a TNEF stream ([MS-OXTNEF]), as far as it is whole, and no more than `MOST_FILES`. */
export function filesOfTnef({ bytes }: MailFile): MailFile[] {
  const view = viewOf(bytes);
  const files: { title: string; name: string; bytes: Uint8Array }[] = [];
  for (let at = HEAD_BYTES; at + ATTRIBUTE_HEAD <= view.length; ) {
    const id = view.readUInt32LE(at + 1);
    const start = at + ATTRIBUTE_HEAD;
    const end = start + view.readUInt32LE(at + 5);
    if (end > view.length) break;
    const data = view.subarray(start, end);
    if (id === RENDERING && files.length === MOST_FILES) break;
    if (id === RENDERING) files.push({ title: '', name: '', bytes: Buffer.alloc(0) });
    const file = files.at(-1);
    if (file !== undefined) {
      if (id === TITLE) file.title = textOf(data, 'latin1');
      else if (id === DATA) file.bytes = data;
      else if (id === PROPERTIES) file.name = longName(data);
    }
    at = end + CHECKSUM;
  }
  return files.map(({ title, name, bytes: content }) => ({ name: name || title, bytes: content }));
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textOf(data: Buffer, encoding: 'latin1' | 'utf16le'): string {
  const [text = ''] = data.toString(encoding).split('\0', 1);
  return text;
}

/** Bytes of a property's value by its type; types that are not here have values with a length of their own. */
const fixed: ReadonlyMap<number, number> = new Map([
  ...[0x02, 0x03, 0x04, 0x0a, 0x0b].map((type): [number, number] => [type, 4]),
  ...[0x05, 0x06, 0x07, 0x14, 0x40].map((type): [number, number] => [type, 8]),
  [0x48, 16],
]);
const TEXT = 0x1e;
const WIDE_TEXT = 0x1f;
const SIZED: ReadonlySet<number> = new Set([0x0d, TEXT, WIDE_TEXT, 0x102]);
const SEVERAL = 0x1000;
/** From here on properties are named, by a GUID and a number or a text. */
const NAMED = 0x8000;

/** The long name among the properties of an attachment ([MS-OXTNEF] 2.1.3.4); '' without, or where they are broken. */
function longName(data: Buffer): string {
  let at = 4;
  const word = () => {
    const value = at + 4 <= data.length ? data.readUInt32LE(at) : 0;
    at += 4;
    return value;
  };
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  for (let left = data.length >= 4 ? data.readUInt32LE(0) : 0; left > 0 && at + 4 <= data.length; left -= 1) {
    const type = data.readUInt16LE(at);
    const id = data.readUInt16LE(at + 2);
    at += 4;
    if (id >= NAMED) {
      at += 16;
      const nameBytes = word() === 0 ? 4 : padded(word());
      at += nameBytes;
    }
    const single = type & ~SEVERAL;
    const size = fixed.get(single);
    if (size === undefined && !SIZED.has(single)) return '';
    const isCounted = size === undefined || type !== single;
    for (let values = isCounted ? word() : 1; values > 0 && at < data.length; values -= 1) {
      const length = size ?? word();
      const isName = id === LONG_NAME && (single === TEXT || single === WIDE_TEXT);
      if (isName) return textOf(data.subarray(at, at + length), single === TEXT ? 'latin1' : 'utf16le');
      at += size ?? padded(length);
    }
  }
  return '';
}
