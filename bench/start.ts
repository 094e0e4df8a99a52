/**
 * Second start to the first answer, and memory at rest of Node and of PostgreSQL.
 *
 *   node bench/start.ts
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInstance } from './lib/instance.ts';

/** Proportional memory (PSS) of a process and all its descendants, apart from itself, in bytes. */
async function memoryOfDescendants(pid: number): Promise<number> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (stat !== '') parents.set(Number(entry), parent);
  }
  const isDescendant = (process: number): boolean => {
    const parent = parents.get(process);
    return parent !== undefined && (parent === pid || isDescendant(parent));
  };
  let bytes = 0;
  for (const process of parents.keys()) {
    if (!isDescendant(process)) continue;
    const rollup = await readFile(`/proc/${process}/smaps_rollup`, 'utf8').catch(() => '');
    bytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
  }
  return bytes;
}

const folder = await mkdtemp(join(tmpdir(), 'magpie-bench-'));
try {
  const first = await startInstance(folder);
  await first.stop();
  const started = performance.now();
  const second = await startInstance(folder);
  const took = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  const { now } = await second.memory();
  const postgres = await memoryOfDescendants(second.pid);
  const mega = (bytes: number) => (bytes / 1e6).toFixed(0);
  console.log(`second start to the first answer: ${(took / 1000).toFixed(2)} s (bar: 5 s)`);
  console.log(
    `memory at rest: Node ${mega(now)} MB (bar: 200 MB), with PostgreSQL ${mega(now + postgres)} MB (bar: 500 MB)`,
  );
  await second.stop();
} finally {
  await rm(folder, { recursive: true, force: true });
}
