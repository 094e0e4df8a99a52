#!/usr/bin/env node
import { runMagpie } from '../../../launch/magpie.mjs';
// The installed program: plain JavaScript, so that it also starts under a Node that is too old for Magpie itself.
import { ensureNode24, requireLaunchableNode } from '../../../launch/node-24.mjs';
import { ensurePackages } from '../../../launch/packages.mjs';

try {
  requireLaunchableNode();
  await ensurePackages();
  process.exitCode = await runMagpie(await ensureNode24(), process.argv.slice(2));
} catch (error) {
  console.error(`magpie: ${error.message}`);
  process.exitCode = 1;
}
