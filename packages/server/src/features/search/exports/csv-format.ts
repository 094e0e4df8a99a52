import { csvColumns, type ExportAttribute, writeCsv } from '@magpie/formats';
import { BadRequest } from '../../../errors.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';
import { readAttributeRows } from './attribute-rows.ts';
import { inBothScopes, type NamedFormat } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readScoredRows } from './scored-rows.ts';

const MOST_COLUMNS = 200;

/** CSV with MISP's options. */
export const csvFormats: readonly NamedFormat[] = [
  [
    'csv',
    {
      contentType: 'text/csv; charset=UTF-8',
      extension: 'csv',
      responseFormat: inBothScopes('csv'),
      isRestrictive: false,
      write: writeCsvSearch,
    },
  ],
];

function writeCsvSearch(search: ExportSearch): AsyncIterable<string> {
  const { parameters, scope } = search;
  const requested = readRequested(parameters);
  const context = parameters.flag('includeContext');
  const columns = csvColumns({
    ...(requested ? { requested } : {}),
    context,
    decay: parameters.flag('includeDecayScore'),
  });
  const wants = (name: string) => requested === null || requested.includes(name);
  const wanted = {
    event: context || (requested?.some((name) => name.startsWith('event_') && name !== 'event_id') ?? false),
    tags: wants('attribute_tag'),
    eventTags: context || (requested?.includes('event_tag') ?? false),
    objects: scope === 'events' && (requested === null || requested.some((name) => name.startsWith('object_'))),
    inheritTags: parameters.flag('includeEventTags') && wants('attribute_tag'),
  };
  const rows = search.decay ? readScoredRows(search, search.decay, wanted) : readAttributeRows(search, wanted);
  return writeCsv(withoutListed(rows, search), columns, { headerless: parameters.flag('headerless') });
}

/** The attributes without those that warninglists know, where the search wants that. */
export async function* withoutListed(
  batches: AsyncIterable<ExportAttribute[]>,
  { listed }: Pick<ExportSearch, 'listed'>,
): AsyncGenerator<ExportAttribute[]> {
  for await (const rows of batches) yield listed === null ? rows : rows.filter((row) => !listed.isListed(row));
}

/** The columns asked for: a list, or a text with commas as it comes in paths. */
function readRequested(parameters: SearchParameters): string[] | null {
  const sent = parameters.get('requested_attributes');
  if (sent === undefined) return null;
  const list: unknown[] = Array.isArray(sent) ? sent : [sent];
  const names = list.flatMap((name) => {
    if (typeof name !== 'string') throw new BadRequest('requested_attributes takes names of columns.');
    return name.split(',').map((part) => part.trim());
  });
  if (names.length > MOST_COLUMNS) throw new BadRequest(`requested_attributes takes ${MOST_COLUMNS} names at most.`);
  const given = names.filter((name) => name !== '');
  return given.length === 0 ? null : given;
}
