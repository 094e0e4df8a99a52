import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stopOwnCluster } from '@magpie/testkit';
import { type Environment, latestVersion, prepareEnvironment, writeKeys } from './environment.ts';
import { startInstance } from './instance.ts';
import { readJunit, type TestOutcome } from './junit.ts';
import { renderPage } from './page.ts';
import { notInScope } from './scope.ts';
import { writeTestReport } from './test-report.ts';

const ratchetFile = fileURLToPath(new URL('./ratchet.json', import.meta.url));
const pageFile = fileURLToPath(new URL('../../docs/compatibility/pymisp.md', import.meta.url));
const realUse = fileURLToPath(new URL('./real_use.py', import.meta.url));
const walk = fileURLToPath(new URL('./walk', import.meta.url));

/** The version of PyMISP that the project is held to, and which tests of its suite passed. */
interface Ratchet {
  readonly pymisp: string;
  readonly passed: readonly string[];
}

const help = `Runs the live suite of PyMISP against a fresh Magpie.

node tests/pymisp/run.ts [options]
  -k EXPRESSION     only the tests that match (as pytest -k)
  --url URL --key K against a running instance (a site administrator's key)
  --real-use        only our own scripts: the 42 event files, editing, searching, round trips; every method of PyMISP
  --write           write ratchet.json and docs/compatibility/pymisp.md
  --python PATH     a Python with PyMISP and pytest, instead of making a virtual environment
  --latest          with the newest PyMISP instead of the one in ratchet.json
  --verbose         print what fails in full
`;

const { values: options } = parseArgs({
  options: {
    k: { type: 'string', short: 'k' },
    url: { type: 'string' },
    key: { type: 'string' },
    'real-use': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    python: { type: 'string' },
    latest: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) process.stdout.write(help);
else process.exitCode = await main().finally(stopOwnCluster);

async function main(): Promise<number> {
  const ratchet = readRatchet();
  const version = options.latest || ratchet.pymisp === '' ? latestVersion() : ratchet.pymisp;
  const environment = prepareEnvironment(version, options.python);
  const script = await runRealUse(environment);
  if (options['real-use']) return script ? 0 : 1;
  const outcomes = await runSuite(environment);
  const passed = outcomes.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name);
  const failed = outcomes.filter(({ name, outcome }) => outcome === 'failed' && notInScope[name] === undefined);
  const lost = ratchet.passed.filter((name) => !passed.includes(name) && outcomes.some((test) => test.name === name));
  for (const { name, message } of failed) print(`fails    ${name}: ${message}`);
  for (const name of lost) print(`passed before and fails now: ${name}`);
  if (options.write && options.k === undefined) {
    const kept = [...new Set([...passed])].sort();
    writeFileSync(ratchetFile, `${JSON.stringify({ pymisp: version, passed: kept }, null, 1)}\n`);
    writeFileSync(pageFile, renderPage(version, outcomes));
  }
  writeTestReport(outcomes, lost, script);
  const later = outcomes.length - passed.length - failed.length;
  print(
    `pymisp: ${passed.length + Number(script)} passed, ${failed.length + Number(!script)} failed, ${later} skipped`,
  );
  return lost.length === 0 && script && outcomes.length > 0 ? 0 : 1;
}

async function runRealUse(environment: Environment): Promise<boolean> {
  if (options.k !== undefined) return true;
  const instance = await startInstance(options);
  const peer = options.url === undefined ? await startInstance({}) : undefined;
  try {
    const second = peer === undefined ? [] : [peer.url, peer.key];
    const walked = await runPython(environment, [walk, instance.url, instance.key]);
    return walked + (await runPython(environment, [realUse, instance.url, instance.key, ...second])) === 0;
  } finally {
    await instance.stop();
    await peer?.stop();
  }
}

async function runSuite(environment: Environment): Promise<TestOutcome[]> {
  const instance = await startInstance(options);
  const report = join(environment.suite, 'report.xml');
  try {
    writeKeys(environment, instance.url, instance.key);
    await runPython(environment, [
      ...['-m', 'pytest', 'tests/testlive_comprehensive.py', '-p', 'no:cacheprovider', '-q', '-o', 'addopts='],
      ...['--junitxml', report, '--timeout', '180', '--timeout-method', 'signal'],
      ...(options.k === undefined ? [] : ['-k', options.k]),
      ...(options.verbose ? ['--tb=short'] : ['--tb=no']),
    ]);
    return existsSync(report) ? readJunit(readFileSync(report, 'utf8')) : [];
  } finally {
    await instance.stop();
  }
}

function runPython(environment: Environment, args: readonly string[]): Promise<number> {
  const child = spawn(environment.python, args, {
    cwd: environment.suite,
    stdio: 'inherit',
    // The suite compares local dates with the server's.
    env: { ...process.env, PYTHONPATH: environment.suite, TZ: 'UTC' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function readRatchet(): Ratchet {
  if (!existsSync(ratchetFile)) return { pymisp: '', passed: [] };
  const parsed: unknown = JSON.parse(readFileSync(ratchetFile, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null || !('pymisp' in parsed) || !('passed' in parsed)) {
    throw new Error(`${ratchetFile} must hold "pymisp" and "passed"`);
  }
  return { pymisp: String(parsed.pymisp), passed: Array.isArray(parsed.passed) ? parsed.passed.map(String) : [] };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
