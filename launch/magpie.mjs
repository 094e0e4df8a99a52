import { spawn } from 'node:child_process';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isNode24 } from './node-24.mjs';
import { watchParent } from './parent-watch.mjs';
import { magpieProgram, root } from './paths.mjs';

/** Compiled code from the last start: it halves the work of the next. */
const compileCache = join(root, 'node_modules', '.cache', 'magpie-compiled');

/**
 * Runs the `magpie` program with `args`; resolves with its exit code.
 *
 * In this process when its Node will do, which saves the memory of a second one; else in a
 * child that stops when we are gone. Either stops when the npm above us was killed.
 */
export async function runMagpie(node, args) {
  if (isNode24()) {
    watchParent(() => process.emit('SIGTERM'));
    // Read from the default export: under Node 20, which runs this file too, there is no such function.
    nodeModule.enableCompileCache(compileCache);
    const { main } = await import(pathToFileURL(magpieProgram).href);
    return main(args);
  }
  return runInChild(node, args);
}

function runInChild(node, args) {
  return new Promise((resolve, reject) => {
    // The channel carries no messages: the child stops when it closes, however we end.
    const child = spawn(node, [magpieProgram, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    watchParent(() => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));
  });
}
