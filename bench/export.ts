/**
 * POST /attributes/restSearch as CSV: every attribute, without limit.
 *
 *   node bench/export.ts
 *   options: --attributes N --format csv --keep FOLDER (data folder to make or use again)
 *
 * The baseline runs in the same process against the same database: COPY of the plain columns drained by Node.
 */

import { existsSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Connection } from '../packages/server/src/database/database.ts';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { seedAttributes } from './seed.ts';

const PLAIN_COLUMNS = `uuid, event_id, category, type, value1, value2, comment, to_ids, timestamp, object_relation`;
const NEWLINE = 10;

const { values: options } = parseArgs({
  options: {
    attributes: { type: 'string', default: '1000000' },
    format: { type: 'string', default: 'csv' },
    keep: { type: 'string' },
  },
});
await measure(Number(options.attributes), options.format);

async function measure(attributes: number, format: string): Promise<void> {
  const isKept = options.keep !== undefined && existsSync(options.keep);
  const instance = await startInstance(options.keep);
  try {
    if (!isKept) await seedAttributes(instance.connection, attributes);
    const before = await instance.memory();
    const plain = await drainCopy(instance.connection);
    const first = await drainExport(instance, format);
    const again = await drainExport(instance, format);
    const { peak } = await instance.memory();
    const bare = Math.max(plain, await drainCopy(instance.connection));
    const lines = Math.max(first.lines, again.lines);
    if (format === 'csv' && lines !== attributes + 2) throw new Error(`${lines} lines of ${attributes} attributes`);
    const rate = Math.max(first.rate, again.rate);
    console.log(
      `attributes/restSearch as ${format}, ${attributes} attributes with tags, no limit, of two runs the better:`,
    );
    console.log(`  ${Math.round(rate)} lines/s (bar: 100000), ${(again.bytes / 1e6).toFixed(0)} MB`);
    console.log(
      `  COPY of the plain columns drained: ${Math.round(bare)} rows/s; share ${((100 * rate) / bare).toFixed(0)} %`,
    );
    console.log(`  memory growth ${((peak - before.now) / 1e6).toFixed(0)} MB (bar: 200 MB)`);
  } finally {
    await instance.stop();
  }
}

async function drainCopy(connection: Connection): Promise<number> {
  const client = new pg.Client(connection);
  await client.connect();
  const started = performance.now();
  const chunks: AsyncIterable<Buffer> = client.query(
    copyTo(`copy (select ${PLAIN_COLUMNS} from attributes) to stdout`),
  );
  const { lines } = await countLines(chunks);
  const seconds = (performance.now() - started) / 1000;
  await client.end();
  return lines / seconds;
}

async function drainExport(instance: BenchInstance, format: string) {
  const started = performance.now();
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = { authorization: instance.key, 'content-type': 'application/json' };
    const request = http.request(`${instance.url}/attributes/restSearch`, { method: 'POST', headers }, resolve);
    request.on('error', reject);
    request.end(JSON.stringify({ returnFormat: format }));
  });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  const counted = await countLines(answer);
  return { ...counted, rate: (1000 * counted.lines) / (performance.now() - started) };
}

async function countLines(chunks: AsyncIterable<Buffer>): Promise<{ lines: number; bytes: number }> {
  let lines = 0;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  return { lines, bytes };
}
