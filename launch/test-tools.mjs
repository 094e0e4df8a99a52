import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';
import { runQuietly } from './run-program.mjs';
import { say } from './say.mjs';

/** Thrown when a suite cannot run on this machine; the message says why. */
export class SuiteSkipped extends Error {}

/** The path of a Chromium, installed by apt where that is possible. */
export async function ensureChromium() {
  const named = process.env.MAGPIE_TEST_CHROMIUM;
  if (named) return named;
  return (
    findProgram(['chromium', 'chromium-browser', 'google-chrome']) ?? (await installProgram('chromium', 'chromium'))
  );
}

/** The path of a program, installed by apt where that is possible; undefined where not, and its tests are skipped. */
export async function findOrInstall(program, debianPackage) {
  try {
    return findProgram([program]) ?? (await installProgram(program, debianPackage));
  } catch (error) {
    if (error instanceof SuiteSkipped) return undefined;
    throw error;
  }
}

/** The path of ssdeep, installed by apt where that is possible; undefined where not, and its tests are skipped. */
export async function findSsdeep() {
  try {
    return findProgram(['ssdeep']) ?? (await installProgram('ssdeep', 'ssdeep'));
  } catch (error) {
    if (error instanceof SuiteSkipped) return undefined;
    throw error;
  }
}

/**
 * The Python of a virtual environment `.venv/<name>` with `requirements` (as pip takes them) installed.
 *
 * Made anew when the requirements change.
 */
export function ensurePython(name, requirements) {
  const made = environments.get(name) ?? makePython(name, requirements);
  environments.set(name, made);
  return made;
}

/** Environments that are made or being made: two suites may want the same. */
const environments = new Map();

async function makePython(name, requirements) {
  const folder = join(root, '.venv', name);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(requirements.join('\n')).digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  say(`making the Python environment ${name}`);
  const base = findProgram(['python3', 'python']) ?? (await installProgram('python3', 'python3', 'python3-venv'));
  mkdirSync(join(root, '.venv'), { recursive: true });
  await makeVirtualEnvironment(base, folder);
  await runQuietly(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]).catch(
    (error) => {
      throw new SuiteSkipped(`pip could not install ${requirements.join(', ')}: ${error.message.split('\n').at(-1)}`);
    },
  );
  writeFileSync(stamp, wanted);
  return python;
}

async function makeVirtualEnvironment(base, folder) {
  const make = () => runQuietly(base, ['-m', 'venv', '--clear', folder]);
  try {
    await make();
  } catch {
    // Debian keeps the module that makes environments in a package of its own.
    await installPackages('python3-venv');
    await make();
  }
}

function findProgram(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

async function installProgram(program, ...packages) {
  await installPackages(...packages);
  const path = findProgram([program]);
  if (path === undefined) throw new SuiteSkipped(`${program} is not installed`);
  return path;
}

/** Ends when what was asked of apt-get before has ended: suites run beside each other, and it works for one alone. */
let installing = Promise.resolve();

function installPackages(...packages) {
  const installed = installing.then(() => installNow(...packages));
  installing = installed.catch(() => {});
  return installed;
}

async function installNow(...packages) {
  const needs = `needs ${packages.join(', ')}, which apt-get, as root, could install`;
  if (findProgram(['apt-get']) === undefined || process.getuid?.() !== 0) throw new SuiteSkipped(needs);
  say(`installing ${packages.join(', ')} by apt-get, for tests only`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => runQuietly('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  try {
    await install().catch(async () => {
      await runQuietly('apt-get', ['update', '-q'], { env });
      await install();
    });
  } catch (error) {
    throw new SuiteSkipped(`${needs}, but failed to: ${error.message.split('\n').at(-1)}`);
  }
}
