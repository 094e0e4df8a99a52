/** A request of `search-parameters.ts`: what is asked, and its body where it is a POST. */
export interface SearchCase {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

const RECENT = 1_759_999_000;
const LONG_AGO = 1_500_000_000;
const WINDOW = [RECENT, RECENT + 600];
const NOTHING = '%no-such-thing%';

/** What the seed's events and attributes are asked for in every scope: by little and by nearly all. */
const ofEvents: readonly Record<string, unknown>[] = [
  ...[{ org: 'Bench 3' }, { org: '!Bench 3' }, { org: 'nobody' }],
  ...[{ tags: 'bench:tag="7"' }, { tags: ['bench:tag="7"', 'bench:tag="8"'] }, { tags: 'bench:%' }],
  ...[{ tags: { NOT: ['bench:tag="7"'] } }, { tags: { NOT: ['bench:%'] } }],
  ...[
    { tags: { AND: ['bench:tag="7"', 'bench:tag="8"'] } },
    { event_tags: 'bench:tag="7"' },
    { event_tags: 'bench:%' },
  ],
  ...[{ from: '2025-10-09' }, { from: '2020-01-01' }, { to: '2025-09-26' }, { to: '2030-01-01' }],
  ...[{ last: WINDOW }, { last: LONG_AGO }, { publish_timestamp: WINDOW }, { publish_timestamp: LONG_AGO }],
  ...[{ event_timestamp: WINDOW }, { event_timestamp: LONG_AGO }],
  ...[
    { published: 1 },
    { published: 0 },
    { threat_level_id: 1 },
    { threat_level_id: [1, 2] },
    { threat_level_id: '!1' },
  ],
  ...[{ threat_level_id: 9 }, { eventid: 77 }, { eventid: '!77' }],
  ...[{ eventinfo: 'Campaign 77 against the mills of the north' }, { eventinfo: '%mills%' }, { eventinfo: NOTHING }],
  ...[{ eventinfo: '!%mills%' }, { eventinfo: '!Campaign 77 against the mills of the north' }],
];

/** What attributes are asked for, or objects and events by theirs. */
const ofAttributes: readonly Record<string, unknown>[] = [
  ...[
    { value: '000.example.invalid' },
    { value: '8.8.8.8' },
    { value: ['8.8.8.8', 'localhost'] },
    { value: '!8.8.8.8' },
  ],
  ...[{ value: { NOT: ['8.8.8.8', 'localhost'] } }, { value: '%deadbeef%' }, { value: '%abc%' }, { value: '%0a%' }],
  ...[{ value: 'https%' }, { value: '%example%' }, { value: '%.exe' }, { value: NOTHING }, { value: '%a%' }],
  ...[{ value: '!%example%' }, { value: { NOT: ['%deadbeef%'] } }],
  ...[
    { type: 'domain' },
    { type: 'sha512' },
    { type: ['domain', 'url'] },
    { type: '!domain' },
    { type: { NOT: ['sha512'] } },
  ],
  ...[{ category: 'Network activity' }, { category: 'Other' }, { category: '!Network activity' }],
  ...[{ to_ids: 1 }, { to_ids: 0 }, { comment: '%campaign%' }, { comment: NOTHING }, { comment: '!%campaign%' }],
  ...[{ object_relation: 'filename' }, { object_relation: 'no-such' }, { object_relation: '!filename' }],
  ...[{ attribute_timestamp: WINDOW }, { attribute_timestamp: LONG_AGO }],
];

const seen = [
  { first_seen: '2025-01-01' },
  { first_seen: '2015-01-01' },
  { last_seen: '2016-01-01' },
  { last_seen: '2030-01-01' },
];
const uuids = [
  { uuid: '00000002-0000-4000-8000-000000000fff' },
  { uuid: '!00000002-0000-4000-8000-000000000fff' },
  { uuid: '00000001-0000-4000-8000-0000000000ff' },
];
const states = [{ deleted: 1 }, { deleted: [0, 1] }];
const everywhere = ['searchall', 'quickFilter'].flatMap((name) =>
  ['8.8.8.8', '%8.8.8.8%', '%example%', '%mills%', '%campaign%', '%abc%', NOTHING].map((text) => ({ [name]: text })),
);

/** Filters that meet in one search. */
const together: readonly Record<string, unknown>[] = [
  ...[
    { type: 'domain', to_ids: 1, tags: 'bench:tag="7"' },
    { value: '%example%', type: 'domain', to_ids: 1 },
  ],
  ...[
    { value: '%abc%', type: 'domain' },
    { value: '%abc%', type: 'ip-dst' },
    { value: '!8.8.8.8', type: 'domain' },
  ],
  ...[
    { type: 'domain', timestamp: WINDOW },
    { type: 'sha512', published: 1 },
    { tags: 'bench:%', type: 'url', published: 1 },
  ],
  ...[
    { tags: { OR: ['bench:%'], NOT: ['bench:tag="7"'] }, published: 1 },
    { category: 'Network activity', last: WINDOW },
  ],
  ...[
    { comment: '%campaign%', type: 'domain' },
    { value: '%example%', tags: { NOT: ['bench:%'] } },
  ],
  ...[
    { value: '%example%', comment: '!%campaign%' },
    { value: '%example%', org: 'Bench 3', published: 1 },
  ],
  ...[
    { category: 'Network activity', value: '!%example%' },
    { comment: '%campaign%', value: '!8.8.8.8', org: 'Bench 4' },
  ],
];

const orders = (names: readonly string[]) =>
  names.flatMap((name) => [{ order: `${name} asc` }, { order: `${name} desc` }]);
const attributeOrders = orders([
  ...['id', 'event_id', 'object_id', 'type', 'category', 'value', 'distribution', 'timestamp', 'object_relation'],
  'Event.publish_timestamp',
]);
const eventOrders = orders([
  'id',
  'info',
  'analysis',
  'threat_level_id',
  'distribution',
  'timestamp',
  'publish_timestamp',
]);

const deep = [
  ...[{ page: 5000 }, { page: 60_000 }, { page: 5000, type: 'domain' }, { page: 5000, published: 1 }],
  ...[{ page: 5000, value: '%example%' }, { page: 5000, order: 'timestamp desc' }, { page: 1_000_000 }],
];

/** Pages in other orders than their ids', and the last ones. */
const deepInOrder = [
  ...[
    { page: 60_000, order: 'id desc' },
    { page: 17_000, type: 'domain' },
    { page: 5000, to_ids: 1 },
  ],
  ...[
    { page: 10, order: 'value' },
    { page: 5, order: 'value', published: 1 },
  ],
];

const attributeExtras = [
  ...[
    { includeContext: 1 },
    { includeEventTags: 1 },
    { includeSightings: 1 },
    { includeCorrelations: 1 },
    { includeProposals: 1 },
  ],
  ...[{ includeDecayScore: 1 }, { includeWarninglistHits: 1 }, { enforceWarninglist: 1 }, { includeGalaxy: 1 }],
  ...[{ excludeDecayed: 1 }, { allow_proposal_blocking: 1 }, { includeDecayScore: 1, type: 'domain' }],
];

const of = (
  path: string,
  bodies: readonly Record<string, unknown>[],
  always: Record<string, unknown> = {},
): SearchCase[] => bodies.map((body) => ({ path, body: { ...body, limit: 60, ...always } }));

const searches: readonly SearchCase[] = [
  ...of('/attributes/restSearch', [
    ...[{}, { value1: '8.8.8.8' }, { value1: '!8.8.8.8' }, { value2: '%abc%' }, { value2: '!%abc%' }],
    ...ofAttributes,
    ...ofEvents,
    ...seen,
    ...uuids,
    ...states,
    ...[
      { timestamp: WINDOW },
      { timestamp: LONG_AGO },
      { sharinggroup: 1 },
      { sharinggroup: '!1' },
      { sharinggroup: 0 },
    ],
    ...everywhere,
    ...together,
    ...attributeOrders,
    ...[
      { order: 'value asc', type: 'domain' },
      { order: 'value desc', published: 1 },
      { order: 'timestamp desc', to_ids: 1 },
    ],
    ...deep,
    ...deepInOrder,
    ...attributeExtras,
  ]),
  ...of(
    '/events/restSearch',
    [
      ...[{}, ...ofAttributes, ...ofEvents, ...uuids, ...states, { deleted: 1, category: 'Other' }],
      ...[{ deleted: [0, 1], type: 'domain' }, { timestamp: WINDOW }, { timestamp: LONG_AGO }, { date: '10d' }],
      ...[
        { distribution: 3 },
        { distribution: 4 },
        { distribution: '!3' },
        { sharinggroup: 1 },
        { protected: 1 },
        { protected: 0 },
      ],
      ...[
        { 'org.sector': 'none' },
        { 'org.local': 1 },
        { 'org.nationality': 'none' },
        { eventsExtendingUuid: uuids[2]?.uuid },
      ],
      ...everywhere,
      ...together,
      ...eventOrders,
      ...[{ page: 100 }, { page: 100, published: 1 }, { page: 100, type: 'domain' }, { page: 100_000 }],
    ],
    { metadata: true, includeEventCorrelations: false },
  ),
  ...of('/events/restSearch', [{ idList: 1 }, { metadata: true }, { metadata: true, page: 50 }]),
  ...of('/objects/restSearch', [
    ...[{}, ...ofAttributes, ...ofEvents, ...seen, ...uuids, ...states, { timestamp: WINDOW }, { timestamp: LONG_AGO }],
    ...[{ object_name: 'file' }, { object_name: 'domain-ip' }, { object_name: '!file' }, { object_name: 'none' }],
    ...[{ object_template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215' }, { object_template_version: 1 }],
    ...[{ object_template_version: 7 }, ...everywhere, ...together, { page: 4000 }, { page: 100_000 }],
    ...orders(['id', 'event_id', 'name', 'timestamp']),
  ]),
];

const lists: readonly SearchCase[] = [
  ...of('/sightings/restSearch', [
    { last: 0 },
    { last: '10d' },
    { type: 0, last: 0 },
    { type: 1, last: 0 },
    { source: 'none', last: 0 },
  ]),
  ...of('/sightings/restSearch', [
    { source: 'honeypot', last: 0 },
    { page: 4000, last: 0 },
    { from: RECENT, to: RECENT + 60 },
  ]),
  ...of('/sightings/restSearch/event', [{ id: 77, last: 0 }]),
  ...of('/sightings/restSearch/attribute', [{ id: 801, last: 0 }]),
  ...of('/galaxy_clusters/restSearch', [
    {},
    { custom: 1 },
    { custom: 0 },
    { distribution: 3 },
    { tag_name: 'none' },
    { galaxy_id: 1 },
  ]),
  ...of('/galaxy_clusters/restSearch', [{ minimal: 1, page: 5 }, { version: 1 }]),
  ...of('/events/index', [
    ...[
      {},
      { attribute: '8.8.8.8' },
      { attribute: 'example' },
      { attribute: 'abc' },
      { attribute: '!8.8.8.8' },
      { attribute: 'no-such-thing' },
    ],
    ...[
      { all: '8.8.8.8' },
      { all: 'example' },
      { all: 'mills' },
      { all: 'campaign' },
      { all: 'no-such-thing' },
      { all: 'abc' },
    ],
    ...[
      { published: 0 },
      { published: 1 },
      { hasproposal: 0 },
      { hasproposal: 1 },
      { eventid: '77|78' },
      { eventid: '!77' },
    ],
    ...[
      { datefrom: '2025-10-09' },
      { datefrom: '2020-01-01' },
      { dateuntil: '2025-09-26' },
      { org: 'Bench 3' },
      { org: '!Bench 3' },
    ],
    ...[
      { eventinfo: 'Campaign 77 ' },
      { eventinfo: 'mills' },
      { eventinfo: '!mills' },
      { tag: 'bench:tag="7"' },
      { tag: '!bench:tag="7"' },
    ],
    ...[
      { tag: 'bench:tag="7"&bench:tag="8"' },
      { distribution: 3 },
      { distribution: 4 },
      { sharinggroup: 1 },
      { analysis: 1 },
    ],
    ...[{ threatlevel: 1 }, { threatlevel: '!1' }, { email: 'bench' }, { timestamp: WINDOW }, { timestamp: LONG_AGO }],
    ...[
      { publish_timestamp: WINDOW },
      { publish_timestamp: LONG_AGO },
      { minimal: 1 },
      { page: 100 },
      { page: 100_000 },
    ],
    ...[
      ...[
        'id',
        'date',
        'info',
        'analysis',
        'threat_level_id',
        'distribution',
        'published',
        'orgc_id',
        'org_id',
        'timestamp',
      ],
      ...['publish_timestamp', 'attribute_count'],
    ].flatMap((sort) => [
      { sort, direction: 'asc' },
      { sort, direction: 'desc' },
    ]),
  ]),
  ...of('/ui/events', [
    {},
    { searchall: 'example' },
    { searchattribute: 'example' },
    { searchattribute: 'abc' },
    { sort: 'attribute_count' },
  ]),
  { path: '/attributes/index/limit:60' },
  { path: '/attributes/index/limit:60/page:5000' },
  { path: '/attributes/index/limit:60/page:60000' },
  { path: '/attributes/attributeStatistics/type' },
  { path: '/attributes/attributeStatistics/category/true' },
  ...of('/attributes/search', [
    { value: '8.8.8.8' },
    { type: 'domain' },
    { uuid: '77' },
    { tags: 'bench:tag="7"' },
    { org: 'Bench 3' },
  ]),
  { path: '/objects/index/limit:60' },
  { path: '/sightings/index/limit:60' },
  { path: '/sightings/index/limit:60/page:4000' },
  { path: '/event_reports/index/event_id:77' },
  { path: '/event_reports/index/limit:60' },
  { path: '/analyst_data/index/Note/limit:60' },
  { path: '/shadow_attributes/index/limit:60/page:1' },
  { path: '/tags/index/limit:60' },
  { path: '/jobs/index/limit:60' },
  ...['data', 'orgs', 'users', 'tags', 'attributehistogram', 'sightings'].map((page) => ({
    path: `/users/statistics/${page}`,
  })),
  { path: '/tags/tagStatistics' },
  { path: '/events/proposalEventIndex' },
  ...of('/admin/logs/index', [
    {},
    { model: 'Event' },
    { model: 'none' },
    { title: '%text%' },
    { title: '%none%' },
    { action: 'login' },
  ]),
  ...of('/admin/logs/index', [
    { model: 'MispAttribute', model_id: 77 },
    { page: 4000 },
    { email: 'none' },
    { org: 'none' },
    { ip: '192.0.2.1' },
  ]),
  ...of('/admin/logs/index', [
    { change: '%none%' },
    { change: '%text%' },
    { created: '2030-01-01' },
    { created: '2020-01-01' },
  ]),
  ...of('/admin/audit_logs/index', [
    {},
    { model: 'Event' },
    { model: 'none' },
    { action: 'add' },
    { action: 'undelete' },
    { model_title: 'none' },
  ]),
  ...of('/admin/audit_logs/index', [
    { event_id: 77 },
    { user: 'none' },
    { ip: '192.0.2.1' },
    { page: 1000 },
    { created: '1h' },
  ]),
];

/** Every search parameter and list filter, each by a value that finds little and one that finds nearly all. */
export const searchCases: readonly SearchCase[] = [...searches, ...lists];
