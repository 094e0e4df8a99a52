import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { compareSsdeep, parseSsdeep, ssdeepGrams } from './ssdeep.ts';

const program = process.env.MAGPIE_SSDEEP || 'ssdeep';
const isInstalled = spawnSync(program, ['-V']).status === 0;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function score(one: string, other: string): number | null {
  const [a, b] = [parseSsdeep(one), parseSsdeep(other)];
  return a && b ? compareSsdeep(a, b) : null;
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Families of hashes that differ in some characters, with runs, short ones and neighbouring block sizes among them. */
function madeUpHashes(count: number): string[] {
  const random = seeded(20_060_806);
  const letter = () => ALPHABET[random(64)] ?? 'A';
  const text = (length: number) => Array.from({ length }, letter).join('');
  const changed = (chunks: string) =>
    [...chunks]
      .flatMap((character) => {
        const kind = random(14);
        if (kind === 0) return [];
        if (kind === 1) return [letter()];
        return kind === 2 ? [character, ...Array(random(6)).fill(character)] : [character];
      })
      .join('')
      .slice(0, 64);
  const hashes: string[] = [];
  while (hashes.length < count) {
    const size = 3 * 2 ** random(9);
    const [chunks, double] = [text(8 + random(57)), text(4 + random(29))];
    for (let member = 0; member < 8; member += 1) {
      const shift = random(4);
      if (shift === 0) hashes.push(`${size * 2}:${changed(double)}:${text(random(16))}`);
      else if (shift === 1 && size > 3) hashes.push(`${size / 2}:${text(random(40))}:${changed(chunks)}`);
      else hashes.push(`${size}:${changed(chunks)}:${changed(double)}`);
    }
  }
  return [...new Set(hashes)].slice(0, count);
}

describe('the score of ssdeep hashes', () => {
  it.skipIf(!isInstalled)('equals that of the program on 1,000 pairs and more (needs ssdeep)', () => {
    const hashes = madeUpHashes(64);
    const folder = mkdtempSync(join(tmpdir(), 'magpie-ssdeep-'));
    try {
      const list = join(folder, 'hashes');
      const lines = hashes.map((hash, index) => `${hash},"${index}"`);
      writeFileSync(list, ['ssdeep,1.1--blocksize:hash:hash,filename', ...lines, ''].join('\n'));
      const printed = spawnSync(program, ['-a', '-c', '-x', list], { encoding: 'utf8' });
      const pairs = printed.stdout.matchAll(/"[^"]*?(\d+)","[^"]*?(\d+)",(\d+)/g);
      let compared = 0;
      let similar = 0;
      for (const [, one = '', other = '', expected = ''] of pairs) {
        const [a = '', b = ''] = [hashes[Number(one)], hashes[Number(other)]];
        expect(`${a} ${b} ${score(a, b)}`).toBe(`${a} ${b} ${Number(expected)}`);
        compared += 1;
        if (Number(expected) > 0) similar += 1;
      }
      expect(compared).toBeGreaterThan(1000);
      expect(similar).toBeGreaterThan(100);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is 100 of equal hashes, and 0 where block sizes are too far apart', () => {
    expect(score('96:abcdefghij:klm', '96:abcdefghij:klm')).toBe(100);
    expect(score('96:abcdefghij:klm', '384:abcdefghij:klm')).toBe(0);
    expect(score('96:abcdefghij:klm', '96:abcdef:')).toBe(0);
  });

  it('ignores file names and what a run has beyond three characters', () => {
    expect(score('96:abcdefgAAAAAAA:x,"a.exe"', '96:abcdefgAAA:x')).toBe(100);
  });

  it('needs hashes', () => {
    for (const text of ['', '3', '3:', 'x:y:z', '1:abc:abc', `3:${'a'.repeat(65)}:b`])
      expect(parseSsdeep(text)).toBeNull();
  });

  it('is above 0 only where hashes are equal or share a gram', () => {
    const hash = fc.record({
      size: fc.constantFrom(3, 6, 12, 24),
      chunks: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 }),
      double: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 20 }),
    });
    fc.assert(
      fc.property(hash, hash, (one, other) => {
        const [a, b] = [one, other].map(({ size, chunks, double }) => parseSsdeep(`${size}:${chunks}:${double}`));
        if (!a || !b) throw new Error('no hash');
        const isEqual = JSON.stringify(a) === JSON.stringify(b);
        const grams = ssdeepGrams(b);
        const shares = [...ssdeepGrams(a)].some((gram) => grams.has(gram));
        if (compareSsdeep(a, b) > 0) expect(isEqual || shares).toBe(true);
        expect(compareSsdeep(a, b)).toBe(compareSsdeep(b, a));
      }),
    );
  });
});
