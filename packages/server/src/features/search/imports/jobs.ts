import { readUuid } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { isObject } from '../../../http/lenient.ts';
import { type RunningJob, viewerOfJob } from '../../../jobs/jobs.ts';
import type { FreeTextRequest } from '../free-text/free-text-request.ts';
import { importFreeText } from '../free-text/import-free-text.ts';
import { storedWire, storeFile } from './store-file.ts';
import { readStoreOptions } from './store-options.ts';
import { findUpload, forgetUploads, openUpload, settleUpload } from './uploads.ts';

/** Kinds of the background work of imports. */
export const IMPORT_FILE = 'import_file';

/** The kind of the jobs that store what was found in a long text. */
export const IMPORT_TEXT = 'import_free_text';
const FORGET = 'forget_imports';

/** Who does the imports that take long, and who tidies up after them. */
export function registerImports(magpie: Magpie): void {
  magpie.jobs.register(IMPORT_FILE, (job) => importUpload(magpie, job));
  magpie.jobs.register(IMPORT_TEXT, (job) => importText(magpie, job));
  magpie.jobs.register(FORGET, async () => `${await forgetUploads(magpie)} old files forgotten.`);
  magpie.jobs.every({ name: FORGET, kind: FORGET, queue: 'default', title: '', input: null, everySeconds: 3600 });
}

async function importUpload(magpie: Magpie, job: RunningJob): Promise<string> {
  const viewer = viewerOfJob(job);
  const input = isObject(job.input) ? job.input : {};
  const events = atLeastOne(input.events);
  const attributes = atLeastOne(input.attributes);
  const upload = await magpie.database.as(viewer, (tx) => findUpload(tx, readUuid(input.upload) ?? undefined));
  job.progress(1, 'Reading');
  try {
    const stored = await storeFile(
      magpie,
      viewer,
      await openUpload(magpie, upload),
      readStoreOptions(isObject(input.options) ? input.options : {}),
      {
        seed: upload.id,
        signal: job.signal,
        told: (done) => {
          const share = Math.max(done.events / events, done.attributes / attributes) * 100;
          job.progress(Math.max(1, Math.min(99, Math.round(share))), done.title.slice(0, 200));
        },
      },
    );
    await settleUpload(magpie, viewer, upload.id, storedWire(stored));
    return `${stored.results.filter(({ action }) => action !== 'refused').length} events imported.`;
  } catch (error) {
    // The page reads the reason with the result; the job has it too.
    if (error instanceof BadRequest) await settleUpload(magpie, viewer, upload.id, { error: error.message });
    throw error;
  }
}

async function importText(magpie: Magpie, job: RunningJob): Promise<string> {
  const viewer = viewerOfJob(job);
  const input = isObject(job.input) ? job.input : {};
  const upload = await magpie.database.as(viewer, (tx) => findUpload(tx, readUuid(input.upload) ?? undefined));
  const { bytes } = await openUpload(magpie, upload);
  const { distribution, sharingGroupId, warninglists, event } = input;
  const request: FreeTextRequest = {
    text: Buffer.from(bytes).toString('utf8'),
    distribution: typeof distribution === 'number' || typeof distribution === 'string' ? distribution : 5,
    sharingGroupId: typeof sharingGroupId === 'number' ? sharingGroupId : 0,
    warninglists: warninglists === 'soft' || warninglists === 'hard' ? warninglists : 'ignore',
    isOffer: false,
    withWarnings: false,
  };
  const { storedCount } = await importFreeText(magpie, viewer, String(event), request, { readBack: false });
  await settleUpload(magpie, viewer, upload.id, { storedCount });
  return `${storedCount} attributes created.`;
}

function atLeastOne(count: unknown): number {
  return typeof count === 'number' && count >= 1 ? count : Number.POSITIVE_INFINITY;
}
