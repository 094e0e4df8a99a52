import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the project. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The `magpie` program, which needs Node 24. */
export const magpieProgram = join(root, 'packages', 'cli', 'src', 'main.ts');
