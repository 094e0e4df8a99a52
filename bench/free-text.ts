/**
 * Free text: ten megabytes read in a thread of its own, and how long the main thread is held up meanwhile.
 *
 *   node bench/free-text.ts            a report that repeats itself with other values
 *   options: --megabytes N
 *
 * The baseline runs in the same process: splitting the same text at white space.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { findIndicatorsApart } from '../packages/server/src/features/search/imports/read-apart.ts';

const { values: options } = parseArgs({ options: { megabytes: { type: 'string' } } });
const megabytes = Number(options.megabytes ?? 10);
const text = reportOf(megabytes * 1_000_000);

const split = performance.now();
const words = text.split(/\s+/).length;
const splitMs = performance.now() - split;

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const started = performance.now();
const found = await findIndicatorsApart(text, {});
const seconds = (performance.now() - started) / 1000;
delay.disable();

console.log(`${(text.length / 1e6).toFixed(1)} MB, ${words} words, ${found.length} indicators`);
console.log(`read in ${seconds.toFixed(2)} s: ${(text.length / 1e6 / seconds).toFixed(2)} MB/s`);
console.log(`baseline, splitting at white space: ${(splitMs / 1000).toFixed(2)} s`);
console.log(`main thread held up: median ${milliseconds(50)}, 99 % ${milliseconds(99)}, longest ${milliseconds(100)}`);

function milliseconds(percentile: number): string {
  return `${(delay.percentile(percentile) / 1e6).toFixed(0)} ms`;
}

/** A text of this many characters, each line with other indicators. */
function reportOf(length: number): string {
  const lines: string[] = [];
  let written = 0;
  while (written < length) {
    const n = lines.length;
    const line = [
      `On day ${n} they used hxxps://evil${n}[.]example[.]com/path/${n}?q=1 and 203.0.${(n >> 8) & 255}.${n & 255}:443,`,
      `dropped bad${n}.exe with ${n.toString(16).padStart(32, 'a')}; see CVE-2021-${10_000 + (n % 80_000)} and`,
      `a${n}@mail.example.net or C:\\Windows\\x${n}.dll. Lorem ipsum dolor sit amet, consectetur adipiscing elit.\n`,
    ].join(' ');
    lines.push(line);
    written += line.length;
  }
  return lines.join('');
}
