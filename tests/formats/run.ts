import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { stopOwnCluster } from '@magpie/testkit';
import { exportFiles } from './export-files.ts';
import { programChecks } from './programs.ts';
import { startFormatsWorld } from './world.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./check_formats.py', import.meta.url));

const help = `Has exported files read by the programs and libraries that people read them with.

node tests/formats/run.ts --python PATH
  --python PATH   a Python with what requirements.json names
  --keep          leave the exported files, and say where they are
`;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly message?: string;
}

if (options.help || options.python === undefined) process.stdout.write(help);
else process.exitCode = await main(options.python).finally(stopOwnCluster);

async function main(python: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'magpie-formats-'));
  const world = await startFormatsWorld();
  try {
    await exportFiles(world, folder);
  } finally {
    await world.magpie.stop();
  }
  const outcomes = await readByPython(python, folder);
  const skipped: { name: string; reason: string }[] = [];
  for (const { name, program, check } of programChecks) {
    const path = findProgram(program);
    if (path === undefined) skipped.push({ name, reason: `${program} is not installed` });
    else outcomes.push(await outcomeOf(name, check(path, folder)));
  }
  if (options.keep) print(`the files are in ${folder}`);
  else await rm(folder, { recursive: true, force: true });
  return report(outcomes, skipped);
}

async function readByPython(python: string, folder: string): Promise<Outcome[]> {
  const { stdout } = await run(python, [script, folder], { maxBuffer: 16 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Outcome => JSON.parse(line));
}

async function outcomeOf(name: string, check: Promise<void>): Promise<Outcome> {
  try {
    await check;
    return { name, passed: true };
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? `${error.stdout}` : '';
    return {
      name,
      passed: false,
      message: `${error instanceof Error ? error.message : error} ${output}`.slice(0, 2000),
    };
  }
}

function report(outcomes: readonly Outcome[], skipped: readonly { name: string; reason: string }[]): number {
  const failed = outcomes.filter(({ passed }) => !passed);
  for (const { name, message } of failed) print(`fails    ${name}: ${message}`);
  for (const { name, reason } of skipped) print(`skipped  ${name}: ${reason}`);
  const passed = outcomes.length - failed.length;
  print(`formats: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  const file = process.env.MAGPIE_TEST_REPORT;
  const failures = failed.map(({ name }) => name);
  if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed: failed.length, skipped, failures }));
  return failed.length === 0 && outcomes.length > 0 ? 0 : 1;
}

/** Programs stand on the path, or where administrators' programs do. */
function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
