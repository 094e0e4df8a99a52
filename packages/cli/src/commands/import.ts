import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Viewer } from '@magpie/server/access/viewer.ts';
import { readConfig } from '@magpie/server/config/index.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { BadRequest } from '@magpie/server/errors.ts';
import { preview } from '@magpie/server/features/search/imports/preview-file.ts';
import { type StoreOptions, storeFile } from '@magpie/server/features/search/imports/store-file.ts';
import { readStoreOptions } from '@magpie/server/features/search/imports/store-options.ts';
import { type Command, type CommandInput, textOption, UsageError } from '../command.ts';
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
  options: {
    user: { type: 'string' },
    event: { type: 'string' },
    preview: { type: 'boolean' },
    format: { type: 'string' },
    columns: { type: 'string' },
    delimiter: { type: 'string' },
    'no-header': { type: 'boolean' },
    distribution: { type: 'string' },
    'sharing-group': { type: 'string' },
    'new-uuids': { type: 'boolean' },
  },
  optionHelp: {
    user: 'e-mail address of the user who imports (default: the first site administrator)',
    event: 'number or UUID of an event to add everything to, instead of making events',
    preview: 'tell what the files would give, and store nothing',
    format: 'read files as this: misp-json, misp-xml, stix1, stix2, csv, text, ... (default: found out for each)',
    columns:
      'what the columns of CSV hold: value,type,comment,to_ids,attribute_tag,first_seen,domain,... ("" leaves one out)',
    delimiter: 'what stands between the cells of CSV (default: found out; \\t for a tab)',
    'no-header': 'the first row of CSV holds values, not titles',
    distribution: 'reach of what is stored, 0 to 4, with --event also 5 (default: as in the file)',
    'sharing-group': 'number of the sharing group for --distribution 4',
    'new-uuids': 'with --event: make new uuids for what is added',
  },
  async run(input) {
    if (input.words.length === 0) throw new UsageError('name at least one file or folder');
    const options = readOptions(input);
    const { files, leftOut } = await findFiles(input.words);
    for (const file of leftOut) console.log(`${file}: left out: its name is of no known format; name it to import it`);
    const email = textOption(input, 'user');
    return withMagpie(readConfig(process.env), async (magpie) => {
      const viewer = await findOperator(magpie, email);
      if (input.options.preview === true) return previewFiles(magpie, viewer, files, options);
      return importFiles(magpie, viewer, files, options);
    });
  },
};

/** The options as the API takes them, checked as it checks them. Throws `UsageError`. */
function readOptions(input: CommandInput): StoreOptions {
  const columns = textOption(input, 'columns');
  const delimiter = textOption(input, 'delimiter');
  const csv = {
    ...(columns === undefined ? {} : { columns: columns.split(',').map((name) => name.trim()) }),
    ...(delimiter === undefined ? {} : { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    ...(input.options['no-header'] === true ? { has_header: false } : {}),
  };
  try {
    return readStoreOptions({
      format: textOption(input, 'format') ?? (Object.keys(csv).length > 0 ? 'csv' : undefined),
      csv,
      event: textOption(input, 'event'),
      distribution: textOption(input, 'distribution'),
      sharing_group_id: textOption(input, 'sharing-group'),
      regenerate_uuids: input.options['new-uuids'] === true,
    });
  } catch (cause) {
    if (cause instanceof BadRequest) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

async function previewFiles(
  magpie: Magpie,
  viewer: Viewer,
  files: readonly string[],
  options: StoreOptions,
): Promise<number> {
  let failed = 0;
  for (const file of files) {
    try {
      const told = await preview(magpie, viewer, await sentFile(file), options);
      const counts = `${told.events} events, ${told.attributes} attributes, ${told.objects} objects, ${told.reports} reports, ${told.tags} tags`;
      console.log(`${file}: ${told.format}: ${counts}, ${told.notTakenCount} parts not taken`);
      if (told.types.length > 0) console.log(`  ${told.types.map(([type, count]) => `${type} ${count}`).join(', ')}`);
      if (told.csv !== null) console.log(`  columns: ${told.csv.columns.join(',')}`);
      for (const { path, reason } of told.notTaken) console.log(`  ${path}: ${reason}`);
    } catch (error) {
      failed++;
      console.error(`${file}: cannot be imported: ${describeError(error)}`);
    }
  }
  return failed === 0 ? 0 : 1;
}

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
      const { results, notTaken, notTakenCount } = await storeFile(magpie, viewer, await sentFile(file), options);
      if (notTakenCount > 0) progress.clear();
      for (const { path, reason } of notTaken) console.log(`${file}: ${path}: ${reason}`);
      if (notTakenCount > notTaken.length) {
        console.log(`${file}: ${notTakenCount - notTaken.length} more parts were not taken`);
      }
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

async function sentFile(file: string): Promise<{ fileName: string; bytes: Uint8Array }> {
  return { fileName: basename(file), bytes: await readFile(file) };
}
