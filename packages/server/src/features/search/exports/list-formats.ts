import { writeCache, writeCount, writeHashes, writeText, writeValuesWithContext } from '@magpie/formats';
import { type NamedFormat, PLAIN_TEXT } from './export-format.ts';
import { countPage } from './export-search.ts';
import { countKept } from './kept-page.ts';
import { exportRows } from './rows.ts';
import { readDistinctValues, readValueRows } from './value-rows.ts';

/** Lists of values by MISP's names, and `values`: every value once, without the restrictions of `text`. */
export const listFormats: readonly NamedFormat[] = [
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
  [
    'values',
    {
      ...PLAIN_TEXT,
      isRestrictive: false,
      write: (search) =>
        search.parameters.flag('includeContext')
          ? writeValuesWithContext(exportRows(search, { event: true, tags: true, eventTags: true }))
          : writeText(readDistinctValues(search)),
    },
  ],
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
      write: async (search, head) => writeCount((await countKept(search)) ?? (await countPage(search, head))),
    },
  ],
];
