import {
  attackData,
  contextHtml,
  contextMarkdown,
  navigatorLayer,
  writeAttack,
  writeAttackSightings,
} from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { readContext, readMatrix } from './context-reading.ts';
import { type ExportFormat, JSON_TEXT, type NamedFormat } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readSeenTechniques } from './technique-sightings.ts';

const PAGE = {
  contentType: 'text/html; charset=UTF-8',
  extension: 'html',
  responseFormat: { events: 'html' },
  isRestrictive: false,
  isPage: true,
} satisfies Partial<ExportFormat>;
const OF_EVENTS = { ...JSON_TEXT, responseFormat: { events: 'json' }, isRestrictive: false };

/** What tags and clusters tell of events. */
export const contextFormats: readonly NamedFormat[] = [
  ['attack', { ...PAGE, write: writeAttackSearch }],
  ['attack-matrix', { ...OF_EVENTS, write: async (search) => JSON.stringify(attackData(await readMatrix(search))) }],
  ['navigator', { ...OF_EVENTS, write: writeNavigatorSearch }],
  [
    'attack-sightings',
    { ...JSON_TEXT, isRestrictive: false, write: (search) => writeAttackSightings(readSeenTechniques(search)) },
  ],
  ['context', { ...PAGE, write: writeContextSearch }],
  [
    'context-markdown',
    {
      ...PAGE,
      contentType: 'text/markdown; charset=UTF-8',
      write: async (search, _head, { config }) => contextMarkdown(await readContext(search), config),
    },
  ],
];

async function writeAttackSearch(search: ExportSearch, _head: unknown, { config }: Magpie) {
  return pieces(writeAttack(await readMatrix(search), config));
}

async function writeContextSearch(search: ExportSearch, _head: unknown, { config }: Magpie) {
  const context = await readContext(search);
  return pieces(contextHtml(context, config, writeAttack(await readMatrix(search), config)));
}

async function writeNavigatorSearch(search: ExportSearch, _head: unknown, magpie: Magpie): Promise<string> {
  const organisation = magpie.settings.get('MISP.org');
  const day = new Date(magpie.now() * 1000).toISOString().slice(0, 10);
  const description = `Techniques on events of ${organisation}, by number of events, as of ${day}`;
  return JSON.stringify(navigatorLayer(await readMatrix(search), { name: `${organisation} ${day}`, description }));
}

async function* pieces(texts: Iterable<string>): AsyncGenerator<string> {
  yield* texts;
}
