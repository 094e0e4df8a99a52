/** What describes a search to an open data portal. */
export interface OpenDataOptions {
  readonly baseUrl: string;
  readonly scope: 'events' | 'attributes';
  /** Of the search, as its URL names them. */
  readonly filters: readonly (readonly [name: string, value: string])[];
  readonly organisation: string;
  /** What the portal is to show instead of what is said here. */
  readonly setup: { readonly dataset: OpenDataFields; readonly resources: OpenDataFields };
}

/** Fields of the portal's own. */
export type OpenDataFields = Readonly<Record<string, unknown>>;

/**
 * The data set and its resource as an open data portal takes them (udata, the software of data.public.lu and
 * data.gouv.fr: `POST /api/1/datasets/` and `…/resources/`). The resource is remote: it points to the search, so that
 * the portal holds no copy of what is shared. To send it is left to who asked for it.
 */
export function writeOpenData({ baseUrl, scope, filters, organisation, setup }: OpenDataOptions): string {
  const named = filters.map(([name, value]) => `/${name}:${encodeURIComponent(value)}`).join('');
  const what = filters.length === 0 ? 'everything' : filters.map(([name, value]) => `${name} ${value}`).join(', ');
  const dataset = {
    title: `Threat intelligence of ${organisation}`,
    description: `Indicators shared by ${organisation} in the format of MISP.`,
    frequency: 'unknown',
    ...setup.dataset,
  };
  const resource = {
    title: `MISP ${scope}`,
    description: `The ${scope} found by a search for ${what}.`,
    type: 'api',
    filetype: 'remote',
    format: 'json',
    mime: 'application/json',
    url: `${baseUrl}/${scope}/restSearch/returnFormat:json${named}`,
    ...setup.resources,
  };
  return `${JSON.stringify({ dataset, resources: [resource] }, null, 2)}\n`;
}
