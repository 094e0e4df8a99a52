import { at } from './attribute-select.ts';
import type { TextRow } from './copy-rows.ts';

/**
 * Rows of `joinedColumns` as rows of `attributeColumns`: one for each attribute, its tags in the order of their
 * links. Rows of an attribute must follow each other.
 */
export async function* joinedTags(batches: AsyncIterable<TextRow[]>): AsyncGenerator<TextRow[]> {
  let open: { row: TextRow; links: { id: number; tag: string }[] } | null = null;
  for await (const batch of batches) {
    const done: TextRow[] = [];
    for (const row of batch) {
      const link = row.shift() ?? null;
      const tag = row[at.tags] ?? null;
      if (open !== null && open.row[at.id] === row[at.id]) {
        if (link !== null && tag !== null) open.links.push({ id: Number(link), tag });
        continue;
      }
      if (open !== null) done.push(close(open));
      open = { row, links: link === null || tag === null ? [] : [{ id: Number(link), tag }] };
    }
    if (done.length > 0) yield done;
  }
  if (open !== null) yield [close(open)];
}

function close({ row, links }: { row: TextRow; links: { id: number; tag: string }[] }): TextRow {
  if (links.length > 1) {
    links.sort((x, y) => x.id - y.id);
    row[at.tags] = links.map((link) => link.tag).join(',');
  }
  return row;
}
