/** What of the search's answer needs more columns. */
export interface AttributeColumnsWanted {
  /** The large event block of includeContext. */
  readonly context: boolean;
  /** Tags of the event. */
  readonly eventTags: boolean;
}

const plain = [
  ...['id', 'event_id', 'object_id', 'object_relation', 'category', 'type', 'value1', 'value2', 'to_ids', 'uuid'],
  ...['timestamp', 'distribution', 'sharing_group_id', 'comment', 'deleted', 'disable_correlation', 'first_seen'],
  'last_seen',
] as const;

const linked = (t: string) => `${t}.tag_id::text || case when ${t}.local then 'l' else '' end`;

const extra = {
  object_reach: `case when a.object_id <> 0 then
    (select o.distribution::text || ',' || o.sharing_group_id from visible_objects o where o.id = a.object_id) end`,
  tags: `(select string_agg(${linked('t')}, ',' order by t.id) from visible_attribute_tags t where t.attribute_id = a.id)`,
  event_org_id: 'e.org_id',
  event_distribution: 'e.distribution',
  event_publish_timestamp: 'e.publish_timestamp',
  event_info: 'e.info',
  event_orgc_id: 'e.orgc_id',
  event_uuid: 'e.uuid',
  event_tags: `(select string_agg(${linked('t')}, ',' order by t.id) from visible_event_tags t where t.event_id = a.event_id)`,
  event_date: 'e.date',
  event_threat_level_id: 'e.threat_level_id',
  event_published: 'e.published',
  event_analysis: 'e.analysis',
  event_timestamp: 'e.timestamp',
  event_sharing_group_id: 'e.sharing_group_id',
  event_extends_uuid: 'e.extends_uuid',
} as const;

/** Names of all columns in the order in which `attributeColumns` selects them; a row has a prefix of them. */
export const attributeColumnNames: readonly string[] = [...plain, ...Object.keys(extra)];

/** Where a column stands in a row. */
export const at = Object.fromEntries(attributeColumnNames.map((name, index) => [name, index])) as Readonly<
  Record<(typeof plain)[number] | keyof typeof extra, number>
>;

/** The select list over `a` (visible_attributes) and `e` (visible_events); columns behind the wanted ones are left out. */
export function attributeColumns(wanted: AttributeColumnsWanted): string {
  return selectList(extra, wanted).join(', ');
}

/**
 * The same for large results: objects and tags come by joins, which the planner does in one pass, five times faster
 * than look-ups row by row. An attribute with several tags comes as several rows in succession; `joinedTags` undoes
 * it. The link's id is the first column.
 */
export function joinedColumns(wanted: AttributeColumnsWanted): string {
  const joined = {
    ...extra,
    object_reach: `o.distribution::text || ',' || o.sharing_group_id`,
    tags: linked('t'),
  };
  return ['t.id as link_id', ...selectList(joined, wanted)].join(', ');
}

/** What `joinedColumns` needs beside `a` and `e`. */
export const JOINED = `left join visible_objects o on o.id = a.object_id
  left join visible_attribute_tags t on t.attribute_id = a.id`;

function selectList(columns: Readonly<Record<string, string>>, wanted: AttributeColumnsWanted): string[] {
  const withTags = wanted.eventTags ? at.event_tags : at.event_uuid;
  const last = wanted.context ? at.event_extends_uuid : withTags;
  const all = [
    ...plain.map((name) => `a.${name}`),
    ...Object.entries(columns).map(([name, sql]) => `${sql} as ${name}`),
  ];
  return all.slice(0, last + 1);
}
