/** Areas of the recording whose features this version has. */
const areasInScope: readonly string[] = [
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
  'jobs',
  'sync',
];

/**
 * Areas whose exchanges are not even sent: they make the instance call others, or steer background work.
 * The exchanges of all other areas are sent, in scope or not, since later ones build on what they leave behind.
 */
export const areasNotSent: readonly string[] = ['workflows', 'dashboards'];

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
  {
    ids: /^instance-/,
    request: /\/api\/getAllApis|queryACL|getWorkers|idTranslator|dbSchemaDiagnostic/,
    reason: 'describes the program MISP itself (its functions, workers, schema)',
  },
  { ids: /^servers-/, request: /\/servers\/(pull|push)/, reason: 'pulling and pushing: a later version' },
];

/** Why an exchange is not part of this version, or undefined where it is. */
export function whyOutOfScope(id: string, area: string, request: string): string | undefined {
  if (!areasInScope.includes(area)) return `area ${area}: a later version`;
  return outOfScope.find((rule) => rule.ids.test(id) && rule.request.test(request))?.reason;
}

/** Exchanges that are not sent, because the intended answer would leave another state for all that follow. */
export const notSent: Readonly<Record<string, string>> = {
  'attribute_values-056': 'attributes of type uuid came after 2.5.1',
  'warninglists-022': 'MISP only redirects here and keeps the list, which later exchanges meet; Magpie deletes it',
  'sharing_groups-033':
    'MISP 2.5.1 ignores an edit that is not wrapped; later releases, and PyMISP, expect it to be made',
};
