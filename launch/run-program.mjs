import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LaunchError } from './say.mjs';

/** How long after its end output of a program is waited for. */
const LEFT_OPEN_MS = 5000;

/**
 * Runs a program with our terminal and resolves with its exit code (128 + signal number when killed).
 *
 * `options` are those of `child_process.spawn`.
 */
export function runProgram(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));
  });
}

/** As `runProgram`, for programs beside each other: what it prints comes in one piece when it has ended. */
export async function runAndGather(file, args, options = {}) {
  const { code, text } = await gather(file, args, options);
  process.stdout.write(text);
  return code;
}

/** Runs a program quietly; throws with its output when it fails. */
export async function runQuietly(file, args, options = {}) {
  const { code, text } = await gather(file, args, options);
  if (code !== 0) throw new LaunchError(`${file} ${args.join(' ')} failed (exit code ${code}):\n${text.trim()}`);
  return text;
}

async function gather(file, args, options) {
  const output = [];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', reject);
    let patience;
    const end = (code, signal) => {
      clearTimeout(patience);
      resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
    };
    child.once('close', end);
    // A process that it left behind may hold its output open.
    child.once('exit', (code, signal) => {
      patience = setTimeout(end, LEFT_OPEN_MS, code, signal);
    });
  });
  return { code, text: Buffer.concat(output).toString() };
}

/** Runs npm, the one that runs us where there is one. Quiet: throws with npm's output when it fails. */
export function runNpm(args, options = {}) {
  const program = process.env.npm_execpath;
  if (program?.endsWith('npm-cli.js')) return runQuietly(process.execPath, [program, ...args], options);
  return runQuietly(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    shell: process.platform === 'win32',
    ...options,
  });
}
