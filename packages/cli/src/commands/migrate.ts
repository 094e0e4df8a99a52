import { readConfig } from '@magpie/server/config/index.ts';
import type { Command } from '../command.ts';
import { withDatabase } from '../with-database.ts';

/** `magpie migrate`: brings the database to this version without starting anything else. */
export const migrateCommand: Command = {
  name: 'migrate',
  synopsis: '',
  summary: 'Bring the database to this version.',
  options: {},
  optionHelp: {},
  async run() {
    const { applied } = await withDatabase(readConfig(process.env), async ({ applied }) => ({ applied }));
    console.log(
      applied.length === 0 ? 'the database is up to date' : applied.map((name) => `applied ${name}`).join('\n'),
    );
    return 0;
  },
};
