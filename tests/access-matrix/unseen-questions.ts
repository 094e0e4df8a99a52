import { allOperations } from '@magpie/server/app';
import { exportFormats } from '@magpie/server/features/search/exports/formats.ts';
import type { Operation } from '@magpie/server/http/operation';
import { SECRET, shared, type UnseenWorld } from './unseen-world.ts';

/** One request that must answer the same, whatever others hide. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** Every read of every operation on what is seen. */
export function generalQuestions(world: UnseenWorld): Question[] {
  const reads = allOperations(world.magpie.magpie).filter(
    ({ effect, name }) => effect === 'read' && !notAsked.test(name),
  );
  return reads.flatMap((operation) => questionsOf(operation, world));
}

/** Sessions, and what asks other machines. */
const notAsked =
  /^(users\.(log|totp|hotp|heartbeat|checkIf)|health|openapi|servers\.(test|preview|getRemote)|feeds\.preview)/;

const MOST_PATHS = 16;

/** What the arguments of paths may name, by the argument. */
function valuesOf(argument: string, names: UnseenWorld['names']): (string | undefined)[] {
  const table: Readonly<Record<string, readonly string[]>> = {
    event: ['event', 'own', 'eventUuid'],
    id: ['event', 'own'],
    element: ['event', 'own', 'attribute'],
    attribute: ['attribute', 'ownAttribute'],
    object: ['object'],
    report: ['report'],
    tag: ['tag'],
    galaxy: ['galaxy'],
    cluster: ['cluster', 'clusterUuid'],
    collection: ['collection'],
    user: ['user', 'keeperUser'],
    organisation: ['home', 'keeper'],
    key: ['noteUuid'],
    uuid: ['eventUuid', 'ownUuid', 'attributeUuid'],
    reference: ['eventUuid', 'objectUuid', 'attributeUuid'],
  };
  const constants: Readonly<Record<string, readonly string[]>> = {
    kind: ['Note', 'Opinion', 'Relationship'],
    of: ['event', 'attribute'],
    parent_type: ['Event'],
    context: ['event', 'attribute'],
    type: ['event', 'galaxy', 'tag', 'Event', 'Attribute'],
    scope: ['event', 'all', 'my_collections', 'org_collections'],
    page: ['data', 'orgs', 'users', 'tags', 'attributehistogram', 'sightings', 'galaxyMatrix'],
    by: ['type', 'category'],
    format: ['suricata', 'csv', 'json', 'text'],
    family: ['enrichment'],
  };
  return [...(table[argument] ?? []).map((name) => names[name]), ...(constants[argument] ?? [])];
}

/** An operation with every combination of what its arguments may name, up to a bound. */
function questionsOf(operation: Operation, { names }: UnseenWorld): Question[] {
  let paths = [''];
  const complete: string[] = [];
  for (const segment of operation.path.split('/').slice(1)) {
    const [, argument, optional] = /^\{(\w+)(\?)?\}$/.exec(segment) ?? [];
    if (argument !== undefined && optional !== undefined) complete.push(...paths);
    const values = argument === undefined ? [segment] : valuesOf(argument, names);
    paths = paths.flatMap((path) => values.map((value) => `${path}/${value}`)).slice(0, MOST_PATHS);
  }
  const all = [...new Set([...complete, ...paths])];
  const method = operation.methods.includes('GET') ? 'GET' : 'POST';
  return all.map((path): Question => ({ method, path }));
}

