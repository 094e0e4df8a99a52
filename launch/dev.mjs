import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { magpieProgram, root } from './paths.mjs';
import { viteProgram } from './web-client.mjs';

/**
 * Runs the server, restarted when its code changes, beside Vite's server of the web client.
 *
 * Resolves with an exit code once both have ended.
 */
export async function runDevelopment(node, args) {
  const children = [
    spawn(node, ['--watch', '--watch-preserve-output', magpieProgram, 'start', ...args], { stdio: 'inherit' }),
    spawn(node, [viteProgram()], { stdio: 'inherit', cwd: join(root, 'packages', 'web') }),
  ];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
  }
  const ends = children.map((child) => new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1))));
  return Math.max(...(await Promise.all(ends)));
}
