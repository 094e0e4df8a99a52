import { writeXml } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { EVENT_XML_WITHOUT } from '../../intelligence/events/xml-view.ts';
import type { Piece } from '../rest-search/held-transaction.ts';
import { searchAttributes } from '../rest-search/search-attributes.ts';
import { searchEvents } from '../rest-search/search-events.ts';
import { type NamedFormat, XML_TEXT } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';

/** MISP's own XML. */
export const xmlFormats: readonly NamedFormat[] = [
  ['xml', { ...XML_TEXT, isRestrictive: false, write: writeXmlSearch }],
];

/** Made from the JSON of the same search, which has the same visibility and options. */
async function writeXmlSearch(search: ExportSearch, _head: unknown, magpie: Magpie): Promise<AsyncIterable<string>> {
  const { tx, viewer, scope, parameters } = search;
  const { body } =
    scope === 'events'
      ? await searchEvents(magpie, tx, viewer, parameters)
      : await searchAttributes(magpie, tx, parameters);
  const json = typeof body === 'string' ? whole(body) : body;
  return scope === 'events'
    ? writeXml(json, { without: EVENT_XML_WITHOUT, lineBreaks: false })
    : writeXml(json, { without: { Attribute: ['Event', 'Object'] }, lineBreaks: true });
}

async function* whole(text: string): AsyncGenerator<Piece> {
  yield text;
}
