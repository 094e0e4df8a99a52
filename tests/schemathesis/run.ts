import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startTestMagpie, stopOwnCluster, type TestMagpie } from '@magpie/testkit';
import { configuration, notAsked } from './configuration.ts';
import { type Findings, readFindings } from './findings.ts';
import { type Arguments, makeWorld } from './world.ts';

const help = `Sends what schemathesis makes of the served OpenAPI description to a fresh Magpie; no answer may be a 5xx.

node tests/schemathesis/run.ts --python PATH [options]
  --python PATH      a Python with the requirements of requirements.json
  --examples N       requests an operation at most, in each of two runs (default 12)
  --seconds N        time for each of the two runs at most (default 110)
  --seed N           seed of what is made (default 1)
  --operation REGEX  only operations whose id matches
`;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    examples: { type: 'string', default: '12' },
    seconds: { type: 'string', default: '110' },
    seed: { type: 'string', default: '1' },
    operation: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** One way to ask: with ids that exist in the paths, or with whatever is made up. */
interface Round {
  readonly name: string;
  readonly arguments: Arguments;
}

if (options.help || options.python === undefined) process.stdout.write(help);
else process.exitCode = await main(resolve(options.python)).finally(stopOwnCluster);

async function main(python: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'magpie-schemathesis-'));
  const magpie = await startTestMagpie();
  try {
    const rounds: Round[] = [
      { name: 'with existing ids', arguments: await makeWorld(magpie.admin) },
      { name: 'with made-up ids', arguments: {} },
    ];
    const all: Findings[] = [];
    for (const round of rounds) all.push(await ask(python, magpie, folder, round));
    const passed = all.reduce((sum, findings) => sum + findings.passed, 0);
    const failures = all.flatMap((findings) => findings.failures);
    const unasked = all.flatMap((findings) => findings.unasked);
    if (passed < 20 * unasked.length + 100) failures.push(`only ${passed} operations could be asked`);
    writeReport(passed, failures, unasked);
    process.stdout.write(`schemathesis: ${passed} passed, ${failures.length} failed, ${unasked.length} not asked\n`);
    for (const line of [...failures, ...unasked]) process.stdout.write(`  ${line}\n`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await magpie.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ask(python: string, magpie: TestMagpie, folder: string, round: Round): Promise<Findings> {
  const settings = join(folder, 'schemathesis.toml');
  const report = join(folder, 'report.xml');
  rmSync(report, { force: true });
  // What it learnt in the round before would make it ask less in this one.
  rmSync(join(folder, '.schemathesis'), { recursive: true, force: true });
  writeFileSync(settings, configuration(round.arguments));
  await run(python, folder, [
    ...['-m', 'schemathesis.cli', '--config-file', settings, 'run', `${magpie.url}/openapi.json`],
    ...['--url', magpie.url, '--header', `Authorization: ${magpie.adminKey}`, '--header', 'Accept: application/json'],
    ...['--phases', 'examples,coverage,fuzzing', '--checks', 'not_a_server_error', '--continue-on-failure'],
    ...['--max-examples', options.examples, '--max-time', options.seconds, '--seed', options.seed, '--no-shrink'],
    ...['--generation-database', 'none', '--suppress-health-check', 'all', '--warnings', 'off', '--workers', '2'],
    ...['--request-timeout', '30', '--max-redirects', '0', '--report', 'junit', '--report-junit-path', report],
    ...['--exclude-operation-id-regex', notAsked, '--no-color'],
    ...(options.operation === undefined ? [] : ['--include-operation-id-regex', options.operation]),
  ]);
  const found = existsSync(report)
    ? readFindings(readFileSync(report, 'utf8'))
    : { passed: 0, failures: [], unasked: [] };
  const named = (lines: readonly string[]) => lines.map((line) => `${round.name}: ${line}`);
  const { status } = await magpie.admin.get('/users/view/me');
  const lockedOut = status === 200 ? [] : [`the asking user was locked out on the way (${status})`];
  return {
    passed: found.passed,
    failures: named([...found.failures, ...lockedOut]),
    unasked: named(found.unasked),
  };
}

/** Runs to the end, whatever the exit code: it is 1 where something failed, which the report names. */
function run(file: string, folder: string, args: readonly string[]): Promise<void> {
  const child = spawn(file, args, { cwd: folder, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

/** Tells `npm test` the outcome, where it asks for it (launch/test-suites.mjs describes the format). */
function writeReport(passed: number, failures: readonly string[], unasked: readonly string[]): void {
  const file = process.env.MAGPIE_TEST_REPORT;
  if (file === undefined) return;
  const skipped = unasked.map((name) => ({ name, reason: 'schemathesis itself failed to make up requests' }));
  writeFileSync(file, JSON.stringify({ passed, failed: failures.length, failures, skipped }));
}
