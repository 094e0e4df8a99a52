import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { lastFolder } from './last-folder.ts';
import { ContentSourceError, type LibraryName } from './libraries.ts';
import { type LibraryResult, type UpdateOptions, updateContent } from './update.ts';

const MODELS: Readonly<Record<LibraryName, string>> = {
  taxonomies: 'Taxonomy',
  galaxies: 'Galaxy',
  objects: 'ObjectTemplate',
  warninglists: 'Warninglist',
  noticelists: 'Noticelist',
  'decaying-models': 'DecayingModel',
  'event-templates': 'EventTemplate',
};

/**
 * Updates one library from the configured source for a user who may do so, and records that; where the source cannot be
 * reached, from the folder that was read last. Throws `Invalid` with the reason when neither can be read.
 */
export async function runContentUpdate(
  magpie: Magpie,
  viewer: Viewer,
  library: LibraryName,
  force: boolean,
): Promise<LibraryResult> {
  let results: LibraryResult[];
  try {
    results = await updateFromWhatIsThere(magpie, { libraries: [library], force });
  } catch (error) {
    if (!(error instanceof ContentSourceError)) throw error;
    throw new Invalid('', `The ${library} could not be updated: ${error.message}`);
  }
  const [result = { library, files: 0, updated: 0, notices: [] }] = results;
  if (result.updated > 0) {
    const change = { model: MODELS[library], action: 'update', title: library, after: { updated: result.updated } };
    await magpie.database.asSystem('record content update', (tx) => recordChanges(tx, [change], viewer));
  }
  return result;
}

async function updateFromWhatIsThere(magpie: Magpie, options: UpdateOptions): Promise<LibraryResult[]> {
  const { contentSource, dataDir } = magpie.config;
  try {
    return await updateContent(magpie, contentSource, () => {}, options);
  } catch (error) {
    const path =
      error instanceof ContentSourceError && contentSource.kind === 'archives' && (await lastFolder(dataDir));
    if (!path) throw error;
    return updateContent(magpie, { kind: 'folder', path }, () => {}, options);
  }
}
