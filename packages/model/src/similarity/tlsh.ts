/**
 * Distance of locality sensitive hashes as published by J. Oliver, C. Cheng and Y. Chen, "TLSH - A Locality Sensitive
 * Hash" (CTC 2013): 128 buckets, one byte of checksum, lengths taken into account.
 */

/** A parsed digest. */
export interface TlshDigest {
  readonly checksum: number;
  readonly length: number;
  readonly ratio1: number;
  readonly ratio2: number;
  readonly body: Uint8Array;
}

const FORM = /^(?:T1)?([0-9a-f]{70})$/i;
const BODY_BYTES = 32;
/** What a step of the length, and each step of a ratio after the first, weighs. */
const STEP = 12;

/** Reads a digest with or without its version prefix; null when the text is none. */
export function parseTlsh(text: string): TlshDigest | null {
  const match = FORM.exec(text.trim());
  if (match === null) return null;
  const digits = match[1] ?? '';
  const byteAt = (at: number) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  const ratios = byteAt(2);
  return {
    checksum: byteAt(0),
    length: swapHalves(byteAt(1)),
    ratio1: ratios >> 4,
    ratio2: ratios & 15,
    body: Uint8Array.from({ length: BODY_BYTES }, (_, at) => byteAt(3 + at)),
  };
}

/** The distance of two digests: 0 for almost the same, above 200 for nothing in common. */
export function tlshDistance(one: TlshDigest, other: TlshDigest): number {
  const length = circular(one.length, other.length, 256);
  let distance = one.checksum === other.checksum ? 0 : 1;
  distance += length <= 1 ? length : length * STEP;
  distance += ratioDistance(one.ratio1, other.ratio1) + ratioDistance(one.ratio2, other.ratio2);
  for (let at = 0; at < BODY_BYTES; at += 1) {
    distance += PAIRS[((one.body[at] ?? 0) << 8) | (other.body[at] ?? 0)] ?? 0;
  }
  return distance;
}

/** Header bytes are written with their halves exchanged. */
function swapHalves(byte: number): number {
  return ((byte & 15) << 4) | (byte >> 4);
}

function circular(one: number, other: number, size: number): number {
  const direct = Math.abs(one - other);
  return Math.min(direct, size - direct);
}

function ratioDistance(one: number, other: number): number {
  const difference = circular(one, other, 16);
  return difference <= 1 ? difference : (difference - 1) * STEP;
}

/** Distances of all pairs of bytes: four quartiles each, opposite ones count six. */
const PAIRS = Uint8Array.from({ length: 65_536 }, (_, pair) => {
  let distance = 0;
  for (const shift of [0, 2, 4, 6]) {
    const difference = Math.abs(((pair >> (8 + shift)) & 3) - ((pair >> shift) & 3));
    distance += difference === 3 ? 6 : difference;
  }
  return distance;
});
