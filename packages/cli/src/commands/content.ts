import { resolve } from 'node:path';
import { readConfig } from '@magpie/server/config/index.ts';
import { libraryNames } from '@magpie/server/features/knowledge/content/libraries.ts';
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
    const results = await withMagpie(config, (magpie) =>
      updateContent(magpie, source, ({ library, done, total }) => progress.show(done, total, library), {
        force: input.options.force === true,
      }),
    ).finally(() => progress.clear());
    for (const result of results) console.log(describe(result));
    return 0;
  },
};

function describe({ library, files, updated, notices }: LibraryResult): string {
  const left = notices.map(({ path, reason }) => `\n  not stored: ${path}: ${reason}`);
  return `${library}: ${updated} new or updated, from ${files} files${left.join('')}`;
}
