import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MEBIBYTE = 1024 * 1024;
const module = new URL('./bound-heap.ts', import.meta.url).href;

/** Makes objects that live for some turns, as a long answer does, and prints the most room that young ones had. */
const program = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const { boundHeap } = await import(${JSON.stringify(module)});
  boundHeap();
  const kept = [];
  let most = 0;
  for (let turn = 0; turn < 300; turn += 1) {
    kept.push(Array.from({ length: 20_000 }, (_, at) => ({ turn, at })));
    if (kept.length > 10) kept.shift();
    await new Promise((resolve) => setImmediate(resolve));
    for (const space of getHeapSpaceStatistics())
      if (space.space_name === 'new_space') most = Math.max(most, space.space_size);
  }
  console.log(most);
`;

it('leaves young objects room to grow, but not with the memory of the machine', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  const most = Number(stdout) / MEBIBYTE;
  expect(most).toBeGreaterThanOrEqual(8);
  expect(most).toBeLessThanOrEqual(32);
});
