import { joinValue } from '@magpie/model';
import type { ExportAttribute } from '../export-attribute.ts';
import { csvCell, quoted } from './cells.ts';

/** The columns of one export. */
export interface CsvColumns {
  /** The head line, without its line break. */
  readonly header: string;
  /** The cells of one line, each ready to be written. */
  readonly cells: readonly ((attribute: ExportAttribute) => string)[];
}

const standard = [
  ...['uuid', 'event_id', 'category', 'type', 'value', 'comment', 'to_ids', 'timestamp', 'object_relation'],
  'attribute_tag',
];
const ofObject = ['object_uuid', 'object_name', 'object_meta_category'];
const ofEvent = [
  ...['event_info', 'event_member_org', 'event_source_org', 'event_distribution', 'event_threat_level_id'],
  ...['event_analysis', 'event_date', 'event_tag', 'event_timestamp'],
];
const ofDecay = ['decay_score_score', 'decay_score_decayed'];

/** What a client may choose. */
export interface CsvColumnOptions {
  /** Names instead of the standard ones; the columns of objects are then left out. */
  readonly requested?: readonly string[];
  /** Appends the columns of the event. */
  readonly context?: boolean;
  /** Appends the columns of decay scores. */
  readonly decay?: boolean;
}

/** MISP's columns in MISP's order. A name that no attribute has gives a column of empty texts. */
export function csvColumns({ requested, context, decay }: CsvColumnOptions): CsvColumns {
  const names = [
    ...(requested ?? standard),
    ...(decay ? ofDecay : []),
    ...(requested ? [] : ofObject),
    ...(context ? ofEvent : []),
  ];
  return { header: names.map(titleOf).join(','), cells: names.map((name) => cells.get(name) ?? emptyCell) };
}

function titleOf(name: string): string {
  if (name === 'timestamp') return 'date';
  return /^[\w.-]+$/.test(name) ? name.replaceAll('-', '_') : quoted(name);
}

const emptyCell = () => '""';
const optional = (text: string | null | undefined) => csvCell(text ?? '');

// MISP's names. Ids and times are digits and go out bare; uuids never look like numbers.
const cells: ReadonlyMap<string, (attribute: ExportAttribute) => string> = new Map(
  Object.entries({
    id: ({ id }) => id,
    uuid: ({ uuid }) => `"${uuid}"`,
    event_id: ({ event }) => event.id,
    object_id: ({ objectId }) => objectId,
    object_relation: ({ objectRelation }) => optional(objectRelation),
    category: ({ category }) => csvCell(category),
    type: ({ type }) => csvCell(type),
    value: ({ value1, value2 }) => csvCell(joinValue(value1, value2)),
    value1: ({ value1 }) => csvCell(value1),
    value2: ({ value2 }) => csvCell(value2),
    comment: ({ comment }) => csvCell(comment),
    to_ids: ({ toIds }) => csvCell(toIds),
    timestamp: ({ timestamp }) => timestamp,
    // The title of `timestamp` is understood too: clients take names from the head line.
    date: ({ timestamp }) => timestamp,
    distribution: ({ distribution }) => distribution,
    sharing_group_id: ({ sharingGroupId }) => sharingGroupId,
    deleted: ({ deleted }) => csvCell(deleted),
    disable_correlation: ({ disableCorrelation }) => csvCell(disableCorrelation),
    first_seen: ({ firstSeen }) => optional(firstSeen),
    last_seen: ({ lastSeen }) => optional(lastSeen),
    attribute_tag: ({ tags }) => csvCell(tags.join(',')),
    object_uuid: ({ object }) => optional(object?.uuid),
    object_name: ({ object }) => optional(object?.name),
    object_meta_category: ({ object }) => optional(object?.metaCategory),
    event_uuid: ({ event }) => `"${event.uuid}"`,
    event_info: ({ event }) => csvCell(event.info),
    event_member_org: ({ event }) => csvCell(event.org),
    event_source_org: ({ event }) => csvCell(event.orgc),
    event_distribution: ({ event }) => event.distribution,
    event_threat_level_id: ({ event }) => csvCell(threatLevels.get(event.threatLevelId) ?? event.threatLevelId),
    event_analysis: ({ event }) => event.analysis,
    event_date: ({ event }) => csvCell(event.date),
    event_tag: ({ event }) => csvCell(event.tags.join(',')),
    event_timestamp: ({ event }) => event.timestamp,
    event_published: ({ event }) => csvCell(event.published),
    decay_score_score: ({ decay }) => (decay ? String(decay.score) : emptyCell()),
    decay_score_decayed: ({ decay }) => (decay ? csvCell(decay.decayed) : emptyCell()),
  } satisfies Record<string, (attribute: ExportAttribute) => string>),
);

const threatLevels: ReadonlyMap<string, string> = new Map([
  ['1', 'High'],
  ['2', 'Medium'],
  ['3', 'Low'],
  ['4', 'Undefined'],
]);
