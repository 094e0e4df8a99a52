import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, isSystemError, NotFound, TooManyRequests } from '../../../errors.ts';
import type { SentFile } from './read-apart.ts';

/** A file that was sent to be imported. */
export interface UploadRow {
  readonly id: string;
  readonly file_name: string;
  readonly size: number;
  readonly job_id: number | null;
  readonly result: unknown;
}

const NOT_FOUND = 'This file is not here any more; send it again.';
/** Files that one user may have waiting. */
const MOST_UPLOADS = 20;
const KEPT_HOURS = 24;

function folderOf(magpie: Magpie): string {
  return join(magpie.config.dataDir, 'imports');
}

/**
 * Keeps a file for its user, a day at most. Beyond twenty the oldest that nobody decided about gives way: whoever closes
 * a page leaves his behind. Throws `BadRequest` for an empty one, `TooManyRequests` while all twenty are being stored.
 */
export async function keepUpload(magpie: Magpie, viewer: Viewer, file: SentFile): Promise<string> {
  if (file.bytes.length === 0) throw new BadRequest('The file is empty.');
  const id = randomUUID();
  const folder = folderOf(magpie);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, id), file.bytes, { mode: 0o600, flag: 'wx' });
  const left: string[] = [];
  try {
    await magpie.database.as(viewer, async (tx) => {
      // What a cancelled job leaves is nobody's either.
      const waiting = await tx.query<{ id: string; is_stored: boolean }>(
        `select u.id, exists (select from visible_jobs j where j.id = u.job_id and j.state in ('waiting', 'running'))
           as is_stored
         from visible_import_uploads u where u.result is null order by u.created, u.id`,
        [],
      );
      const surplus = Math.max(0, waiting.length - MOST_UPLOADS + 1);
      left.push(...waiting.flatMap(({ id: old, is_stored: busy }) => (busy ? [] : [old])).slice(0, surplus));
      if (left.length < surplus) throw new TooManyRequests(`Only ${MOST_UPLOADS} files may wait to be imported.`, 3600);
      await tx.execute('delete from visible_import_uploads where id = any ($1::uuid[])', [left]);
      await tx.execute('insert into visible_import_uploads (id, user_id, file_name, size) values ($1, $2, $3, $4)', [
        id,
        viewer.userId,
        file.fileName,
        file.bytes.length,
      ]);
    });
  } catch (error) {
    await rm(join(folder, id), { force: true });
    throw error;
  }
  for (const old of left) await rm(join(folder, old), { force: true });
  return id;
}

/** One's own file of this id. Throws `NotFound`. */
export async function findUpload(tx: Transaction, key: string | undefined): Promise<UploadRow> {
  const id = readUuid(key);
  const row =
    id === null
      ? null
      : await tx.first<UploadRow>(
          'select id, file_name, size, job_id, result from visible_import_uploads where id = $1',
          [id],
        );
  if (row === null) throw new NotFound(NOT_FOUND);
  return row;
}

/** The file behind an upload. Throws `NotFound` when it was taken away. */
export async function openUpload(magpie: Magpie, { id, file_name }: UploadRow): Promise<SentFile> {
  const bytes = await readFile(join(folderOf(magpie), id)).catch((cause: unknown) => {
    if (isSystemError(cause, 'ENOENT')) throw new NotFound(NOT_FOUND, { cause });
    throw cause;
  });
  return { fileName: file_name, bytes };
}

/** The job of upload `u` is to store it, or did; one that was cancelled or failed leaves it as it was. */
const BEGUN = `exists (select from visible_jobs j where j.id = u.job_id and j.state in ('waiting', 'running', 'done'))`;

/** Whether an upload is being stored, or was. */
export async function isBegun(tx: Transaction, { id, result }: UploadRow): Promise<boolean> {
  if (result !== null) return true;
  return (await tx.first(`select u.id from visible_import_uploads u where u.id = $1 and ${BEGUN}`, [id])) !== null;
}

/** Notes which job stores an upload; false when it is being stored, or was, already. */
export async function noteJob(tx: Transaction, id: string, job: number): Promise<boolean> {
  // A statement of its own: the next one sees the job of whoever had the row before.
  await tx.query('select id from visible_import_uploads where id = $1 for update', [id]);
  const begun = await tx.query(
    `update visible_import_uploads u set job_id = $2 where id = $1 and result is null and not ${BEGUN} returning id`,
    [id, job],
  );
  return begun.length > 0;
}

/** Writes down what became of an upload, and takes its file away: it is not needed again. */
export async function settleUpload(magpie: Magpie, viewer: Viewer, id: string, result: unknown): Promise<void> {
  await magpie.database.as(viewer, (tx) =>
    tx.execute('update visible_import_uploads set result = $2::jsonb where id = $1', [id, JSON.stringify(result)]),
  );
  await rm(join(folderOf(magpie), id), { force: true });
}

/** Takes away an upload that its user does not want any more. Throws `NotFound`. */
export async function dropUpload(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<void> {
  const { id } = await magpie.database.as(viewer, async (tx) => {
    const upload = await findUpload(tx, key);
    await tx.execute('delete from visible_import_uploads where id = $1', [upload.id]);
    return upload;
  });
  await rm(join(folderOf(magpie), id), { force: true });
}

/** Forgets uploads of yesterday, with files that belong to none. Returns how many. */
export async function forgetUploads(magpie: Magpie): Promise<number> {
  const folder = folderOf(magpie);
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isSystemError(cause, 'ENOENT')) return [];
    throw cause;
  });
  const gone = await magpie.database.asSystem('old imports', async (tx) => {
    const old = await tx.query<{ id: string }>(
      `delete from import_uploads where created < clock_timestamp() - make_interval(hours => $1) returning id`,
      [KEPT_HOURS],
    );
    const known = await tx.query<{ id: string }>('select id from import_uploads where id = any ($1::uuid[])', [
      names.filter((name) => readUuid(name) !== null),
    ]);
    const kept = new Set(known.map(({ id }) => id));
    return { old: old.length, files: names.filter((name) => !kept.has(name)) };
  });
  for (const name of gone.files) await rm(join(folder, name), { force: true });
  return gone.old;
}
