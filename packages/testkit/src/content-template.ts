import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Config, composeMagpie, migrate, openDatabase, prepareFirstStart, updateContent } from './server-parts.ts';
import { migratedTemplate, type Template } from './test-database.ts';

/** The public libraries (taxonomies, galaxies, ...) that tests use; they are not part of this repository. */
export const contentFolder = fileURLToPath(new URL('../../../../shared/content', import.meta.url));

/** True where the public libraries lie beside this repository. */
export function hasContent(): boolean {
  return existsSync(contentFolder);
}

/**
 * A template with the first administrator of `config` and all public libraries. It takes half a minute to make, and
 * is made again when the schema or the code that reads the libraries changes.
 */
export async function contentTemplate(config: Config): Promise<Template> {
  const hash = createHash('sha256')
    .update((await migratedTemplate()).hash)
    .update(JSON.stringify(config.firstAdmin));
  const importer = fileURLToPath(new URL('.', import.meta.resolve('@magpie/server/features/knowledge/content/update')));
  for (const name of (await readdir(importer)).sort()) hash.update(await readFile(`${importer}${name}`));
  return {
    kind: 'content',
    hash: hash.digest('hex').slice(0, 16),
    async fill(url) {
      const database = openDatabase(url, { maxConnections: 4 });
      try {
        await migrate(database);
        const magpie = await composeMagpie(config, database);
        await prepareFirstStart(magpie, config.firstAdmin);
        await updateContent(magpie, { kind: 'folder', path: contentFolder });
      } finally {
        await database.close();
      }
    },
  };
}
