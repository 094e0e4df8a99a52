import type { ExportAttribute } from '@magpie/formats';
import { type AttributeRowsWanted, readAttributeRows } from './attribute-rows.ts';
import { withoutListed } from './csv-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readScoredRows } from './scored-rows.ts';

/** Everything that costs more is left out. */
const PLAIN: AttributeRowsWanted = {
  event: false,
  tags: false,
  eventTags: false,
  objects: false,
  inheritTags: false,
};

/** The attributes of an export, without those that warninglists know or that decayed, where the search wants that. */
export function exportRows(
  search: ExportSearch,
  further: Partial<AttributeRowsWanted> = {},
): AsyncIterable<ExportAttribute[]> {
  const wanted = { ...PLAIN, ...further };
  const rows = search.decay ? readScoredRows(search, search.decay, wanted) : readAttributeRows(search, wanted);
  return withoutListed(rows, search);
}
