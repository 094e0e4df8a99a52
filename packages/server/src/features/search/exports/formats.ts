import {
  csvColumns,
  type ExportAttribute,
  writeCache,
  writeCount,
  writeCsv,
  writeHashes,
  writeText,
} from '@magpie/formats';
import { BadRequest } from '../../../errors.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';
import type { SearchHead } from '../rest-search/search-attributes.ts';
import { readAttributeRows } from './attribute-rows.ts';
import { countPage, type ExportScope, type ExportSearch } from './export-search.ts';
import { readScoredRows } from './scored-rows.ts';
import { readDistinctValues, readValueRows } from './value-rows.ts';

/** A format in which searches of events and attributes answer. */
export interface ExportFormat {
  readonly contentType: string;
  /** Of the file's name in the event scope. */
  readonly extension: string;
  /** X-Response-Format. */
  readonly responseFormat: Readonly<Record<ExportScope, string>>;
  /** Only what is meant for detection, of published events, unless the search says otherwise. */
  readonly isRestrictive: boolean;
  write(search: ExportSearch, head: SearchHead): AsyncIterable<string> | Promise<string>;
}

const PLAIN_TEXT = {
  contentType: 'text/plain; charset=UTF-8',
  extension: 'txt',
  responseFormat: { events: 'txt', attributes: 'txt' },
};

/** The formats by MISP's names, and `values`: every value once, without the restrictions of `text`. */
export const exportFormats: ReadonlyMap<string, ExportFormat> = new Map<string, ExportFormat>([
  [
    'csv',
    {
      contentType: 'text/csv; charset=UTF-8',
      extension: 'csv',
      responseFormat: { events: 'csv', attributes: 'csv' },
      isRestrictive: false,
      write: writeCsvSearch,
    },
  ],
  [
    'text',
    {
      ...PLAIN_TEXT,
      // MISP's name for the file and its header differ in the event scope.
      extension: 'text',
      responseFormat: { events: 'text', attributes: 'txt' },
      isRestrictive: true,
      write: (search) => writeText(readDistinctValues(search)),
    },
  ],
  ['values', { ...PLAIN_TEXT, isRestrictive: false, write: (search) => writeText(readDistinctValues(search)) }],
  [
    'hashes',
    { ...PLAIN_TEXT, isRestrictive: true, write: (search) => writeHashes(readValueRows(search, { hashesOnly: true })) },
  ],
  [
    'cache',
    {
      ...PLAIN_TEXT,
      isRestrictive: false,
      write: (search) => {
        const eventUuids = search.parameters.flag('includeEventUuid');
        return writeCache(readValueRows(search, { withUuid: eventUuids }), { eventUuids });
      },
    },
  ],
  [
    'count',
    {
      ...PLAIN_TEXT,
      isRestrictive: false,
      write: async (search, head) => writeCount(await countPage(search, head)),
    },
  ],
]);

const MOST_COLUMNS = 200;

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

async function* withoutListed(
  batches: AsyncIterable<ExportAttribute[]>,
  { listed }: ExportSearch,
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
