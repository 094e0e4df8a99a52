import { resolve } from 'node:path';
import type { ContentSource } from '@magpie/server/config/content-source.ts';
import { readConfig } from '@magpie/server/config/index.ts';
import { fetchContentList } from '@magpie/server/features/knowledge/content/content-lists.ts';
import { rememberFolder } from '@magpie/server/features/knowledge/content/last-folder.ts';
import { ContentSourceError, libraryNames } from '@magpie/server/features/knowledge/content/libraries.ts';
import { type LibraryResult, updateContent } from '@magpie/server/features/knowledge/content/update.ts';
import { type Command, textOption } from '../command.ts';
import { createProgress } from '../progress.ts';
import { withMagpie } from '../with-database.ts';

/** `magpie content update`: taxonomies, galaxies, object templates and lists. */
export const contentUpdate: Command = {
  name: 'content update',
  synopsis: '',
  summary: `Bring the public libraries up to date: ${libraryNames.join(', ')}.`,
  options: { from: { type: 'string' }, force: { type: 'boolean' } },
  optionHelp: {
    from: 'folder with the libraries, one folder each (default: the public repositories)',
    force: 'also read files that have not changed, and write what is not newer',
  },
  async run(input) {
    const config = readConfig(process.env);
    const from = textOption(input, 'from');
    const source = from === undefined ? config.contentSource : { kind: 'folder' as const, path: resolve(from) };
    const progress = createProgress();
    const lines = await withMagpie(config, async (magpie) => {
      const results = await updateContent(
        magpie,
        source,
        ({ library, done, total }) => progress.show(done, total, library),
        { force: input.options.force === true },
      );
      if (source.kind === 'folder') await rememberFolder(config.dataDir, source.path);
      return [...results.map(describe), ...(await fetchLists(magpie, source))];
    }).finally(() => progress.clear());
    for (const line of lines) console.log(line);
    return 0;
  },
};

/** Lists beside the libraries. A source without them is no failure: only loading feeds and showing communities need them. */
async function fetchLists(magpie: Parameters<typeof fetchContentList>[0], source: ContentSource): Promise<string[]> {
  const lines: string[] = [];
  for (const name of ['feeds', 'communities'] as const) {
    try {
      lines.push(`${name}: ${(await fetchContentList(magpie, name, source)).length} entries`);
    } catch (error) {
      if (!(error instanceof ContentSourceError)) throw error;
      lines.push(`${name}: not there (${error.message})`);
    }
  }
  return lines;
}

function describe({ library, files, updated, notices }: LibraryResult): string {
  const left = notices.map(({ path, reason }) => `\n  not stored: ${path}: ${reason}`);
  return `${library}: ${updated} new or updated, from ${files} files${left.join('')}`;
}
