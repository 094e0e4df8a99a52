import { SETTINGS, SETTINGS_FILE_VARIABLE } from '@magpie/server/config/index.ts';
import type { Command } from './command.ts';

/** The text of `magpie --help`. */
export function programHelp(commands: readonly Command[]): string {
  const entries = commands.map(({ name, synopsis, summary }) => [`${name} ${synopsis}`.trim(), summary] as const);
  const settings = [
    ...Object.entries(SETTINGS),
    [SETTINGS_FILE_VARIABLE, 'settings file (default: magpie.env or magpie.json in the data folder)'] as const,
  ];
  return [
    'Magpie, a threat-intelligence sharing platform.',
    '',
    'Usage: magpie <command> [options]',
    '',
    'Commands',
    ...table(entries),
    '',
    'Settings, by environment or settings file',
    ...table(settings),
    '',
    'magpie <command> --help tells more about a command.',
  ].join('\n');
}

/** The text of `magpie <command> --help`. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.optionHelp).map(([name, text]) => {
    const isText = command.options[name]?.type === 'string';
    return [`--${name}${isText ? ' <text>' : ''}`, text] as const;
  });
  return [
    `Usage: magpie ${`${command.name} ${command.synopsis}`.trim()}`,
    '',
    command.summary,
    ...(options.length > 0 ? ['', 'Options', ...table(options)] : []),
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
