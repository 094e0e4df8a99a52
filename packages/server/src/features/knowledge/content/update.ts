import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentSource } from '../../../config/content-source.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { downloadLibraries } from './archives.ts';
import { eventTemplateImport } from './event-template-import.ts';
import { UnusableFile } from './fields.ts';
import { galaxyImport } from './galaxy-import.ts';
import { removeLeftovers } from './leftovers.ts';
import { ContentSourceError, type LibraryName, libraryNames } from './libraries.ts';
import { findLibraryFiles, type LibraryFile } from './library-files.ts';
import type { ImportOptions, LibraryImport, LibraryItem, Notice } from './library-import.ts';
import { decayingModelImport, noticelistImport, warninglistImport } from './list-imports.ts';
import { objectTemplateImport } from './object-template-import.ts';
import { taxonomyImport } from './taxonomy-import.ts';

/** How far an update is, in files of one library. */
export interface ContentProgress {
  library: LibraryName;
  done: number;
  total: number;
}

/** What an update did with one library. */
export interface LibraryResult {
  library: LibraryName;
  /** Files found; 0 when the source does not have the library. */
  files: number;
  /** Things (taxonomies, clusters, templates, lists, ...) that were new or newer. */
  updated: number;
  /** Files and parts of files that were not stored, and why. */
  notices: Notice[];
}

/** Which part of the content, and how. */
export interface UpdateOptions {
  libraries?: readonly LibraryName[];
  /** Read also unchanged files, and write also what is not newer. */
  force?: boolean;
}

/** A batch ends after this many files or bytes: each is one short transaction. */
const BATCH_FILES = 64;
const BATCH_BYTES = 2 * 2 ** 20;
const UPDATE_LOCK = 7_246_881;
const SCRATCH_PREFIX = 'content-';

/**
 * Brings the libraries up to date with the source.
 *
 * Files that have not changed since they were read are skipped; each small batch of files is one transaction with its
 * ledger rows, so a killed update goes on where it was, and two at once do not disturb each other. Ids and what
 * users have set (enabled, required) stay. Throws `ContentSourceError` when the source cannot be reached or has none of
 * the libraries.
 */
