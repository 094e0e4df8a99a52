import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Viewer } from '@magpie/server/access/viewer.ts';
import { readConfig } from '@magpie/server/config/index.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { type StoreOptions, storeFile } from '@magpie/server/features/search/imports/store-file.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { describeError } from '../describe-error.ts';
import { findFiles } from '../import-files.ts';
import { findOperator } from '../operator.ts';
import { createProgress } from '../progress.ts';
import { withMagpie } from '../with-database.ts';

/** `magpie import`: events from files. */
export const importCommand: Command = {
  name: 'import',
  synopsis: '<file or folder> ...',
  summary:
    'Import files (MISP, STIX, CSV, free text, OpenIOC, e-mails, PDF, pages, Markdown, archives of them) and all such files below folders.',
  options: { user: { type: 'string' }, event: { type: 'string' } },
  optionHelp: {
    user: 'e-mail address of the user who imports (default: the first site administrator)',
    event: 'number or UUID of an event to add everything to, instead of making events',
  },
  async run(input) {
    if (input.words.length === 0) throw new UsageError('name at least one file or folder');
    const files = await findFiles(input.words);
    const email = textOption(input, 'user');
    const event = textOption(input, 'event');
    const options = event === undefined ? {} : { event };
    return withMagpie(readConfig(process.env), async (magpie) =>
      importFiles(magpie, await findOperator(magpie, email), files, options),
    );
  },
};

async function importFiles(
  magpie: Magpie,
  viewer: Viewer,
  files: readonly string[],
  options: StoreOptions,
): Promise<number> {
  const progress = createProgress();
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  let failed = 0;
  for (const [index, file] of files.entries()) {
    progress.show(index, files.length, file);
    try {
      const sent = { fileName: basename(file), bytes: await readFile(file) };
      const { results, notTaken, notTakenCount } = await storeFile(magpie, viewer, sent, options);
      if (notTakenCount > 0) progress.clear();
      for (const { path, reason } of notTaken) console.log(`${file}: ${path}: ${reason}`);
      for (const imported of results) {
        counts[imported.action]++;
        if (imported.rejected.length > 0) progress.clear();
        for (const { path, reason } of imported.rejected) console.log(`${file}: ${path}: ${reason}`);
      }
    } catch (error) {
      progress.clear();
      failed++;
      console.error(`${file}: not imported: ${describeError(error)}`);
    }
  }
  progress.clear();
  console.log(
    `${counts.created} events added, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.refused} refused, ${failed} files failed`,
  );
  return failed + counts.refused === 0 ? 0 : 1;
}
