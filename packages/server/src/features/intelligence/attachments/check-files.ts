import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';

const MOST_AT_ONCE = 1000;
const LOOKS_AT_ONCE = 16;

/** An attribute whose file is gone from the store. */
export interface MissingFile {
  readonly id: number;
  readonly uuid: string;
  readonly event_id: number;
  readonly type: string;
  readonly value1: string;
}

/** Missing files among some attributes, and the last attribute looked at while there are more; null at the end. */
export interface CheckedFiles {
  readonly missing: readonly MissingFile[];
  readonly next: number | null;
}

/** Looks whether the files of attributes are there, by attribute id from `afterId` on, at most 1,000 at once. */
export async function checkFiles(
  magpie: Magpie,
  viewer: Viewer,
  afterId: number,
  limit: number = MOST_AT_ONCE,
): Promise<CheckedFiles> {
  const most = Math.min(Math.max(limit, 1), MOST_AT_ONCE);
  const rows = await magpie.database.as(viewer, (tx) =>
    tx.query<MissingFile & { sha256: Buffer }>(
      `select a.id, a.uuid, a.event_id, a.type, a.value1, f.sha256 from visible_attachments f
       join visible_attributes a on a.id = f.attribute_id
       where f.attribute_id > $1 order by f.attribute_id limit $2`,
      [afterId, most],
    ),
  );
  const missing: MissingFile[] = [];
  for (let start = 0; start < rows.length; start += LOOKS_AT_ONCE) {
    const some = rows.slice(start, start + LOOKS_AT_ONCE);
    const there = await Promise.all(some.map(({ sha256 }) => magpie.attachments.has(sha256)));
    for (const [index, { sha256: _digest, ...row }] of some.entries()) if (there[index] === false) missing.push(row);
  }
  return { missing, next: rows.length === most ? (rows.at(-1)?.id ?? null) : null };
}
