import { formatSeen, joinValue } from '@magpie/model';
import { at } from './attribute-select.ts';
import type { TextRow } from './copy-rows.ts';
import type { TagTexts } from './tag-texts.ts';

/** Organisations by id, for the creator in the large event block. */
export type OrganisationTexts = ReadonlyMap<string, string>;

/** How the JSON of found attributes looks. */
export interface AttributeJsonOptions {
  readonly context: boolean;
  readonly inheritedTags: boolean;
  readonly eventUuid: boolean;
  readonly excludeLocalTags: boolean;
}

// Printable ASCII without quote and backslash needs no escaping, and is nearly everything.
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** A JSON string. */
export function quote(text: string): string {
  return PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** What rows of one event share. */
interface EventText {
  readonly block: string;
  readonly uuid: string;
  /** JSON of the event's tags, as an attribute inherits them. */
  readonly inherited: readonly string[];
}

/** The event of a row. */
type EventOf = (row: TextRow) => EventText;

/** Event blocks kept at once; rows of one event mostly come together. */
const KEPT_EVENTS = 1000;

/** Events from the columns of the rows themselves. */
export function eventsOfRows(options: AttributeJsonOptions, tags: TagTexts, organisations: OrganisationTexts): EventOf {
  const events = new Map<string, EventText>();
  return (row) => {
    const id = row[at.event_id] ?? '';
    let event = events.get(id);
    if (event === undefined) {
      if (events.size >= KEPT_EVENTS) events.clear();
      const written = options.context ? contextBlock(row, tags, organisations, options) : shortBlock(row);
      event = {
        // A copy: what is kept must not hold on to the chunk that its parts were cut from.
        block: Buffer.from(written).toString(),
        uuid: Buffer.from(row[at.event_uuid] ?? '').toString(),
        inherited: options.inheritedTags ? tags.inherited(row[at.event_tags] ?? null, options) : [],
      };
      events.set(id, event);
    }
    return event;
  };
}

/**
 * Makes the writer of one search's rows: JSON text by concatenation, which is several times faster than building
 * objects first. `members` is put behind the value, as `,"key":…`.
 */
export function createAttributeWriter(
  options: AttributeJsonOptions,
  tags: TagTexts,
  eventOf: EventOf,
): (row: TextRow, members?: string) => string {
  const flag = (value: string | null | undefined) => (value === 't' ? 'true' : 'false');
  return (row, members = '') => {
    const event = eventOf(row);
    const own = tags.own(row[at.tags] ?? null, options);
    const allTags = event.inherited.length === 0 ? own : [...own, ...event.inherited];
    const relation = row[at.object_relation] ?? null;
    return `{"id":"${row[at.id]}","event_id":"${row[at.event_id]}","object_id":"${row[at.object_id]}","object_relation":${
      relation === null ? 'null' : quote(relation)
    },"category":${quote(row[at.category] ?? '')},"type":${quote(row[at.type] ?? '')},"to_ids":${flag(row[at.to_ids])},"uuid":"${
      row[at.uuid]
    }","timestamp":"${row[at.timestamp]}","distribution":"${row[at.distribution]}","sharing_group_id":"${
      row[at.sharing_group_id]
    }","comment":${quote(row[at.comment] ?? '')},"deleted":${flag(row[at.deleted])},"disable_correlation":${flag(
      row[at.disable_correlation],
    )},"first_seen":${seen(row[at.first_seen])},"last_seen":${seen(row[at.last_seen])},"value":${quote(
      joinValue(row[at.value1] ?? '', row[at.value2] ?? ''),
    )}${members}${options.eventUuid ? `,"event_uuid":"${event.uuid}"` : ''},"Event":${event.block}${objectPart(row)}${
      allTags.length > 0 ? `,"Tag":[${allTags.join(',')}]` : ''
    }}`;
  };
}

function seen(microseconds: string | null | undefined): string {
  return microseconds === null || microseconds === undefined ? 'null' : `"${formatSeen(Number(microseconds))}"`;
}

function objectPart(row: TextRow): string {
  const reach = row[at.object_reach];
  if (reach === null || reach === undefined) return '';
  const [distribution, sharingGroupId] = reach.split(',');
  return `,"Object":{"id":"${row[at.object_id]}","distribution":"${distribution}","sharing_group_id":"${sharingGroupId}"}`;
}

/** The short event block of every row. */
export function shortEventBlock(event: {
  readonly id: string | number;
  readonly org_id: string | number;
  readonly orgc_id: string | number;
  readonly distribution: string | number;
  readonly publish_timestamp: string | number;
  readonly info: string;
  readonly uuid: string;
}): string {
  return `{"org_id":"${event.org_id}","distribution":"${event.distribution}","publish_timestamp":"${
    event.publish_timestamp
  }","id":"${event.id}","info":${quote(event.info)},"orgc_id":"${event.orgc_id}","uuid":"${event.uuid}"}`;
}

function shortBlock(row: TextRow): string {
  return shortEventBlock({
    id: row[at.event_id] ?? '',
    org_id: row[at.event_org_id] ?? '',
    orgc_id: row[at.event_orgc_id] ?? '',
    distribution: row[at.event_distribution] ?? '',
    publish_timestamp: row[at.event_publish_timestamp] ?? '',
    info: row[at.event_info] ?? '',
    uuid: row[at.event_uuid] ?? '',
  });
}

function contextBlock(
  row: TextRow,
  tags: TagTexts,
  organisations: OrganisationTexts,
  options: AttributeJsonOptions,
): string {
  const text = (column: keyof typeof at) => row[at[column]] ?? '';
  const orgc = organisations.get(text('event_orgc_id'));
  return `{${[
    ...[`"id":"${text('event_id')}"`, `"orgc_id":"${text('event_orgc_id')}"`, `"org_id":"${text('event_org_id')}"`],
    ...[`"date":"${text('event_date')}"`, `"threat_level_id":"${text('event_threat_level_id')}"`],
    ...[`"info":${quote(text('event_info'))}`, `"published":${text('event_published') === 't'}`],
    ...[`"uuid":"${text('event_uuid')}"`, `"analysis":"${text('event_analysis')}"`],
    ...[`"timestamp":"${text('event_timestamp')}"`, `"distribution":"${text('event_distribution')}"`],
    `"publish_timestamp":"${text('event_publish_timestamp')}"`,
    ...[`"sharing_group_id":"${text('event_sharing_group_id')}"`, `"extends_uuid":"${text('event_extends_uuid')}"`],
    `"Tag":[${tags.ofEvent(row[at.event_tags] ?? null, options).join(',')}]`,
    ...(orgc === undefined ? [] : [`"Orgc":${orgc}`]),
  ].join(',')}}`;
}
