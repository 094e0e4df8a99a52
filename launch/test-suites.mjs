import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { ensureWebClient } from './web-client.mjs';

/**
 * Everything `npm test` runs: first those that are `alone`, one after another, then the others, two at a time, those
 * that take longest first.
 *
 * A suite is `{ name, alone, run(context) }`. `run` starts a program with `context.run(file, args, options)`
 * and resolves with its exit code. The program writes its result as JSON to the file
 * named by the environment variable MAGPIE_TEST_REPORT:
 *
 *     { "passed": 12, "failed": 0, "skipped": [{ "name": "reads a file", "reason": "no such file" }], "failures": [] }
 *
 * `failures` holds the names of failed tests. A suite without a report, or with an exit
 * code other than 0, counts as failed whatever else it says. `context` also has `node` (the
 * path of a Node 24), `args` (for vitest), `python(name, requirements)` and `chromium()`,
 * which provide such a program or throw `SuiteSkipped`, and `ssdeep()` and `program(name, debianPackage)`, which may
 * give none. A suite that starts no program resolves with a report instead of an exit code.
 */
export const suites = [
  {
    name: 'build of the web client',
    alone: true,
    run: async ({ node }) => {
      await ensureWebClient(node);
      return { passed: 1 };
    },
  },
  {
    name: 'unit and service tests (vitest)',
    alone: true,
    run: async ({ node, run, args, ssdeep }) => {
      const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
      const reporter = join(root, 'launch', 'vitest-report.mjs');
      const options = { env: { MAGPIE_SSDEEP: (await ssdeep()) ?? '' } };
      return run(node, [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...args], options);
    },
  },
  {
    name: 'browser tests (Chromium)',
    alone: true,
    run: async ({ node, run, chromium }) => {
      // Asked for alone, too, it looks at what is in the files.
      await ensureWebClient(node);
      const options = { env: { MAGPIE_CHROMIUM: await chromium() } };
      const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
      const reporter = join(root, 'launch', 'vitest-report.mjs');
      const config = join(root, 'packages', 'web', 'vitest.e2e.config.ts');
      const args = ['run', '--config', config, '--reporter=default', `--reporter=${reporter}`];
      return run(node, [vitest, ...args], options);
    },
  },
  {
    name: 'made-up requests (schemathesis)',
    run: async ({ node, run, python }) => {
      const folder = join(root, 'tests', 'schemathesis');
      const path = await python('schemathesis', JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')));
      return run(node, [join(folder, 'run.ts'), '--python', path]);
    },
  },
  {
    name: 'PyMISP, its own live suite and real use',
    run: async ({ node, run, python }) => {
      const ratchet = JSON.parse(readFileSync(join(root, 'tests', 'pymisp', 'ratchet.json'), 'utf8'));
      const requirements = [`pymisp[fileobjects]==${ratchet.pymisp}`, 'pytest', 'pytest-timeout'];
      const path = await python('pymisp', requirements);
      return run(node, [join(root, 'tests', 'pymisp', 'run.ts'), '--python', path]);
    },
  },
  {
    name: 'exported files, read by those that consume them',
    run: async ({ node, run, python, program }) => {
      const folder = join(root, 'tests', 'formats');
      await program('named-checkzone', 'bind9-utils');
      await program('yara', 'yara');
      await program('pdftotext', 'poppler-utils');
      const path = await python('formats', JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')));
      return run(node, [join(folder, 'run.ts'), '--python', path]);
    },
  },
  {
    name: 'STIX (misp-stix, stix2, the OASIS validator)',
    run: async ({ node, run, python }) => {
      const folder = join(root, 'tests', 'stix');
      const path = await python('stix', JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')));
      return run(node, [join(folder, 'run.ts'), '--python', path]);
    },
  },
  {
    name: 'STIX 1 (misp-stix, python-stix, its schemas)',
    run: async ({ node, run, python }) => {
      const folder = join(root, 'tests', 'stix');
      const path = await python('stix', JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')));
      return run(node, [join(folder, 'run-stix1.ts'), '--python', path]);
    },
  },
  {
    name: 'misp-modules: enrichment, import, export, actions',
    run: async ({ node, run, python }) => {
      const folder = join(root, 'tests', 'modules');
      const path = await python('modules', JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')));
      return run(node, [join(folder, 'run.ts'), '--python', path]);
    },
  },
];
