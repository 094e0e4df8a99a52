import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runNpm } from './run-program.mjs';
import { say } from './say.mjs';

/**
 * Installs the npm packages when what is installed differs from package-lock.json.
 *
 * npm writes what it installed into node_modules/.package-lock.json as its last step,
 * so an installation broken off counts as none.
 */
export async function ensurePackages() {
  const missing = findMissingPackages();
  if (missing.length === 0) return;
  say(`installing npm packages (${missing.length} missing or outdated; the first time takes a minute)`);
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await runNpm(args, { cwd: root });
  } catch (error) {
    // No package of ours needs its install script; some machines forbid them or cannot run one.
    say(`npm ci failed, trying without install scripts (${error.message.split('\n').at(-1)})`);
    await runNpm([...args, '--ignore-scripts'], { cwd: root });
  }
  say('npm packages are installed');
}

function findMissingPackages() {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  return Object.keys(wanted).filter((path) => {
    if (!path.startsWith('node_modules/')) return false;
    const entry = wanted[path];
    const found = installed[path];
    // Optional packages of other platforms are never installed.
    if (found === undefined) return !(entry.optional || entry.devOptional);
    return found.version !== entry.version || found.integrity !== entry.integrity;
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
