import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFiles } from './import-files.ts';

describe('the files of an import', () => {
  it('are those of known formats in a folder, which tells of others, and whatever is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'magpie-import-'));
    try {
      for (const name of ['b.eml', 'a.json', 'manifest.json', 'hashes.csv', 'report.docx']) {
        await writeFile(join(folder, name), '');
      }
      const docx = join(folder, 'report.docx');
      expect(await findFiles([folder])).toEqual({
        files: [join(folder, 'a.json'), join(folder, 'b.eml')],
        leftOut: [docx],
      });
      expect(await findFiles([docx])).toEqual({ files: [docx], leftOut: [] });
      await expect(findFiles([join(folder, 'nowhere')])).rejects.toThrow('does not exist');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
