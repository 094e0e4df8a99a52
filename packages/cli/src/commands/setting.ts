import { readConfig } from '@magpie/server/config/index.ts';
import { listSettings, readSetting, writeSetting } from '@magpie/server/features/administration/settings/operator.ts';
import { type Command, UsageError } from '../command.ts';
import { findOperator } from '../operator.ts';
import { withMagpie } from '../with-database.ts';

/** `magpie setting` */
export const setting: Command = {
  name: 'setting',
  synopsis: '[<name> [<value>]]',
  summary: 'List the settings of the instance, show one, or set it; also those that only the machine itself may set.',
  options: { force: { type: 'boolean' } },
  optionHelp: { force: 'set a value that is not among those allowed' },
  async run({ words, options }) {
    const [name, value, ...others] = words;
    if (others.length > 0) throw new UsageError('name one setting and one value');
    await withMagpie(readConfig(process.env), async (magpie) => {
      if (name === undefined) {
        for (const [known, stored] of await listSettings(magpie)) console.log(`${known} = ${stored}`);
      } else if (value === undefined) console.log(String(await readSetting(magpie, name)));
      else {
        const operator = await findOperator(magpie, undefined);
        const set = await writeSetting(magpie, operator, name, value, { force: options.force === true });
        console.log(`${name} = ${set}`);
      }
    });
    return 0;
  },
};
