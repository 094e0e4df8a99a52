import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HeldText } from './held-text.ts';
import { ScratchFile } from './scratch-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'magpie-held-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Random letters, of which half their length remains: 20 packs of some 35 kB.
const texts = Array.from({ length: 40 }, (_, index) => `${index} é ${randomBytes(17_000).toString('hex')}`);

function held(name: string, separator: string, mostBytes?: number): HeldText {
  const all = new HeldText(separator, join(folder, name), mostBytes);
  for (const text of texts) all.add(text);
  return all;
}

describe('texts that wait for their place', () => {
  it('come back as they were, those beyond what memory may hold from a file without a name', () => {
    for (const [name, separator, most] of [
      ['some', ',', 200_000],
      ['all', '', 0],
    ] as const) {
      const all = held(name, separator, most);
      expect(readdirSync(join(folder, name))).toEqual([]);
      expect([...all.pieces()].join('') === texts.join(separator)).toBe(true);
      all.close();
    }
  });

  it('need no file while they are few', () => {
    const all = held('unused', ',');
    expect([...all.pieces()].join('') === texts.join(',')).toBe(true);
    all.close();
    expect(readdirSync(folder)).not.toContain('unused');
  });

  it('are not in memory but in the file: once it is closed, only those that had room are left', () => {
    const all = held('closed', ',', 200_000);
    all.close();
    const left = [...all.pieces()].join('').length;
    expect(left).toBeGreaterThan(200_000);
    expect(left).toBeLessThan(500_000);
  });
});

describe('a scratch file', () => {
  it('keeps items of any length in their order', () => {
    const scratch = new ScratchFile(join(folder, 'items'));
    const items = [Buffer.alloc(0), Buffer.from('a'), randomBytes(300_000), Buffer.from('b')];
    for (const item of items) scratch.put(item);
    expect([...scratch.items()].map((item) => item.toString('hex'))).toEqual(items.map((item) => item.toString('hex')));
    scratch.close();
  });
});
