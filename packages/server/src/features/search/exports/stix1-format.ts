import { join } from 'node:path';
import { type Stix1Options, writeStix1, writeStix1Attributes } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { searchEventValues } from '../rest-search/search-events.ts';
import { attributeValues } from './attribute-values.ts';
import { JSON_TEXT, type NamedFormat, XML_TEXT } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readChoice } from './options.ts';
import { ScratchFile } from './scratch-file.ts';
import { forced } from './stix-format.ts';

/**
 * STIX 1.1.1, or 1.2 where `stix-version` asks for it. `stix` is XML, but JSON for whom asks for JSON; `stix-xml` and
 * `stix-json` are what they say.
 */
export const stix1Formats: readonly NamedFormat[] = [
  ['stix', { ...XML_TEXT, isRestrictive: false, asJson: 'stix-json', write: writeIn('xml') }],
  ['stix-xml', { ...XML_TEXT, isRestrictive: false, write: writeIn('xml') }],
  ['stix-json', { ...JSON_TEXT, isRestrictive: false, write: writeIn('json') }],
];

function writeIn(form: Stix1Options['form']) {
  return async (search: ExportSearch, _head: unknown, magpie: Magpie): Promise<AsyncIterable<string>> => {
    const { tx, viewer, scope } = search;
    const options: Stix1Options = {
      form,
      version: readChoice(search.parameters, 'stix-version', ['1.1.1', '1.2'], '1.1.1'),
      organisation: String(magpie.settings.get('MISP.org') ?? 'MISP'),
      baseUrl: magpie.config.baseUrl,
      now: new Date(magpie.now() * 1000),
      scratch: () => new ScratchFile(join(magpie.config.dataDir, 'tmp')),
    };
    if (scope === 'events') {
      const wanted = { includeEventCorrelations: false, noShadowAttributes: true, flatten: false };
      const events = await searchEventValues(magpie, tx, viewer, forced(search.parameters, wanted));
      return writeStix1(events, options);
    }
    return writeStix1Attributes(attributeValues(magpie, search), options);
  };
}
