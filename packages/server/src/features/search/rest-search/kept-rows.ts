import type { MembersOf } from './attribute-extras.ts';
import type { TextRow } from './copy-rows.ts';

/** A row that is answered, with its further members as `,"key":…`. */
export interface KeptRow {
  readonly row: TextRow;
  readonly further: string;
}

/** Which of the kept rows are wanted. */
export interface Window {
  readonly offset: number;
  readonly limit: number;
  /** Told of each row within the window that is left out, with how many were kept before it. */
  readonly onLeftOut?: (kept: number) => void;
}

/**
 * The rows that extras leave standing, from the offset on and up to the limit: what is left out counts for neither.
 * Reads no further than needed, batch by batch.
 */
export async function* keptRows(
  batches: AsyncIterable<readonly TextRow[]>,
  extras: (rows: readonly TextRow[]) => Promise<MembersOf>,
  { offset, limit, onLeftOut }: Window,
): AsyncGenerator<KeptRow[]> {
  let toSkip = offset;
  let missing = limit;
  for await (const rows of batches) {
    const members = await extras(rows);
    const kept: KeptRow[] = [];
    for (const row of rows) {
      const further = await members(row);
      if (further === null) {
        if (toSkip === 0) onLeftOut?.(limit - missing + kept.length);
        continue;
      }
      if (toSkip > 0) toSkip -= 1;
      else kept.push({ row, further });
      if (kept.length === missing) break;
    }
    missing -= kept.length;
    yield kept;
    if (missing === 0) return;
  }
}
