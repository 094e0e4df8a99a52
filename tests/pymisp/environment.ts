import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the suite runs in; everything lies in a folder that git ignores. */
export interface Environment {
  /** The Python of a virtual environment with PyMISP and pytest. */
  readonly python: string;
  /** Working folder of the suite; `tests/` below it are PyMISP's own. */
  readonly suite: string;
}

const toolsFolder = fileURLToPath(new URL('../../.tools/pymisp/', import.meta.url));

/** Sections of a Windows executable that the suite counts, and launchers of pip that have as many. */
const standIns: Readonly<Record<string, string>> = {
  'whoami.exe': 't32.exe',
  'sample2.pe': 't64.exe',
  'chromeinstall-8u31.exe': 't64.exe',
};

/** What pip must install to run the suite of a PyMISP version. */
export function requirements(version: string): string[] {
  return [`pymisp[fileobjects]==${version}`, 'pytest', 'pytest-timeout'];
}

/**
 * Makes, once per PyMISP version, a virtual environment with PyMISP and pytest, and unpacks the live suite from
 * PyMISP's source distribution. Needs python3 with venv, and the Python package index.
 * @param givenPython a Python that has the requirements already; none is made then
 */
export function prepareEnvironment(version: string, givenPython?: string): Environment {
  const root = join(toolsFolder, version);
  const python = givenPython ?? join(root, 'venv/bin/python');
  const suite = join(root, 'suite');
  if (givenPython === undefined && !existsSync(python)) {
    run('python3', ['-m', 'venv', join(root, 'venv')]);
    pip(python, 'install', ...requirements(version));
  }
  if (!existsSync(join(root, 'complete'))) {
    rmSync(suite, { recursive: true, force: true });
    mkdirSync(suite, { recursive: true });
    pip(python, 'download', '--no-binary', ':all:', '--no-deps', '--dest', root, `pymisp==${version}`);
    run('tar', ['-xzf', join(root, `pymisp-${version}.tar.gz`), '-C', suite, '--strip-components=1']);
    // The installed package is the one under test, not the copy in the source distribution.
    rmSync(join(suite, 'pymisp'), { recursive: true });
    provideExecutables(python, root, join(suite, 'tests/viper-test-files/test_files'));
    writeFileSync(join(root, 'complete'), '');
  }
  return { python, suite };
}

/** The newest PyMISP that the package index offers. */
export function latestVersion(): string {
  const answer = run('python3', ['-m', 'pip', 'index', 'versions', 'pymisp', '--disable-pip-version-check']);
  const version = /\(([\d.]+)\)/.exec(answer)?.[1];
  if (version === undefined) throw new Error(`no version of pymisp in: ${answer}`);
  return version;
}

/** Tells the suite where the instance under test is: the only file that it reads for that. */
export function writeKeys(environment: Environment, url: string, key: string): void {
  writeFileSync(join(environment.suite, 'keys.py'), `url = ${JSON.stringify(url)}\nkey = ${JSON.stringify(key)}\n`);
}

/** Its wheel holds launchers for Windows; the pip of a Linux distribution may come without them. */
const PIP_WITH_LAUNCHERS = '23.2.1';

const EXTRACT = `import sys, zipfile
wheel, target, *pairs = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for pair in pairs:
        name, launcher = pair.split('=')
        with open(target + '/' + name, 'wb') as file:
            file.write(archive.read('pip/_vendor/distlib/' + launcher))`;

/** The suite opens sample executables that are not in the distribution; pip ships launchers of the same shape. */
function provideExecutables(python: string, root: string, target: string): void {
  mkdirSync(target, { recursive: true });
  const version = PIP_WITH_LAUNCHERS;
  pip(python, 'download', '--only-binary', ':all:', '--no-deps', '--dest', root, `pip==${version}`);
  const pairs = Object.entries(standIns).map(([name, launcher]) => `${name}=${launcher}`);
  run(python, ['-c', EXTRACT, join(root, `pip-${version}-py3-none-any.whl`), target, ...pairs]);
}

function pip(python: string, ...args: string[]): void {
  run(python, ['-m', 'pip', '--disable-pip-version-check', '--quiet', ...args]);
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
