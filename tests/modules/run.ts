import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startTestMagpie, stopOwnCluster } from '@magpie/testkit';
import { checks, setUp } from './checks.ts';
import { startModuleService, startSilence } from './service.ts';

const help = `Has the real misp-modules enrich, import, export and act for a fresh instance.

node tests/modules/run.ts --python PATH
  --python PATH   a Python with what requirements.json names
`;

const { values: options } = parseArgs({
  options: { python: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
});

if (options.help || options.python === undefined) process.stdout.write(help);
else process.exitCode = await main(options.python).finally(stopOwnCluster);

async function main(python: string): Promise<number> {
  await using started = new AsyncDisposableStack();
  const service = await startModuleService(python);
  started.defer(() => service.stop());
  const silence = await startSilence();
  started.defer(() => silence.stop());
  const magpie = await startTestMagpie();
  started.defer(() => magpie.stop());
  const world = { magpie, service, silentPort: silence.port };
  await setUp(world);
  const failures: string[] = [];
  for (const { name, run } of checks) {
    const began = Date.now();
    try {
      await run(world);
      process.stdout.write(`ok      ${name} (${Date.now() - began} ms)\n`);
    } catch (error) {
      failures.push(name);
      process.stdout.write(
        `FAILED  ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    }
  }
  const report = { passed: checks.length - failures.length, failed: failures.length, skipped: [], failures };
  if (process.env.MAGPIE_TEST_REPORT) writeFileSync(process.env.MAGPIE_TEST_REPORT, JSON.stringify(report));
  return failures.length === 0 ? 0 : 1;
}
