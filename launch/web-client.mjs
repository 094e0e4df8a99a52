import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';
import { runQuietly } from './run-program.mjs';
import { say } from './say.mjs';

const folder = join(root, 'packages', 'web');
const built = join(folder, 'dist', 'index.html');
const stamp = join(folder, 'dist', '.built-from');

/** Builds the web client when its sources changed since the last build; `node` is a Node 24. */
export async function ensureWebClient(node) {
  if (findViteConfig() === undefined) return;
  const source = hashSources();
  if (existsSync(built) && existsSync(stamp) && readFileSync(stamp, 'utf8') === source) return;
  say('building the web client');
  await runQuietly(node, [viteProgram(), 'build', '--logLevel', 'warn'], { cwd: folder });
  writeFileSync(stamp, source);
  say('the web client is built');
}

/** Vite's own program, run with the Node of our choice. */
export function viteProgram() {
  const manifest = createRequire(join(folder, 'package.json')).resolve('vite/package.json');
  return join(dirname(manifest), 'bin', 'vite.js');
}

function findViteConfig() {
  return ['vite.config.ts', 'vite.config.mjs', 'vite.config.js'].find((name) => existsSync(join(folder, name)));
}

/** One digest over everything the build reads: the client, the model it imports, and the installed versions. */
function hashSources() {
  const hash = createHash('sha256');
  const files = [...filesIn(folder), ...filesIn(join(root, 'packages', 'model')), join(root, 'package-lock.json')];
  for (const file of files)
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

function filesIn(path) {
  const skipped = new Set(['dist', 'node_modules', 'e2e']);
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]));
}
