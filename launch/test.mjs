import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { runAndGather, runProgram } from './run-program.mjs';
import { say } from './say.mjs';
import { suites } from './test-suites.mjs';
import { ensureChromium, ensurePython, findOrInstall, findSsdeep, SuiteSkipped } from './test-tools.mjs';

const MAX_NAMES_SHOWN = 50;
/** Suites that run beside each other: each is a client and a server that wait for one another. */
const LANES = 2;

/**
 * Runs every suite, also after one has failed, and prints how much passed, failed and was skipped, and why.
 *
 * `--only=<text>` picks the suites whose name contains the text; other arguments go to vitest. Resolves with an exit code.
 */
export async function runTests(node, args) {
  const only = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length) ?? '';
  const others = args.filter((arg) => !arg.startsWith('--only='));
  const wanted = suites.filter(({ name }) => name.includes(only));
  const results = new Map();
  const runOne = async (suite, runner) => {
    say(`running ${suite.name}`);
    results.set(suite, { name: suite.name, ...(await runSuite(suite, node, others, runner)) });
  };
  for (const suite of wanted.filter(({ alone }) => alone)) await runOne(suite, runProgram);
  const waiting = wanted.filter(({ alone }) => !alone);
  const isShared = waiting.length > 1;
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
        await runOne(suite, isShared ? runAndGather : runProgram);
      }
    }),
  );
  const inOrder = wanted.map((suite) => results.get(suite));
  printSummary(inOrder);
  return inOrder.length > 0 && inOrder.every(({ failed }) => failed === 0) ? 0 : 1;
}

async function runSuite(suite, node, args, runner) {
  const reportFile = prepareReportFile(suite.name);
  const startedAt = Date.now();
  const run = (file, programArgs, options = {}) =>
    runner(file, programArgs, {
      cwd: root,
      ...options,
      env: { ...process.env, PATH: pathWith(node), ...options.env, MAGPIE_TEST_REPORT: reportFile },
    });
  let report;
  try {
    const outcome = await suite.run({
      node,
      run,
      args,
      python: ensurePython,
      chromium: ensureChromium,
      ssdeep: findSsdeep,
      program: findOrInstall,
    });
    report = typeof outcome === 'number' ? readReport(reportFile, outcome) : failure(outcome);
  } catch (error) {
    report =
      error instanceof SuiteSkipped
        ? { passed: 0, failed: 0, failures: [], skipped: [{ name: suite.name, reason: error.message }] }
        : failure({}, `${suite.name} could not run: ${error.message}`);
  }
  return { ...report, seconds: (Date.now() - startedAt) / 1000 };
}

/** Programs that suites start by the name `node` get ours too. */
function pathWith(node) {
  return `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
}

function prepareReportFile(name) {
  const folder = join(root, '.build', 'test-results');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.json`);
  rmSync(path, { force: true });
  return path;
}

function readReport(path, exitCode) {
  if (!existsSync(path)) return failure({}, `ended with exit code ${exitCode} and without a report`);
  const report = JSON.parse(readFileSync(path, 'utf8'));
  return exitCode !== 0 && !report.failed ? failure(report, `ended with exit code ${exitCode}`) : failure(report);
}

/** The report with all its parts, one failure added where `name` is given. */
function failure(report, name) {
  const failures = [...(report.failures ?? []), ...(name === undefined ? [] : [name])];
  const failed = (report.failed ?? 0) + (name === undefined ? 0 : 1);
  return { passed: report.passed ?? 0, failed, failures, skipped: report.skipped ?? [] };
}

function printSummary(results) {
  const lines = ['', 'Summary'];
  for (const { name, passed, failed, skipped, seconds } of results) {
    lines.push(`  ${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped (${seconds.toFixed(0)} s)`);
  }
  const skipped = results.flatMap(({ skipped }) => skipped);
  if (skipped.length > 0) lines.push('', 'Skipped', ...skippedByReason(skipped));
  // Last, where they are looked for.
  const failures = results.flatMap(({ failures }) => failures);
  if (failures.length > 0) lines.push('', 'Failed', ...shorten(failures.map((name) => `  ${name}`)));
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  lines.push('', `Total: ${total('passed')} passed, ${total('failed')} failed, ${skipped.length} skipped`);
  console.log(lines.join('\n'));
}

function skippedByReason(skipped) {
  return [...new Set(skipped.map(({ reason }) => reason))].flatMap((reason) => {
    const names = skipped.filter((test) => test.reason === reason).map(({ name }) => `    ${name}`);
    return [`  ${names.length} because: ${reason}`, ...shorten(names)];
  });
}

function shorten(lines) {
  const rest = lines.length - MAX_NAMES_SHOWN;
  return rest > 0 ? [...lines.slice(0, MAX_NAMES_SHOWN), `  and ${rest} more`] : lines;
}
