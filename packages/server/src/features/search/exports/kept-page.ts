import type { ExportAttribute } from '@magpie/formats';
import type { LeftOut } from '../rest-search/search-head.ts';
import { readAttributeRows } from './attribute-rows.ts';
import type { ExportSearch } from './export-search.ts';
import { judgeRows } from './scored-rows.ts';

const PLAIN = { event: false, tags: false, eventTags: false, objects: false, inheritTags: false };

/**
 * A page of attributes counts those that warninglists and decaying models leave standing. Which rows that are is found
 * out beforehand, row by row and no further than the page goes; the page is then that stretch of all rows, out of which
 * the formats leave the same rows again.
 */
export async function fillPage(search: ExportSearch): Promise<{ search: ExportSearch; leftOut: LeftOut | null }> {
  const { page } = search;
  if (!mayLeaveOut(search)) return { search, leftOut: null };
  if (page.limit === null) return { search, leftOut: { count: 0, isWhole: false } };
  const { offset, length, kept } = await findStretch(search, page.offset, page.limit);
  const filled = { ...search, page: { ...page, offset, limit: Math.max(1, length) }, kept };
  return { search: filled, leftOut: { count: length - kept, isWhole: true } };
}

/** How many attributes are kept of all that are found; null for pages, and where none can be left out. */
export async function countKept(search: ExportSearch): Promise<number | null> {
  if (!mayLeaveOut(search) || search.page.limit !== null) return null;
  let kept = 0;
  for await (const rows of judgedRows(search)) kept += rows.filter((isKept) => isKept).length;
  return kept;
}

function mayLeaveOut({ listed, decay, scope }: ExportSearch): boolean {
  return scope === 'attributes' && (listed !== null || decay?.excludeDecayed === true);
}

/** Where the page begins among all rows, how many rows it spans, and how many of them are kept. */
async function findStretch(
  search: ExportSearch,
  offset: number,
  limit: number,
): Promise<{ offset: number; length: number; kept: number }> {
  let place = 0;
  let begin = offset === 0 ? 0 : -1;
  let toSkip = offset;
  let kept = 0;
  for await (const rows of judgedRows({ ...search, page: { ...search.page, limit: null, offset: 0 } })) {
    for (const isKept of rows) {
      place += 1;
      if (!isKept) continue;
      if (toSkip > 0) {
        toSkip -= 1;
        if (toSkip === 0) begin = place;
        continue;
      }
      kept += 1;
      if (kept === limit) return { offset: begin, length: place - begin, kept };
    }
  }
  return begin < 0 ? { offset: place, length: 0, kept: 0 } : { offset: begin, length: place - begin, kept };
}

async function* judgedRows(search: ExportSearch): AsyncGenerator<boolean[]> {
  const { listed, decay } = search;
  const isUnlisted = (row: ExportAttribute) => listed === null || !listed.isListed(row);
  if (decay?.excludeDecayed) {
    for await (const rows of judgeRows(search, decay, PLAIN)) {
      yield rows.map(({ row, isLeftOut }) => !isLeftOut && isUnlisted(row));
    }
    return;
  }
  for await (const rows of readAttributeRows(search, PLAIN, 'cursor')) yield rows.map(isUnlisted);
}
