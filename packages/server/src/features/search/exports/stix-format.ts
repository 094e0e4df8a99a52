import { writeStix2, writeStix2Attributes } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { galaxiesOfTags } from '../../knowledge/galaxies/service.ts';
import type { Piece } from '../rest-search/held-transaction.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';
import { searchAttributes } from '../rest-search/search-attributes.ts';
import { searchEventValues } from '../rest-search/search-events.ts';
import { JSON_TEXT, type NamedFormat } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { splitAttributes } from './json-elements.ts';
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
  // With sightings wanted the rows come through a cursor, so that clusters can be looked up between them.
  const parameters = forced(search.parameters, { includeSightings: true });
  const { body } = await searchAttributes(magpie, tx, parameters);
  return writeStix2Attributes(withGalaxies(tx, splitAttributes(pieces(body))), { version });
}

/** The pieces of a search's JSON. */
export async function* pieces(body: string | AsyncIterable<Piece>): AsyncGenerator<Piece> {
  if (typeof body === 'string') yield body;
  else yield* body;
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

function parse(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('the JSON of a search held no object');
  return value;
}

/** So many names are remembered; a search rarely has as many. */
const MOST_NAMES = 20_000;

type Galaxy = JsonObject & { GalaxyCluster: JsonObject[] };

/** Attributes with the galaxies that their tags name, as they stand in events. */
export async function* withGalaxies(tx: Transaction, batches: AsyncIterable<string[]>): AsyncGenerator<JsonObject[]> {
  const known = new Map<string, Galaxy | null>();
  for await (const batch of batches) {
    const attributes = batch.map(parse);
    const names = new Set(attributes.flatMap(galaxyTags).filter((name) => !known.has(name)));
    if (names.size > 0) {
      if (known.size > MOST_NAMES) known.clear();
      const found = await galaxiesOfTags(tx, [...names]);
      for (const name of names) {
        const one = found.get(name);
        known.set(name, one ? { ...one.galaxy, GalaxyCluster: [{ ...one.cluster }] } : null);
      }
    }
    yield attributes.map((attribute) => {
      const galaxies = galaxyTags(attribute).flatMap((name) => known.get(name) ?? []);
      return galaxies.length === 0 ? attribute : { ...attribute, Galaxy: galaxies };
    });
  }
}

function galaxyTags(attribute: JsonObject): string[] {
  const { Tag: tags } = attribute;
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag: unknown) =>
    isObject(tag) && typeof tag.name === 'string' && tag.name.startsWith('misp-galaxy:') ? [tag.name] : [],
  );
}
