/**
 * Comparison of context triggered piecewise hashes, as published by J. Kornblum, "Identifying almost identical files
 * using context triggered piecewise hashing" (Digital Investigation 3S, 2006), with the refinements of the program
 * `ssdeep` 2.14: runs are cut before comparing, and equal hashes score 100.
 */

/** A parsed hash `block size:chunks:chunks of double size`, its runs cut to three characters. */
export interface SsdeepHash {
  readonly blockSize: number;
  readonly chunks: string;
  readonly doubleChunks: string;
}

/** Two hashes are compared only when they share as many characters in a row. */
const SSDEEP_GRAM = 7;
const MIN_BLOCK_SIZE = 3;
const MAX_CHUNKS = 64;
const MAX_RUN = 3;
/** From this block size on, short hashes are no longer capped: a few chunks stand for enough bytes. */
const UNCAPPED_BLOCK_SIZE = 45;
const FORM = /^(\d{1,10}):([A-Za-z0-9+/]{0,64}):([A-Za-z0-9+/]{0,64})(?:,.*)?$/s;

/** Reads a hash; null when the text is none. A file name after a comma is left out. */
export function parseSsdeep(text: string): SsdeepHash | null {
  const match = FORM.exec(text.trim());
  if (match === null) return null;
  const [, size, chunks = '', doubleChunks = ''] = match;
  const blockSize = Number(size);
  if (blockSize < MIN_BLOCK_SIZE) return null;
  return { blockSize, chunks: cutRuns(chunks), doubleChunks: cutRuns(doubleChunks) };
}

/** The similarity of two hashes from 0 to 100; 0 also where their block sizes cannot be compared. */
export function compareSsdeep(one: SsdeepHash, other: SsdeepHash): number {
  if (one.blockSize === other.blockSize) {
    if (one.chunks === other.chunks && one.doubleChunks === other.doubleChunks) return 100;
    return Math.max(
      scoreChunks(one.chunks, other.chunks, one.blockSize),
      scoreChunks(one.doubleChunks, other.doubleChunks, one.blockSize * 2),
    );
  }
  if (one.blockSize * 2 === other.blockSize) return scoreChunks(one.doubleChunks, other.chunks, other.blockSize);
  if (one.blockSize === other.blockSize * 2) return scoreChunks(one.chunks, other.doubleChunks, one.blockSize);
  return 0;
}

/**
 * What two hashes must have in common to score above 0, if they are not equal: a run of seven characters at the same
 * block size, as `block size:characters`.
 */
export function ssdeepGrams(hash: SsdeepHash): Set<string> {
  const grams = new Set<string>();
  const add = (chunks: string, size: number) => {
    for (let at = 0; at + SSDEEP_GRAM <= chunks.length; at += 1)
      grams.add(`${size}:${chunks.slice(at, at + SSDEEP_GRAM)}`);
  };
  add(hash.chunks, hash.blockSize);
  add(hash.doubleChunks, hash.blockSize * 2);
  return grams;
}

function cutRuns(chunks: string): string {
  let cut = '';
  for (const [at, character] of [...chunks].entries()) {
    const isLong = at >= MAX_RUN && [1, 2, 3].every((back) => chunks.charCodeAt(at - back) === chunks.charCodeAt(at));
    if (!isLong) cut += character;
  }
  return cut;
}

function scoreChunks(one: string, other: string, blockSize: number): number {
  if (one.length > MAX_CHUNKS || other.length > MAX_CHUNKS || !sharesGram(one, other)) return 0;
  const scaled = Math.floor((editDistance(one, other) * MAX_CHUNKS) / (one.length + other.length));
  const score = 100 - Math.floor((100 * scaled) / MAX_CHUNKS);
  if (blockSize >= UNCAPPED_BLOCK_SIZE) return score;
  return Math.min(score, Math.floor(blockSize / MIN_BLOCK_SIZE) * Math.min(one.length, other.length));
}

function sharesGram(one: string, other: string): boolean {
  for (let at = 0; at + SSDEEP_GRAM <= one.length; at += 1) {
    if (other.includes(one.slice(at, at + SSDEEP_GRAM))) return true;
  }
  return false;
}

/** Insertions and deletions cost one, replacements two. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line];
    let left = line;
    for (let column = 1; column <= other.length; column += 1) {
      const above = row[column] ?? 0;
      const diagonal = row[column - 1] ?? 0;
      const replaced = one.charCodeAt(line - 1) === other.charCodeAt(column - 1) ? diagonal : diagonal + 2;
      left = Math.min(above + 1, left + 1, replaced);
      next.push(left);
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