/** Filters that the hidden things would meet. */
export function searches(names: UnseenWorld['names']): Question[] {
  const post = (path: string, ...bodies: unknown[]) => bodies.map((body): Question => ({ method: 'POST', path, body }));
  const filters: Record<string, unknown>[] = [
    ...[{}, { value: shared.domain }, { value: '%example%' }, { value: `%${SECRET}%` }, { value: shared.network }],
    ...[
      { searchall: `%${SECRET}%` },
      { searchall: shared.domain },
      { comment: `%${SECRET}%` },
      { eventinfo: `%${SECRET}%` },
    ],
    ...[
      { tags: ['seen:tag'] },
      { tags: [`${SECRET}:tag`] },
      { tags: ['!seen:tag'] },
      { tags: `%${SECRET}%` },
      { event_tags: ['seen:tag'] },
    ],
    ...[
      { org: 'Keeper' },
      { org: '!Keeper' },
      { sharinggroup: ['1', '2', '3'] },
      { type: 'hostname' },
      { type: '!domain' },
    ],
    ...[
      { eventid: names.event },
      { eventid: `!${names.event}` },
      { extended: 1 },
      { eventid: names.event, extended: 1 },
    ],
    ...[
      { deleted: [0, 1] },
      { deleted: 'only' },
      { published: 1 },
      { published: 0 },
      { date: '2024-05-06' },
      { timestamp: '1d' },
    ],
    ...[
      { publish_timestamp: '1d' },
      { limit: 1 },
      { limit: 2, page: 2 },
      { limit: 1, order: 'id desc' },
      { after_id: 1, limit: 2 },
    ],
    ...[
      { includeCorrelations: 1 },
      { includeSightings: 1, includeEventTags: 1, includeContext: 1 },
      { includeDecayScore: 1 },
    ],
    ...[
      { includeGranularCorrelations: 1 },
      { includeRelatedTags: 1, includeCorrelations: 1 },
      { includeAnalystData: 1 },
    ],
    ...[
      { object_name: 'file' },
      { template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215' },
      { galaxy: 'Seen' },
      { withAttachments: 1 },
    ],
    ...[
      { category: '!Other' },
      { uuid: names.attributeUuid },
      { first_seen: '2020-01-01' },
      { distribution: [0, 4] },
      { to_ids: 1 },
    ],
    ...[
      { 'galaxy.country': SECRET },
      { 'galaxy.country': 'XX' },
      { analysis: 0 },
      { hasproposal: 1 },
      { attribute_timestamp: '1d' },
    ],
  ];
  // What is compressed is looked into beside the exports.
  const formats = ['json', 'bro', ...exportFormats.keys()].filter((name) => name !== 'xlsx' && name !== 'pdf');
  return [
    ...['/events/restSearch', '/attributes/restSearch', '/objects/restSearch'].flatMap((path) => [
      ...post(path, ...filters.map((filter) => ({ returnFormat: 'json', ...filter }))),
      ...post(path, ...formats.map((returnFormat) => ({ returnFormat, includeContext: 1 }))),
      ...post(path, ...filters.slice(0, 12).map((filter) => ({ returnFormat: 'count', ...filter }))),
    ]),
    ...post('/events/index', ...indexFilters(names)),
    ...post('/ui/events', ...indexFilters(names)),
    ...post('/attributes/search', ...filters.slice(0, 12)),
    ...post(
      '/galaxy_clusters/restSearch',
      {},
      { value: `%${SECRET}%` },
      { elements: { country: SECRET } },
      { context: 'all' },
    ),
    ...post(
      `/galaxy_clusters/index/${names.galaxy}`,
      { context: 'all' },
      { context: 'deleted' },
      { searchall: SECRET },
    ),
    ...post('/galaxies/export', {}),
    ...post(`/galaxies/export/${names.galaxy}`, {
      Galaxy: { default: true, custom: true, distribution: [0, 1, 2, 3, 4], format: 'misp' },
    }),
    ...post('/sightings/restSearch/event', { id: Number(names.event) }, { id: Number(names.own) }),
    ...post('/sightings/restSearch/attribute', ...attributeSightings(names)),
    ...post(
      '/sightings/restSearch',
      { last: '1d' },
      { source: SECRET, last: '1d' },
      { org_id: names.keeper, last: '1d' },
    ),
    ...post(
      '/sightings/listSightings',
      { context: 'event', id: names.event },
      { context: 'event', id: names.own, org_id: names.keeper },
    ),
    ...post('/attributes/fastLookup', {
      value: [shared.domain, shared.address, `${SECRET}.example.org`, `p.${SECRET}.org`],
    }),
    ...post('/tags/search', { tag: `%${SECRET}%` }, { tag: '%seen%' }),
    ...post(
      '/admin/logs/index',
      { limit: 100 },
      { title: `%${SECRET}%` },
      { model: 'Event', limit: 50 },
      { change: `%${SECRET}%`, limit: 9 },
    ),
    ...post('/admin/audit_logs/index', { limit: 100 }, { event_id: names.event }, { model_title: `%${SECRET}%` }),
    ...post('/analyst_data/indexMinimal', {}, { orgc_name: ['Keeper'] }),
    ...post('/collections/indexMinimal', {}),
    ...post('/ui/free-text', { text: `${shared.domain} ${shared.address} ${SECRET}.example.org`, event: names.own }),
    ...post('/ui/warnings', { values: [shared.domain] }),
    ...pivots(names),
    ...post('/correlations/eventCounts', { ids: [names.event, names.own] }, { events: [names.event, names.own] }),
    ...post(`/ui/eventRowFacts/${names.event}`, {}, { ids: [names.attribute] }, { attributes: [names.attribute] }),
    ...post(
      `/events/view/${names.event}`,
      { deleted: 1 },
      { deleted: [0, 1] },
      { extended: 1 },
      { includeServerCorrelations: 1 },
    ),
    ...post(`/events/view/${names.own}`, { extended: 1, includeGranularCorrelations: 1, includeRelatedTags: 1 }),
    ...post('/event_reports/index', { context: 'all' }, { value: SECRET }, { event_id: names.event }),
    ...post('/organisations/index', { quickFilter: 'Keeper' }, { searchall: SECRET }),
    ...post('/shadow_attributes/index', {}, { all: 1 }),
    ...post('/attributes/downloadSample', { hash: shared.hash, allSamples: 1 }),
    ...post(`/events/getEventGraphGeneric/${names.event}/event`, { keyType: 'comment' }),
    ...post('/decayingModel/decayingToolRestSearch', { eventid: names.event }),
    ...post('/auth_keys/index', {}, { quickFilter: SECRET }),
    ...post('/user_settings/index', {}, { setting: 'homepage' }),
    ...[
      `/feed/events/${names.eventUuid}`,
      `/events/view/${names.event}/extended:1`,
      `/events/view/${names.event}/deleted:1`,
      `/events/view/${names.event}/includeFeedCorrelations:1/includeDecayScore:1`,
      `/events/index/searchall:${SECRET}`,
      `/shadow_attributes/index/all:1`,
      `/event_reports/index/event_id:${names.event}`,
      `/event_delegations/index/context:pending`,
      `/event_delegations/index/context:issued`,
      `/analyst_data/index/Note/uuid[]:${names.noteUuid}`,
      `/galaxy_clusters/view/${names.clusterUuid}`,
      `/events/viewClusterRelations/${names.event}`,
      `/galaxies/view/${names.galaxy}`,
    ].map((path): Question => ({ method: 'GET', path })),
  ];
}

function indexFilters(names: UnseenWorld['names']): unknown[] {
  return [
    ...[
      {},
      { minimal: 1 },
      { all: SECRET },
      { all: shared.domain },
      { attribute: shared.domain },
      { attribute: SECRET },
    ],
    ...[
      { eventinfo: SECRET },
      { tags: `${SECRET}:tag` },
      { tag: 'seen:tag' },
      { hasproposal: 1 },
      { email: 'keeper@example.test' },
    ],
    ...[
      { org: names.keeper },
      { sharinggroup: '1' },
      { distribution: '0' },
      { sort: 'attribute_count', direction: 'desc' },
    ],
    ...[
      { limit: 1 },
      { limit: 1, page: 2 },
      { published: 1 },
      { value: shared.domain },
      { sort: 'id', direction: 'desc' },
    ],
    { minimal: 1, published: 1, sync_cursor: 1, limit: 10 },
  ];
}

function attributeSightings(names: UnseenWorld['names']): unknown[] {
  return [names.attribute, names.ownAttribute].map((id) => ({ id: Number(id), includeAttribute: 1, includeEvent: 1 }));
}

/** Every way from everything that is seen, and from what is not. */
function pivots(names: UnseenWorld['names']): Question[] {
  const subjects = [
    ...[{ value: shared.domain }, { value: shared.address }, { attribute: names.attribute }, { event: names.event }],
    ...[{ event: names.own }, { tag: 'seen:tag' }, { tag: `${SECRET}:tag` }, { cluster: names.cluster }],
  ];
  const kinds = ['events', 'attributes', 'networks', 'values', 'tags', 'held-back', 'registered-domain'];
  return subjects.flatMap((from): Question[] => [
    { method: 'POST', path: '/pivots/counts', body: { from } },
    { method: 'POST', path: '/pivots/paths', body: { from, to: { event: names.own }, hops: 3 } },
    ...kinds.map((kind): Question => ({ method: 'POST', path: '/pivots/neighbours', body: { from, kind } })),
  ]);
}
