import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { UnusableFile } from '../content/fields.ts';
import { taxonomyImport } from '../content/taxonomy-import.ts';
import { selectTaxonomy, type TaxonomyRow } from './queries.ts';

/**
 * Stores a taxonomy in the form of a library file (machinetag.json): a new one, or in place of one of its namespace,
 * whatever the version. Throws `Invalid` with the reason for what is no taxonomy of events.
 */
export async function importTaxonomy(magpie: Magpie, viewer: Viewer, file: unknown): Promise<TaxonomyRow> {
  const item = readTaxonomy(file);
  return magpie.database.asSystem('import taxonomy', async (tx) => {
    const options = { force: true, hostOrganisationId: viewer.organisationId };
    await taxonomyImport.write(tx, [{ path: 'import', ...item }], options);
    const taxonomy = await selectTaxonomy(tx, { namespace: item.item });
    if (taxonomy === null) throw new Invalid('', 'The taxonomy could not be stored.');
    const change = { model: 'Taxonomy', action: 'import', modelId: taxonomy.id, title: taxonomy.namespace };
    await recordChanges(tx, [{ ...change, after: { version: taxonomy.version } }], viewer);
    return taxonomy;
  });
}

function readTaxonomy(file: unknown) {
  try {
    const read = taxonomyImport.read('import', Buffer.from(JSON.stringify(file)));
    if (typeof read === 'string') throw new Invalid('', `The taxonomy cannot be used: ${read}.`);
    return read;
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    throw new Invalid('', `The taxonomy cannot be used: ${error.message}.`);
  }
}
