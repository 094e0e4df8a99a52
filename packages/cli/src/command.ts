import type { ParseArgsConfig } from 'node:util';

/** One word (or two) of the `magpie` program. */
export type Command = Readonly<{
  /** As typed: `start`, `user create`. */
  name: string;
  /** What follows the name, for the help. */
  synopsis: string;
  summary: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** One line of help an option. */
  optionHelp: Readonly<Record<string, string>>;
  /** Resolves with the exit code. */
  run(input: CommandInput): Promise<number>;
}>;

/** What a command was called with; `options` by long name. */
export type CommandInput = Readonly<{
  options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  words: readonly string[];
}>;

/** The command was called wrongly; the message says how. */
export class UsageError extends Error {}

/** The text an option was given, or undefined. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}
