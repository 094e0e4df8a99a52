import { BadRequest } from '../../../errors.ts';
import { type JsonObject, unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';

/** The scopes that restSearch is made for. */
export type SearchScope = 'events' | 'attributes' | 'objects';

/** Parameters of one search by MISP's names; what is not known is left out. */
export interface SearchParameters {
  readonly scope: SearchScope;
  /** True when the parameter was sent with something other than MISP's words for "not given". */
  has(name: string): boolean;
  /** As sent; undefined when it counts as not given. */
  get(name: string): unknown;
  /** As sent, whatever it is. */
  raw(name: string): unknown;
  /** MISP's flags: absent, 0, false and "0" are off, everything else is on. */
  flag(name: string): boolean;
}

// In positional order, as clients write them behind /restSearch/ (reference: restsearch-parameters.json).
const positional: Readonly<Record<SearchScope, readonly string[]>> = {
  events: words(`returnFormat value type category org tags searchall from to last eventid withAttachments metadata uuid
    publish_timestamp timestamp event_timestamp event_tags published enforceWarninglist sgReferenceOnly limit page
    requested_attributes includeContext headerless includeWarninglistHits attackGalaxy to_ids deleted excludeLocalTags
    date includeSightingdb tag object_relation threat_level_id eventinfo sharinggroup idList includeAllTags
    includeAttachments event_uuid distribution sharing_group_id disableSiteAdmin flatten blockedAttributeTags
    eventsExtendingUuid extended extensionList excludeGalaxy includeAnalystData includeRelatedTags includeDecayScore
    includeScoresOnEvent includeFeedCorrelations includeServerCorrelations noEventReports noShadowAttributes order
    protected includeGranularCorrelations policy walled_garden ns email serial refresh retry expiry minimum_ttl ttl
    org.sector org.local org.nationality`),
  attributes: words(`returnFormat value value1 value2 type category org tags from to last eventid withAttachments uuid
    publish_timestamp published timestamp enforceWarninglist to_ids deleted includeEventUuid event_timestamp
    threat_level_id includeEventTags includeProposals limit page requested_attributes includeContext headerless
    includeWarninglistHits attackGalaxy object_relation includeSightings includeCorrelations includeDecayScore
    decayingModel excludeDecayed modelOverrides includeFullModel score attribute_timestamp first_seen last_seen
    eventinfo sharinggroup allow_proposal_blocking flatten list event_ids includeAllTags includeAttributeUuid
    includeGalaxy order policy walled_garden ns email serial refresh retry expiry minimum_ttl ttl`),
  objects: words(`returnFormat value type category org tags first_seen last_seen from to last eventid withAttachments
    uuid publish_timestamp published timestamp enforceWarninglist to_ids deleted includeEventUuid event_timestamp
    threat_level_id includeEventTags includeProposals limit page requested_attributes includeContext headerless
    includeWarninglistHits attackGalaxy object_relation metadata includeAllTags object_name object_template_uuid
    object_template_version`),
};

// Sent by clients although MISP drops them, or of later MISP versions.
const additional: Readonly<Record<SearchScope, readonly string[]>> = {
  events: words(`quickFilter comment orgc_id after_id includeCorrelations includeEventCorrelations sharingGroup
    noSightings decayingModel excludeDecayed modelOverrides includeFullModel score ns_alt ip_address
    netfilter_action openioc-version stix-version options setup`),
  attributes: words(`searchall quickFilter comment event_tags orgc_id date event_uuid sharing_group_id tag after_id
    excludeLocalTags sharingGroup ns_alt ip_address netfilter_action openioc-version stix-version options
    setup`),
  objects:
    words(`order after_id sharinggroup sharing_group_id comment eventinfo tag excludeLocalTags searchall quickFilter
    event_tags includeDecayScore decayingModel excludeDecayed modelOverrides includeFullModel score`),
};

const known: Readonly<Record<SearchScope, ReadonlySet<string>>> = {
  events: new Set([...positional.events, ...additional.events]),
  attributes: new Set([...positional.attributes, ...additional.attributes]),
  objects: new Set([...positional.objects, ...additional.objects]),
};

/** Whether a search knows a parameter of this name. */
export function isSearchParameter(scope: SearchScope, name: string): boolean {
  return known[scope].has(name);
}

const NO_PARAMETERS =
  'Restsearch queries using GET and no parameters are not allowed. If you have passed parameters via a JSON body, make sure you use POST requests.';

/**
 * Gathers the parameters of a call: the body of a POST (flat or in `request`), over it named parameters, over them
 * positional ones. Unknown names are dropped, as clients send more than MISP reads. Throws `BadRequest` for a GET
 * without any.
 */
export function readSearchParameters(call: Call, scope: SearchScope): SearchParameters {
  const values = new Map<string, unknown>();
  const keep = (name: string, value: unknown) => {
    if (known[scope].has(name)) values.set(name, value);
  };
  const isBodied = call.method === 'POST' || call.method === 'PUT';
  if (isBodied) for (const [name, value] of Object.entries(bodyOf(call))) keep(name, value);
  for (const [name, value] of Object.entries(call.named)) keep(name, value);
  for (const [index, value] of call.rest.entries()) {
    const name = positional[scope][index];
    if (name !== undefined && !['null', '0', 'false', ''].includes(value)) values.set(name, splitPositional(value));
  }
  if (!isBodied && values.size === 0) throw new BadRequest(NO_PARAMETERS);
  return asParameters(scope, values);
}

/** Parameters from plain values, for callers other than a request. */
export function searchParametersOf(scope: SearchScope, values: Readonly<Record<string, unknown>>): SearchParameters {
  const entries = Object.entries(values).filter(([name]) => known[scope].has(name));
  return asParameters(scope, new Map(entries));
}

/** The parameters with some values replaced; names that the scope does not know are dropped. */
export function withParameters(
  parameters: SearchParameters,
  values: Readonly<Record<string, unknown>>,
): SearchParameters {
  const replaced = new Map(Object.entries(values).filter(([name]) => known[parameters.scope].has(name)));
  if (replaced.size === 0) return parameters;
  return asParameters(parameters.scope, new Map([...rawParameters(parameters), ...replaced]));
}

function rawParameters(parameters: SearchParameters): [string, unknown][] {
  return [...known[parameters.scope]].flatMap((name): [string, unknown][] => {
    const value = parameters.raw(name);
    return value === undefined ? [] : [[name, value]];
  });
}

/** All parameters that were given, by their names. */
export function sentParameters(parameters: SearchParameters): [string, unknown][] {
  return rawParameters(parameters).filter(([name]) => parameters.has(name));
}

function asParameters(scope: SearchScope, values: ReadonlyMap<string, unknown>): SearchParameters {
  const get = (name: string) => {
    const value = values.get(name);
    return value === null || value === false || value === '' ? undefined : value;
  };
  return {
    scope,
    get,
    raw: (name) => values.get(name),
    has: (name) => get(name) !== undefined,
    flag: (name) => {
      const value = get(name);
      return value !== undefined && value !== 0 && value !== '0' && value !== 'false';
    },
  };
}

function bodyOf(call: Call): JsonObject {
  return unwrap(call.body);
}

// `;` stands for `:` in paths; named parameters are decoded by the edge already.
function splitPositional(value: string): string | string[] {
  const text = value.replaceAll(';', ':').trim();
  return text.indexOf('||') > 0 ? text.split('||') : text;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Where a page of results begins and how long it is. */
export interface Page {
  /** Null: everything. */
  readonly limit: number | null;
  readonly offset: number;
  /** Keyset: only rows with a greater id. */
  readonly afterId: number | null;
}

/** Reads limit, page and after_id. Zero and negative limits are none; page counts only with a limit. */
export function readPage(parameters: SearchParameters): Page {
  const wanted = readCount(parameters, 'limit');
  const limit = wanted !== null && wanted > 0 ? wanted : null;
  const page = Math.max(1, readCount(parameters, 'page') ?? 1);
  const afterId = readCount(parameters, 'after_id');
  const offset = limit === null || afterId !== null ? 0 : (page - 1) * limit;
  return { limit, offset: Math.min(offset, Number.MAX_SAFE_INTEGER), afterId };
}

function readCount(parameters: SearchParameters, name: string): number | null {
  const value = parameters.get(name);
  if (value === undefined) return null;
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (!/^-?\d{1,15}$/.test(text)) throw new BadRequest(`${name} takes a whole number.`);
  return Number(text);
}
