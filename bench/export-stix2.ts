/**
 * POST /events/restSearch and /attributes/restSearch as STIX 2.1: everything, without limit.
 *
 *   node bench/export-stix2.ts
 *   options: --attributes N --scope events|attributes --keep FOLDER (data folder to make or use again)
 *
 * The baseline is the JSON of the same search on the same instance.
 */

import { existsSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { seedAttributes } from './seed.ts';

const { values: options } = parseArgs({
  options: {
    attributes: { type: 'string', default: '1000000' },
    scope: { type: 'string', default: 'events' },
    keep: { type: 'string' },
  },
});
await measure(Number(options.attributes), options.scope);

async function measure(attributes: number, scope: string): Promise<void> {
  const isKept = options.keep !== undefined && existsSync(options.keep);
  const instance = await startInstance(options.keep);
  try {
    if (!isKept) await seedAttributes(instance.connection, attributes);
    await drain(instance, scope, { returnFormat: 'json', limit: 1 });
    const before = await instance.memory();
    const stix = await drain(instance, scope, { returnFormat: 'stix2' });
    const { peak } = await instance.memory();
    const json = await drain(instance, scope, { returnFormat: 'json' });
    const rate = (seconds: number) => Math.round(attributes / seconds);
    console.log(`${scope}/restSearch of ${attributes} attributes, no limit:`);
    console.log(`  STIX 2.1: ${rate(stix.seconds)} attributes/s (bar: 20000), ${(stix.bytes / 1e6).toFixed(0)} MB`);
    console.log(`  JSON:     ${rate(json.seconds)} attributes/s, ${(json.bytes / 1e6).toFixed(0)} MB`);
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    console.log(
      `  memory growth ${megabytes(peak - before.now)} MB (bar: 200 MB), from ${megabytes(before.now)} to ${megabytes(peak)}; ${megabytes(before.peak)} while starting`,
    );
  } finally {
    await instance.stop();
  }
}

async function drain(instance: BenchInstance, scope: string, body: Record<string, unknown>) {
  const started = performance.now();
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = { authorization: instance.key, 'content-type': 'application/json' };
    const request = http.request(`${instance.url}/${scope}/restSearch`, { method: 'POST', headers }, resolve);
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  let bytes = 0;
  for await (const chunk of answer) bytes += chunk.length;
  return { bytes, seconds: (performance.now() - started) / 1000 };
}
