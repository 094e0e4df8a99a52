import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startTestMagpie, stopOwnCluster } from '@magpie/testkit';
import { runMatrix } from './matrix.ts';
import { renderPage } from './page.ts';
import { makeWorld } from './world.ts';

const pageFile = fileURLToPath(new URL('../../docs/compatibility/access.md', import.meta.url));

const help = `Calls every operation as everybody and prints what is not as the rules say.

node tests/access-matrix/run.ts [--write]
  --write  write docs/compatibility/access.md
`;

const { values: options } = parseArgs({
  options: { write: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});

if (options.help) process.stdout.write(help);
else process.exitCode = await main().finally(stopOwnCluster);

async function main(): Promise<number> {
  const magpie = await startTestMagpie();
  try {
    const started = performance.now();
    const result = await runMatrix(await makeWorld(magpie));
    const { wrong, tellApart, shown, changed } = result;
    for (const [name, findings] of Object.entries({ wrong, tellApart, shown, changed })) {
      for (const finding of findings) process.stdout.write(`${name}: ${finding}\n`);
    }
    const failed = wrong.length + tellApart.length + shown.length + changed.length;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stdout.write(`access matrix: ${result.cells.length} cells, ${failed} findings (${seconds} s)\n`);
    if (options.write && failed === 0) writeFileSync(pageFile, renderPage(result));
    return failed === 0 ? 0 : 1;
  } finally {
    await magpie.stop();
  }
}
