import { promisify } from 'node:util';
import { crc32, inflate } from 'node:zlib';

const inflateBounded = promisify(inflate);

/** Bounds of one picture. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_PIXELS = 9_000_000;

/** Counts what is taken of some bound; tells whether it is still within. */
export interface PictureBudget {
  take(pixels: number): boolean;
}

/** The bounds of all pictures of a report, since those with transparency are taken apart pixel by pixel. */
export function createPictureBudget(): PictureBudget {
  let pictures = 100;
  let pixels = 30_000_000;
  return {
    take(more) {
      pictures -= 1;
      pixels -= more;
      return pictures >= 0 && pixels >= 0;
    },
  };
}

/** A picture that may be drawn: PNG, checked and reduced to what is needed, or JPEG. */
export interface CheckedPicture {
  readonly bytes: Buffer;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** Checks a picture as far as the budget goes; null for what cannot be drawn. */
export async function checkPicture(bytes: Uint8Array, budget: PictureBudget): Promise<CheckedPicture | null> {
  if (bytes.length > MOST_BYTES) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPng = buffer.subarray(0, 8).equals(SIGNATURE);
  const size = isPng ? readPngHead(buffer) : readJpegSize(buffer);
  if (size === null) return null;
  const { width, height } = size;
  if (width * height > MOST_PIXELS || !budget.take(width * height)) return null;
  const drawn = isPng ? await cleanPng(buffer) : buffer;
  return drawn === null ? null : { bytes: drawn, width, height };
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const DATA_ADDRESS = /^data:image\/[a-z.+-]{1,20}(?:;[a-z0-9=-]{1,40}){0,3};base64,/i;

/** The bytes of a `data:` address that holds a picture in base64 (RFC 2397); null for any other address. */
export function dataOfAddress(address: string): Buffer | null {
  const head = DATA_ADDRESS.exec(address)?.[0];
  return head === undefined ? null : Buffer.from(decodedEscapes(address.slice(head.length)), 'base64');
}

function decodedEscapes(text: string): string {
  return text.replaceAll(/%(2b|2f|3d|0a|0d|20)/gi, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

interface PngHead {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
  readonly isInterlaced: boolean;
}

/** Samples of a pixel by colour type (PNG specification, 11.2.2). */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

function readPngHead(bytes: Buffer): PngHead | null {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth = 0, colour = -1, compression, filter, interlace = 2] = bytes.subarray(24, 29);
  const samples = SAMPLES[colour];
  if (samples === undefined || !DEPTHS[colour]?.includes(depth)) return null;
  if (width === 0 || height === 0 || compression !== 0 || filter !== 0 || interlace > 1) return null;
  // Pixels that share a byte are not put together again by the library that draws.
  if (interlace === 1 && samples * depth < 8) return null;
  return { width, height, bitsPerPixel: samples * depth, isInterlaced: interlace === 1 };
}

/** Chunks that say how the picture looks; all others are left out. */
const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT']);

/** The picture with its needed chunks alone; null unless its data is whole and makes as many bytes as its size says. */
async function cleanPng(bytes: Buffer): Promise<Buffer | null> {
  const head = readPngHead(bytes);
  if (head === null) return null;
  const chunks: { name: string; data: Buffer }[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (name === 'IEND' || at + 12 + length > bytes.length) break;
    if (KEPT.has(name)) chunks.push({ name, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  const data = Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map((chunk) => chunk.data));
  if (!(await isWhole(data, head))) return null;
  const others = chunks.filter(({ name }) => name !== 'IDAT');
  const isPalette = bytes[25] === 3;
  const palette = others.find(({ name }) => name === 'PLTE');
  if (isPalette && (palette === undefined || palette.data.length === 0 || palette.data.length % 3 !== 0)) return null;
  return Buffer.concat([
    SIGNATURE,
    ...others
      // A palette that only suggests colours would be taken for the colours themselves, and single colours that are
      // transparent are drawn as they are.
      .filter(({ name }) => name === 'IHDR' || (isPalette && (name === 'PLTE' || head.bitsPerPixel === 8)))
      .map(({ name, data }) => chunk(name, data)),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(name, 4, 'latin1');
  const end = Buffer.alloc(4);
  end.writeUInt32BE(crc32(data, crc32(name)));
  return Buffer.concat([head, data, end]);
}

async function isWhole(data: Buffer, head: PngHead): Promise<boolean> {
  const passes = passesOf(head).filter(({ columns, rows }) => columns > 0 && rows > 0);
  const lineBytes = (columns: number) => 1 + Math.ceil((columns * head.bitsPerPixel) / 8);
  const expected = passes.reduce((sum, { columns, rows }) => sum + rows * lineBytes(columns), 0);
  const lines = await inflateBounded(data, { maxOutputLength: expected }).catch(() => null);
  if (lines === null || lines.length !== expected) return false;
  let at = 0;
  for (const { columns, rows } of passes) {
    for (let row = 0; row < rows; row += 1) {
      if ((lines[at] ?? 5) > 4) return false;
      at += lineBytes(columns);
    }
  }
  return true;
}

/** The seven passes of Adam7, or one (PNG specification, 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ width, height, isInterlaced }: PngHead): { columns: number; rows: number }[] {
  if (!isInterlaced) return [{ columns: width, rows: height }];
  return ADAM7.map(([x, y, dx, dy]) => ({
    columns: Math.ceil((width - x) / dx),
    rows: Math.ceil((height - y) / dy),
  }));
}

/** The size that the frame header of a JPEG tells (ITU-T T.81, B.2.2); null without one, or with odd components. */
function readJpegSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) {
      const [height, width, components] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7), bytes[at + 9]];
      const isDrawn = bytes[at + 4] === 8 && width > 0 && height > 0 && [1, 3, 4].includes(components ?? 0);
      return isDrawn ? { width, height } : null;
    }
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}

/** Frames of baseline, extended and progressive coding; no reader of PDF takes the others. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xc2;
}