export async function updateContent(
  magpie: Pick<Magpie, 'database' | 'settings' | 'config' | 'outgoing'>,
  source: ContentSource,
  onProgress: (progress: ContentProgress) => void = () => {},
  options: UpdateOptions = {},
): Promise<LibraryResult[]> {
  const libraries = options.libraries ?? libraryNames;
  if (source.kind === 'folder') return updateFromFolder(magpie, source.path, libraries, onProgress, options);
  const scratch = join(magpie.config.dataDir, 'tmp');
  await mkdir(scratch, { recursive: true });
  await removeLeftovers(scratch, SCRATCH_PREFIX);
  const folder = await mkdtemp(join(scratch, SCRATCH_PREFIX));
  try {
    await downloadLibraries(magpie.outgoing, source.baseUrl, folder, libraries);
    return await updateFromFolder(magpie, folder, libraries, onProgress, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function updateFromFolder(
  magpie: Pick<Magpie, 'database' | 'settings'>,
  folder: string,
  libraries: readonly LibraryName[],
  onProgress: (progress: ContentProgress) => void,
  { force = false }: UpdateOptions,
): Promise<LibraryResult[]> {
  const importOptions = { force, hostOrganisationId: magpie.settings.get('MISP.host_org_id') || 1 };
  const results: LibraryResult[] = [];
  for (const library of libraries) {
    const files = await findLibraryFiles(folder, library);
    const run = { magpie, library, files: files ?? [], onProgress, options: importOptions };
    results.push(await updateLibrary(run));
  }
  if (results.every((result) => result.files === 0)) {
    throw new ContentSourceError(`no library was found in ${folder}: expected ${libraries.join(', ')}`);
  }
  return results;
}

interface LibraryRun {
  magpie: Pick<Magpie, 'database'>;
  library: LibraryName;
  files: readonly LibraryFile[];
  onProgress: (progress: ContentProgress) => void;
  options: ImportOptions;
}

function updateLibrary(run: LibraryRun): Promise<LibraryResult> {
  switch (run.library) {
    case 'taxonomies':
      return importLibrary(run, taxonomyImport);
    case 'galaxies':
      return importLibrary(run, galaxyImport);
    case 'objects':
      return importLibrary(run, objectTemplateImport);
    case 'warninglists':
      return importLibrary(run, warninglistImport);
    case 'noticelists':
      return importLibrary(run, noticelistImport);
    case 'decaying-models':
      return importLibrary(run, decayingModelImport);
    case 'event-templates':
      return importLibrary(run, eventTemplateImport);
  }
}

interface PendingFile<Parsed> extends LibraryItem<Parsed> {
  digest: Buffer;
  bytes: number;
}

async function importLibrary<Parsed>(run: LibraryRun, library: LibraryImport<Parsed>): Promise<LibraryResult> {
  const { files, onProgress, options } = run;
  const result: LibraryResult = { library: run.library, files: files.length, updated: 0, notices: [] };
  const known = await run.magpie.database.asSystem('content ledger', (tx) => selectLedger(tx, run.library));
  let batch: PendingFile<Parsed>[] = [];
  const flush = async (done: number) => {
    if (batch.length > 0) {
      const written = await writeBatch(run, library, batch);
      result.updated += written.updated;
      result.notices.push(...written.notices);
      batch = [];
    }
    onProgress({ library: run.library, done, total: files.length });
  };
  for (const [index, { path, read }] of files.entries()) {
    const file = readPending(library, path, await read(), options.force ? undefined : known.get(path));
    if (typeof file === 'string') result.notices.push({ path, reason: file });
    else if (file !== null) batch.push(file);
    const bytes = batch.reduce((sum, pending) => sum + pending.bytes, 0);
    if (batch.length >= BATCH_FILES || bytes >= BATCH_BYTES) await flush(index + 1);
  }
  await flush(files.length);
  return result;
}

/** The file read and checked; null when it is known already, a text when it cannot be used. */
function readPending<Parsed>(
  library: LibraryImport<Parsed>,
  path: string,
  bytes: Buffer,
  knownDigest: Buffer | undefined,
): PendingFile<Parsed> | string | null {
  const digest = createHash('sha256').update(bytes).digest();
  if (knownDigest?.equals(digest)) return null;
  try {
    const read = library.read(path, bytes);
    return typeof read === 'string' ? read : { path, digest, bytes: bytes.length, ...read };
  } catch (error) {
    if (error instanceof UnusableFile) return error.message;
    throw error;
  }
}

function writeBatch<Parsed>(run: LibraryRun, library: LibraryImport<Parsed>, batch: readonly PendingFile<Parsed>[]) {
  return run.magpie.database.asSystem(`content ${run.library}`, async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [UPDATE_LOCK]);
    // Another update may have read the same files while this one waited for its turn.
    const known = run.options.force ? new Map<string, Buffer>() : await selectLedger(tx, run.library);
    const items = batch.filter((file) => !known.get(file.path)?.equals(file.digest));
    const written = await library.write(tx, items, run.options);
    await tx.execute(
      `insert into content_files (library, path, digest, item)
       select $1, * from unnest($2::text[], $3::bytea[], $4::text[])
       on conflict (library, path) do update set digest = excluded.digest, item = excluded.item, imported = now()`,
      [run.library, items.map((file) => file.path), items.map((file) => file.digest), items.map((file) => file.item)],
    );
    return written;
  });
}

async function selectLedger(tx: Transaction, library: LibraryName): Promise<Map<string, Buffer>> {
  const rows = await tx.query<{ path: string; digest: Buffer }>(
    'select path, digest from content_files where library = $1',
    [library],
  );
  return new Map(rows.map((row) => [row.path, row.digest]));
}

/** Forgets that files were read, so that the next update brings back what they hold. */
export async function forgetContent(tx: Transaction, library: LibraryName, item: string): Promise<void> {
  await tx.execute('delete from content_files where library = $1 and item = $2', [library, item]);
}
