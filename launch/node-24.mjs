import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runNpm } from './run-program.mjs';
import { LaunchError, say } from './say.mjs';

const NEEDED_MAJOR = 24;
/** Node 20.19 is the first of its line in which all packages can at least be installed. */
const OLDEST_LAUNCHER = [20, 19];

/** Throws when even the launcher cannot work with the Node that runs it. */
export function requireLaunchableNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_LAUNCHER[0] || (major === OLDEST_LAUNCHER[0] && minor >= OLDEST_LAUNCHER[1])) return;
  throw new LaunchError(
    `Node ${OLDEST_LAUNCHER.join('.')} or later is needed to start; this is ${process.versions.node}`,
  );
}

/** Whether the Node that runs us can run Magpie itself. */
export function isNode24() {
  return Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR;
}

/**
 * The path of a Node that can run Magpie.
 *
 * Ours when it is new enough; else the one of the npm package `node`; else, where that
 * package's install script could not run, the platform's package in a folder of its own.
 */
export async function ensureNode24() {
  if (isNode24()) return process.execPath;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [join(root, 'node_modules', 'node', 'bin', program), privateNode()];
  const found = candidates.find(works);
  if (found) return found;
  await installPrivateNode();
  if (works(privateNode())) return privateNode();
  throw new LaunchError(
    `Node ${NEEDED_MAJOR} was installed but does not run on this machine: install Node ${NEEDED_MAJOR} by hand`,
  );
}

const privateFolder = join(root, '.tools', 'node24');

function platformPackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${process.arch}`;
}

function privateNode() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(privateFolder, 'node_modules', platformPackage(), 'bin', file);
}

async function installPrivateNode() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const version = lock.packages['node_modules/node']?.version ?? String(NEEDED_MAJOR);
  say(`bringing Node ${version} (this machine has ${process.versions.node})`);
  mkdirSync(privateFolder, { recursive: true });
  // Without a package.json of its own, npm would look for one in the folders above and install there.
  writeFileSync(join(privateFolder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--loglevel=error'];
  await runNpm([...args, `${platformPackage()}@${version}`], { cwd: privateFolder });
}

function works(path) {
  if (!existsSync(path)) return false;
  try {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    return Number(/^v(\d+)\./.exec(version)?.[1]) >= NEEDED_MAJOR;
  } catch {
    // Built for another system or damaged: as good as missing.
    return false;
  }
}
