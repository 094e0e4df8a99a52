import { joinValue } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { loadFiles } from '../events/load.ts';
import { deletedModeFor } from '../events/read-options.ts';
import type { AttributeRow } from '../events/rows.ts';
import { safeFileName } from './file-name.ts';

/** A file to save. */
export interface DownloadedFile {
  bytes: Buffer;
  fileName: string;
  contentType: string;
}

const NOT_THERE = 'Attribute does not exist or you do not have the permission to download this attribute.';

/** A visible attribute with its file. Throws one and the same `NotFound` for those that are unknown, hidden or without. */
export function findStoredFile(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
): Promise<{ attribute: AttributeRow; bytes: Buffer }> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findAttribute(tx, idOrUuid);
    if (found === null) throw new NotFound(NOT_THERE);
    const { attribute, event } = found;
    if (attribute.deleted && deletedModeFor(viewer, event, 'both') === 'live') throw new NotFound(NOT_THERE);
    const sha256 = (await loadFiles(tx, [attribute.id])).get(attribute.id);
    if (sha256 === undefined) throw new NotFound(NOT_THERE);
    return { attribute, bytes: await magpie.attachments.get(sha256) };
  });
}

/** The file of an attachment under its own name, or the still encrypted ZIP of a sample as `<name>.zip`. */
export async function downloadFile(
  magpie: Magpie,
  viewer: Viewer,
  idOrUuid: string | undefined,
): Promise<DownloadedFile> {
  const { attribute, bytes } = await findStoredFile(magpie, viewer, idOrUuid);
  if (attribute.type === 'malware-sample') {
    const fileName = `${safeFileName(attribute.value1) ?? 'sample'}.zip`;
    return { bytes, fileName, contentType: 'application/zip' };
  }
  const fileName = safeFileName(joinValue(attribute.value1, attribute.value2)) ?? 'attachment';
  return { bytes, fileName, contentType: contentTypeOf(fileName) };
}

// Everything but plain text is nameless bytes: no browser shall render what an attacker sent.
function contentTypeOf(fileName: string): string {
  return /\.txt$/i.test(fileName) ? 'text/plain; charset=UTF-8' : 'application/octet-stream';
}
