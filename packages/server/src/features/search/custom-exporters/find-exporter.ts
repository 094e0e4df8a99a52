import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Magpie } from '../../../context.ts';
import type { ExportFormat } from '../exports/export-format.ts';
import { exportRows } from '../exports/rows.ts';
import { describeExporter, runExporter } from './run-exporter.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const EXTENSIONS = ['.ts', '.mjs', '.js'];

/** The folder below the data folder in which the administrator of the machine puts exporters. */
export const EXPORTER_FOLDER = 'exporters';

/** The exporter of this name as a format: the file `exporters/<name>.ts`, `.mjs` or `.js`; null when there is none. */
export async function findExporter(magpie: Magpie, name: string): Promise<ExportFormat | null> {
  const file = NAME.test(name) && name.length <= 64 ? await findFile(magpie, name) : null;
  if (file === null) return null;
  const { contentType, extension, scopes, restrictive } = await describeExporter(file);
  return {
    contentType,
    extension,
    responseFormat: Object.fromEntries(scopes.map((scope) => [scope, extension])),
    isRestrictive: restrictive,
    write: (search) => {
      const wanted = { event: true, tags: true, eventTags: true, objects: search.scope === 'events' };
      return runExporter(file, exportRows(search, wanted), {
        scope: search.scope,
        baseUrl: magpie.config.baseUrl,
        organisation: search.viewer.organisationName,
        now: magpie.now(),
        options: search.parameters.get('options') ?? null,
      });
    },
  };
}

/** Names of the exporters that the administrator has put there; none where there is no folder. */
export async function exporterNames({ config }: Magpie): Promise<string[]> {
  const files = await readdir(join(config.dataDir, EXPORTER_FOLDER)).catch(() => []);
  const names = files
    .filter((file) => EXTENSIONS.includes(extname(file)))
    .map((file) => file.slice(0, -extname(file).length));
  return [...new Set(names.filter((name) => NAME.test(name) && name.length <= 64))].sort();
}

async function findFile({ config }: Magpie, name: string): Promise<string | null> {
  for (const extension of EXTENSIONS) {
    const file = join(config.dataDir, EXPORTER_FOLDER, `${name}${extension}`);
    const found = await stat(file).catch(() => null);
    if (found?.isFile()) return file;
  }
  return null;
}
