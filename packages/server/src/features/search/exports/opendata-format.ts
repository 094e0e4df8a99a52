import { type OpenDataFields, writeOpenData } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { isObject } from '../../../http/lenient.ts';
import { type SearchParameters, sentParameters } from '../rest-search/parameters.ts';
import { type NamedFormat, PLAIN_TEXT } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';

/**
 * A search described to an open data portal. MISP sends it there itself; here it is written down, and nothing leaves
 * the instance.
 */
export const openDataFormats: readonly NamedFormat[] = [
  ['opendata', { ...PLAIN_TEXT, isRestrictive: false, write: writeOpenDataSearch }],
];

function writeOpenDataSearch({ parameters, scope }: ExportSearch, _head: unknown, magpie: Magpie): string {
  return writeOpenData({
    baseUrl: magpie.config.baseUrl,
    scope,
    filters: readFilters(parameters),
    organisation: String(magpie.settings.get('MISP.org') ?? 'MISP'),
    setup: readSetup(parameters.get('setup')),
  });
}

/** The filters as a URL has them. */
function readFilters(parameters: SearchParameters): [string, string][] {
  return sentParameters(parameters)
    .filter(([name]) => name !== 'returnFormat' && name !== 'setup')
    .map(([name, value]) => {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      const texts = list.flatMap((item) => (['string', 'number', 'boolean'].includes(typeof item) ? String(item) : []));
      if (texts.length !== list.length) {
        throw new BadRequest(`Invalid value for ${name}: opendata takes filters that can stand in a URL.`);
      }
      return [name, texts.join('||')];
    });
}

const WRONG_SETUP =
  'Invalid value for setup: it takes an object with "dataset" and "resources", objects as the portal has.';

/** An object, or its JSON as it stands in a URL. */
function readSetup(sent: unknown): { dataset: OpenDataFields; resources: OpenDataFields } {
  if (sent === undefined) return { dataset: {}, resources: {} };
  const setup = typeof sent === 'string' ? parse(sent) : sent;
  if (!isObject(setup)) throw new BadRequest(WRONG_SETUP);
  const { dataset = {}, resources = {} } = setup;
  if (!isObject(dataset) || !isObject(resources)) throw new BadRequest(WRONG_SETUP);
  return { dataset, resources };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(WRONG_SETUP);
  }
}
