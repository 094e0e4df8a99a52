/** Areas of the recording whose features this version has. */
export const areasInScope: readonly string[] = [
  'instance',
  'errors',
  'organisations',
  'roles',
  'users',
  'authkeys',
  'sharing_groups',
  'tags',
  'taxonomies',
  'events',
  'attributes',
  'attribute_values',
  'objects',
  'sightings',
  'proposals',
  'event_reports',
  'analyst_data',
  'event_graph',
  'user_settings',
  'acl',
  'galaxies',
  'warninglists',
  'noticelists',
  'decaying_models',
  'restsearch_formats',
  'restsearch_filters',
  'freetext',
  'settings',
  'misc',
  'logs',
  'statistics',
  'delegation',
  'blocklists',
  'news',
  'correlations',
  'feeds',
  'servers',
];

/**
 * Areas whose exchanges are not even sent: they make the instance call others, or steer background work.
 * The exchanges of all other areas are sent, in scope or not, since later ones build on what they leave behind.
 */
export const areasNotSent: readonly string[] = ['sync', 'workflows', 'dashboards'];

interface OutOfScope {
  readonly ids: RegExp;
  readonly request: RegExp;
  readonly reason: string;
}

/**
 * Exchanges inside an area in scope that need a later version. `request` is tested against
 * `METHOD path body-as-JSON`.
 */
const outOfScope: readonly OutOfScope[] = [
  { ids: /^correlations-002$/, request: /./, reason: 'related attributes in the view of an event: a later version' },
  {
    ids: /^instance-/,
    request: /\/api\/getAllApis|queryACL|getWorkers|getRemoteUser|idTranslator|dbSchemaDiagnostic/,
    reason: 'describes the program MISP itself (its functions, workers, schema)',
  },
  {
    ids: /^misc-/,
    request:
      /^\S+ \/(?!admin\/organisations|tags\/|tag_collections\/|favourite_tags\/|sharing_groups\/|events\/(?:upload_sample|protect|unprotect)|collections\/|collectionElements\/|cryptographicKeys\/|bookmarks\/|modules\/queryEnrichment|rest_client_history\/)/,
    reason: 'modules, discussions and other side features: a later version',
  },
  { ids: /^attributes-074$/, request: /attributeReplace/, reason: 'replacing all values of a type: a later version' },
  { ids: /^servers-/, request: /\/servers\/(pull|push)/, reason: 'pulling and pushing: a later version' },
];

/** Why an exchange is not part of this version, or undefined where it is. */
export function whyOutOfScope(id: string, area: string, request: string): string | undefined {
  if (!areasInScope.includes(area)) return `area ${area}: a later version`;
  return outOfScope.find((rule) => rule.ids.test(id) && rule.request.test(request))?.reason;
}

/** Members of events, objects and attributes that later versions fill; an answer is compared without them. */
const laterMembers = new Set(['RelationshipInbound', 'GalaxyCluster']);

/** True where a member of this name, inside one of these things, belongs to a later version. */
export function isLaterMember(key: string, parent: string): boolean {
  if (!laterMembers.has(key)) return false;
  return ['Event', 'Object', 'Attribute', 'response', 'EventReport', 'RelatedEvent', 'Orgc', 'Org'].includes(parent);
}

/** True for a list item that only clusters of our own bring: a tag that names one by its uuid, and its galaxy. */
export function isOwnCluster(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  if ('Tag' in item) return isOwnCluster(item.Tag);
  if ('uuid' in item && typeof item.uuid === 'string') return item.uuid.startsWith('60000000-');
  return 'name' in item && typeof item.name === 'string' && /^misp-galaxy:[^=]+="6000000/.test(item.name);
}
