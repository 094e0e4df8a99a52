import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const bench = (name: string) => join(import.meta.dirname, '..', '..', 'bench', name);

/** What a bench prints; it fails where the bench does. Times of a small world on a busy machine are not judged. */
async function run(name: string, attributes: number): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [bench(name), '--attributes', String(attributes)]);
  return stdout;
}

describe('the benches of correlation, in a small world', { timeout: 180_000 }, () => {
  it('find related events and neighbours, score hashes as comparing all pairs does, and keep storage under its bar', async () => {
    const printed = await run('correlation.ts', 50_000);
    for (const size of [10_000, 100, 60]) {
      const related = new RegExp(`event of ${size} attributes: (\\d+) related events`).exec(printed)?.[1];
      expect(Number(related), printed).toBeGreaterThan(10);
    }
    expect(printed).toMatch(/similar ones among 200 ssdeep hashes \([1-9]\d* pairs, as comparing all\)/);
    const share = /extra storage \d+ MB of \d+ MB: (\d+) %/.exec(printed)?.[1];
    expect(Number(share)).toBeGreaterThan(0);
    expect(Number(share)).toBeLessThanOrEqual(50);
  });

  it('find the values that are known, and the networks around addresses', async () => {
    const printed = await run('fast-lookup.ts', 50_000);
    expect(printed).toMatch(/last round: [1-9]\d* exact, [1-9]\d* networks/);
  });
});
