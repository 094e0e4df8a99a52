import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderInUse, lockDataFolder, readRunningInstance } from './data-folder-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'magpie-lock-')), 'data');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

describe('the lock on a data folder', () => {
  it('makes the folder, and is free again once released', async () => {
    await (await lockDataFolder(folder)).release();
    await (await lockDataFolder(folder)).release();
    expect(await readRunningInstance(folder)).toBeNull();
  });

  it('is held once, and names its holder to others', async () => {
    const lock = await lockDataFolder(folder);
    await lock.publish({ url: 'http://127.0.0.1:1', database: null });
    await expect(lockDataFolder(folder)).rejects.toThrow(DataFolderInUse);
    await expect(lockDataFolder(folder)).rejects.toThrow(`(process ${process.pid} at http://127.0.0.1:1)`);
    await lock.release();
  });

  it('waits for a holder that is just leaving', async () => {
    const lock = await lockDataFolder(folder);
    const second = lockDataFolder(folder, 5_000);
    await lock.release();
    await (await second).release();
  });

  it('goes to exactly one of many that ask at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataFolder(folder)));
    const held = asked.filter((result) => result.status === 'fulfilled');
    expect(held).toHaveLength(1);
    for (const { value } of held) await value.release();
  });
});
