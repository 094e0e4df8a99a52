import { writeStix2, writeStix2Attributes } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';
import { searchEventValues } from '../rest-search/search-events.ts';
import { attributeValues } from './attribute-values.ts';
import { JSON_TEXT, type NamedFormat } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readChoice } from './options.ts';

/** STIX 2.1, or 2.0 where `stix-version` asks for it. */
export const stixFormats: readonly NamedFormat[] = [
  ['stix2', { ...JSON_TEXT, isRestrictive: false, write: writeStixSearch }],
];

/** Made from what the JSON of the same search holds, with the same visibility and options. */
async function writeStixSearch(search: ExportSearch, _head: unknown, magpie: Magpie): Promise<AsyncIterable<string>> {
  const { tx, viewer, scope } = search;
  const version = readChoice(search.parameters, 'stix-version', ['2.0', '2.1'], '2.1');
  if (scope === 'events') {
    const parameters = forced(search.parameters, {
      includeEventCorrelations: false,
      noShadowAttributes: true,
      includeAnalystData: true,
      flatten: false,
    });
    return writeStix2(await searchEventValues(magpie, tx, viewer, parameters), { version });
  }
  return writeStix2Attributes(attributeValues(magpie, search), { version });
}

/** The parameters with some that this format decides on. */
export function forced(parameters: SearchParameters, values: Readonly<Record<string, boolean>>): SearchParameters {
  const has = (name: string) => Object.hasOwn(values, name);
  return {
    scope: parameters.scope,
    get: (name) => (has(name) ? values[name] : parameters.get(name)),
    raw: (name) => (has(name) ? values[name] : parameters.raw(name)),
    has: (name) => has(name) || parameters.has(name),
    flag: (name) => (has(name) ? values[name] === true : parameters.flag(name)),
  };
}
