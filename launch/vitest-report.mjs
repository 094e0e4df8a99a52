import { writeFileSync } from 'node:fs';

/** Reporter for vitest that writes what `npm test` adds up: see test-suites.mjs. */
// biome-ignore lint/style/noDefaultExport: vitest loads reporters by their default export
export default class MagpieReport {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: 0, skipped: [], failures: [] };
    for (const module of modules) {
      const file = module.relativeModuleId ?? module.moduleId;
      for (const test of module.children.allTests()) count(report, test, `${file} > ${test.fullName}`);
      // A file that cannot even be loaded has no tests to fail.
      for (const error of module.errors()) fail(report, `${file}: ${error.message}`);
    }
    for (const error of unhandledErrors) fail(report, `unhandled: ${error.message}`);
    const path = process.env.MAGPIE_TEST_REPORT;
    if (path) writeFileSync(path, JSON.stringify(report));
  }
}

function count(report, test, name) {
  const result = test.result();
  if (result.state === 'passed') report.passed++;
  else if (result.state === 'skipped') report.skipped.push({ name, reason: result.note ?? reasonIn(name) });
  else fail(report, name);
}

/** Tests that depend on something say so in their title: `(needs ../shared/golden)`. */
function reasonIn(name) {
  return /\((needs? [^)]+)\)/.exec(name)?.[1].replace(/^need /, 'needs ') ?? 'no reason given';
}

function fail(report, name) {
  report.failed++;
  report.failures.push(name);
}
