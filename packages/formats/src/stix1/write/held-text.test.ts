import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HeldText } from './held-text.ts';
import type { Scratch } from './scratch.ts';

// Random letters, of which half their length remains: 20 packs of some 35 kB.
const texts = Array.from({ length: 40 }, (_, index) => `${index} é ${randomBytes(17_000).toString('hex')}`);

function listScratch() {
  const stored: Buffer[] = [];
  const scratch: Scratch = {
    put: (item) => stored.push(Buffer.from(item)),
    items: () => stored,
    close: () => stored.splice(0),
  };
  return { stored, scratch };
}

function held(separator: string, openScratch?: () => Scratch, mostBytes?: number): HeldText {
  const all = new HeldText(separator, openScratch, mostBytes);
  for (const text of texts) all.add(text);
  return all;
}

describe('texts that wait for their place', () => {
  it.each([
    ['those beyond what memory may hold', ',', 200_000, 10],
    ['all', '', 0, 20],
  ])('come back as they were, %s from scratch', (_, separator, most, packs) => {
    const { stored, scratch } = listScratch();
    const all = held(separator, () => scratch, most);
    expect(stored.length).toBeGreaterThanOrEqual(packs);
    expect([...all.pieces()].join('') === texts.join(separator)).toBe(true);
  });

  it('need no scratch while they are few, and stay in memory where there is none', () => {
    const refuse = () => {
      throw new Error('not needed');
    };
    expect([...held(',', refuse).pieces()].join('') === texts.join(',')).toBe(true);
    expect([...held(',', undefined, 0).pieces()].join('') === texts.join(',')).toBe(true);
  });

  it('are not in memory but in scratch: once it is closed, only those that had room are left', () => {
    const all = held(',', () => listScratch().scratch, 200_000);
    all.close();
    const left = [...all.pieces()].join('').length;
    expect(left).toBeGreaterThan(200_000);
    expect(left).toBeLessThan(500_000);
  });
});
