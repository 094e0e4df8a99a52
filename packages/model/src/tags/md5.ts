// Tables of RFC 1321 section 3.4: rotations of each round, and the sines.
const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const sines = Int32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32) | 0);

/**
 * MD5 (RFC 1321) of the UTF-8 bytes of a text, in lower-case hex. Here for the
 * colours MISP derives from it, in the browser as well; not for security.
 */
export function md5Hex(text: string): string {
  const words = padded(new TextEncoder().encode(text));
  const state = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476);
  for (let block = 0; block < words.length; block += 16) {
    mix(state, words.subarray(block, block + 16));
  }
  return Array.from(new Uint8Array(littleEndian(state)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function littleEndian(state: Int32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) view.setInt32(index * 4, word, true);
  return view.buffer;
}

/** The message with its padding and length, as little-endian words. */
function padded(bytes: Uint8Array): Int32Array {
  const wordCount = ((bytes.length + 8) >> 6) * 16 + 16;
  const view = new DataView(new ArrayBuffer(wordCount * 4));
  for (const [index, byte] of bytes.entries()) view.setUint8(index, byte);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(wordCount * 4 - 8, bytes.length * 8, true);
  view.setUint32(wordCount * 4 - 4, Math.floor(bytes.length / 2 ** 29), true);
  return Int32Array.from({ length: wordCount }, (_, index) => view.getInt32(index * 4, true));
}

function mix(state: Int32Array, words: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step += 1) {
    const round = step >> 4;
    const { value, word } = roundFunction(round, step, [b, c, d]);
    const sum = (a + value + (sines[step] ?? 0) + (words[word] ?? 0)) | 0;
    const turn = rotations[round]?.[step & 3] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
  }
  for (const [index, word] of [a, b, c, d].entries()) state[index] = ((state[index] ?? 0) + word) | 0;
}

function roundFunction(
  round: number,
  step: number,
  [b, c, d]: readonly [number, number, number],
): { value: number; word: number } {
  if (round === 0) return { value: (b & c) | (~b & d), word: step };
  if (round === 1) return { value: (d & b) | (~d & c), word: (5 * step + 1) & 15 };
  if (round === 2) return { value: b ^ c ^ d, word: (3 * step + 5) & 15 };
  return { value: c ^ (b | ~d), word: (7 * step) & 15 };
}
