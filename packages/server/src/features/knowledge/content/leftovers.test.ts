import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeLeftovers } from './leftovers.ts';

it('removes old downloads, and takes it that others end at the same moment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'magpie-leftovers-'));
  try {
    for (const name of ['content-a', 'content-b', 'other']) await mkdir(join(folder, name));
    // Listed, but not there when it is looked at.
    await symlink(join(folder, 'nowhere'), join(folder, 'content-gone'));
    await removeLeftovers(folder, 'content-');
    expect((await readdir(folder)).sort()).toEqual(['content-a', 'content-b', 'content-gone', 'other']);
    await removeLeftovers(folder, 'content-', Date.now() + 2 * 86_400_000);
    expect((await readdir(folder)).sort()).toEqual(['content-gone', 'other']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
