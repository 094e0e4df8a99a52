import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Magpie } from '../../../context.ts';
import { isSystemError } from '../../../errors.ts';
import { HttpProblem } from '../../../http/errors.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const EXTENSIONS = ['.ts', '.mjs', '.js'];
const MOST_BYTES = 1_000_000;
const MOST_EXPORTERS = 100;

/** The folder below the data folder in which the administrator of the machine puts exporters. */
export const EXPORTER_FOLDER = 'exporters';

/** An exporter as it is read from its file. */
export interface ExporterFile {
  readonly source: string;
  readonly isTypeScript: boolean;
}

/** Names of the exporters that the administrator has put there; none where there is no folder. */
export async function exporterNames({ config }: Magpie): Promise<string[]> {
  const files = await readdir(join(config.dataDir, EXPORTER_FOLDER)).catch(nothingIfMissing([]));
  const names = files
    .filter((file) => EXTENSIONS.includes(extname(file)))
    .map((file) => file.slice(0, -extname(file).length));
  return [...new Set(names.filter(isName))].sort().slice(0, MOST_EXPORTERS);
}

/** A folder or file that cannot be read is a fault of the machine that its administrator should get to know of. */
function nothingIfMissing<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return nothing;
    throw error;
  };
}

function isName(name: string): boolean {
  return NAME.test(name) && name.length <= 64;
}

/**
 * The file `exporters/<name>.ts`, `.mjs` or `.js`; null when there is none. Throws an error for one that is too large.
 */
export async function readExporter({ config }: Magpie, name: string): Promise<ExporterFile | null> {
  if (!isName(name)) return null;
  for (const extension of EXTENSIONS) {
    const path = join(config.dataDir, EXPORTER_FOLDER, `${name}${extension}`);
    const found = await stat(path).catch(nothingIfMissing(null));
    if (!found?.isFile()) continue;
    if (found.size > MOST_BYTES) throw new HttpProblem(500, `An exporter failed: it has more than ${MOST_BYTES} bytes`);
    return { source: await readFile(path, 'utf8'), isTypeScript: extension === '.ts' };
  }
  return null;
}
