import { ensureNode24, requireLaunchableNode } from './node-24.mjs';
import { ensurePackages } from './packages.mjs';
import { LaunchError, say } from './say.mjs';

// Entry of `npm start`, `npm test` and `npm run dev`. Plain JavaScript without dependencies, because it
// runs before anything is installed and with whatever Node (20.19 or later) the machine has.
const commands = {
  start: async (node, args) => {
    const { ensureWebClient } = await import('./web-client.mjs');
    await ensureWebClient(node).catch((error) => {
      say(`the web client cannot be built, so only the API will answer: ${error.message}`);
    });
    const { runMagpie } = await import('./magpie.mjs');
    return runMagpie(node, ['start', ...args]);
  },
  test: async (node, args) => {
    const { runTests } = await import('./test.mjs');
    return runTests(node, args);
  },
  dev: async (node, args) => {
    const { runDevelopment } = await import('./dev.mjs');
    return runDevelopment(node, args);
  },
  // Any script, with the right Node: what .ci/run needs for the compiler and the linter.
  run: async (node, args) => {
    const { runProgram } = await import('./run-program.mjs');
    return runProgram(node, args);
  },
};

async function launch([name, ...args]) {
  requireLaunchableNode();
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) throw new LaunchError(`usage: node launch/launch.mjs ${Object.keys(commands).join('|')}`);
  await ensurePackages();
  return command(await ensureNode24(), args);
}

try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  say(error instanceof LaunchError ? error.message : (error.stack ?? error));
  process.exitCode = 1;
}
