import { readConfig } from '@magpie/server/config/index.ts';
import { createUser, resetKey, resetPassword } from '@magpie/server/features/administration/users/operator.ts';
import { type Command, type CommandInput, textOption, UsageError } from '../command.ts';
import { withMagpie } from '../with-database.ts';

const PASSWORD = { password: { type: 'string' } } as const;
const PASSWORD_HELP = 'password to set (default: random, printed, to be changed at the first sign-in)';

/** `magpie user create` */
export const userCreate: Command = {
  name: 'user create',
  synopsis: '<e-mail>',
  summary: 'Create a user with an API key.',
  options: { ...PASSWORD, organisation: { type: 'string' }, role: { type: 'string' } },
  optionHelp: {
    organisation: 'name or id of the organisation (default: the first one)',
    role: 'name or id of the role (default: the default role)',
    password: PASSWORD_HELP,
  },
  async run(input) {
    const email = oneEmail(input);
    const wanted = {
      email,
      ...given(input, 'organisation'),
      ...given(input, 'role'),
      ...given(input, 'password'),
    };
    const user = await withMagpie(readConfig(process.env), (magpie) => createUser(magpie, wanted));
    console.log(`user ${user.id} created: ${email}`);
    if (wanted.password === undefined) console.log(`password: ${user.password}`);
    console.log(`API key: ${user.key}`);
    return 0;
  },
};

/** `magpie user reset-password` */
export const userResetPassword: Command = {
  name: 'user reset-password',
  synopsis: '<e-mail>',
  summary: 'Set a new password, enable the user again and end all sessions.',
  options: PASSWORD,
  optionHelp: { password: PASSWORD_HELP },
  async run(input) {
    const email = oneEmail(input);
    const wanted = textOption(input, 'password');
    const password = await withMagpie(readConfig(process.env), (magpie) => resetPassword(magpie, email, wanted));
    console.log(wanted === undefined ? `password: ${password}` : 'the password is set');
    return 0;
  },
};

/** `magpie user reset-key` */
export const userResetKey: Command = {
  name: 'user reset-key',
  synopsis: '<e-mail>',
  summary: "End all of a user's API keys and make a new one.",
  options: {},
  optionHelp: {},
  async run(input) {
    const email = oneEmail(input);
    console.log(`API key: ${await withMagpie(readConfig(process.env), (magpie) => resetKey(magpie, email))}`);
    return 0;
  },
};

function oneEmail(input: CommandInput): string {
  const [email, ...others] = input.words;
  if (email === undefined || others.length > 0) throw new UsageError('name one e-mail address');
  return email;
}

/** The option as a property, absent when it was not given. */
function given<Name extends string>(input: CommandInput, name: Name): Partial<Record<Name, string>> {
  const value = textOption(input, name);
  const entry: Partial<Record<Name, string>> = {};
  if (value !== undefined) entry[name] = value;
  return entry;
}
