import { parseArgs } from 'node:util';
import { boundHeap } from './bound-heap.ts';
import { type Command, type CommandInput, UsageError } from './command.ts';
import { describeError } from './describe-error.ts';
import { commandHelp, programHelp } from './help.ts';
import { Interrupted } from './interrupted.ts';
import { steadyWasm } from './steady-wasm.ts';

const HELP = { type: 'boolean', short: 'h' } as const;

/** Runs the program with its arguments; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  // Before everything else is loaded, which alone would let the heap grow.
  boundHeap();
  steadyWasm();
  const { commands } = await import('./commands/index.ts');
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (command === undefined) return withoutCommand(commands, args);
  try {
    const input = readInput(command, args.slice(command.name.split(' ').length));
    if (input.options.help === true) {
      console.log(commandHelp(command));
      return 0;
    }
    return await command.run(input);
  } catch (error) {
    console.error(`magpie: ${describe(error)}`);
    if (error instanceof UsageError) console.error(`\n${commandHelp(command)}`);
    if (error instanceof Interrupted) return error.exitCode;
    return error instanceof UsageError ? 2 : 1;
  }
}

function withoutCommand(commands: readonly Command[], args: readonly string[]): number {
  const isHelp = args.length === 0 || ['--help', '-h', 'help'].includes(args[0] ?? '');
  if (isHelp) {
    console.log(programHelp(commands));
    return 0;
  }
  console.error(`magpie: there is no command ${JSON.stringify(args.join(' '))}\n\n${programHelp(commands)}`);
  return 2;
}

function readInput(command: Command, args: readonly string[]): CommandInput {
  try {
    const options = { ...command.options, help: HELP };
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { options: { ...parsed.values }, words: parsed.positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The message says what happened; where the level of the log asks for more, the stack follows. */
function describe(error: unknown): string {
  const text = describeError(error);
  const isWanted = process.env.MAGPIE_LOG_LEVEL === 'debug' && error instanceof Error && !(error instanceof UsageError);
  return isWanted ? `${text}\n${error.stack}` : text;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
