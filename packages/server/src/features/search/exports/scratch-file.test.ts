import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ScratchFile } from './scratch-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'magpie-scratch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a scratch file', () => {
  it('keeps items of any length in their order, in a file without a name', () => {
    const scratch = new ScratchFile(join(folder, 'items'));
    const items = [Buffer.alloc(0), Buffer.from('a'), randomBytes(300_000), Buffer.from('b')];
    for (const item of items) scratch.put(item);
    expect(readdirSync(join(folder, 'items'))).toEqual([]);
    expect([...scratch.items()].map((item) => item.toString('hex'))).toEqual(items.map((item) => item.toString('hex')));
    scratch.close();
    expect([...scratch.items()]).toEqual([]);
  });

  it('is not made before there is an item', () => {
    const scratch = new ScratchFile(join(folder, 'unused'));
    expect([...scratch.items()]).toEqual([]);
    scratch.close();
    expect(existsSync(join(folder, 'unused'))).toBe(false);
  });
});
