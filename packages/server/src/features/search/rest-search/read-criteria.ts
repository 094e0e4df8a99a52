import { attributeCategories, attributeTypes, parseSeenFilter, parseTimeFilter, type TimeRange } from '@magpie/model';
import { BadRequest } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import type {
  AttributeCriterion,
  DeletedState,
  EventCriterion,
  ObjectCriterion,
  SearchCriteria,
  TagCriterion,
} from './criteria.ts';
import { type ListFilter, readListFilter, readPattern } from './filter-forms.ts';
import type { SearchParameters } from './parameters.ts';

/** Reads what the rows must meet. Throws `BadRequest` for values that cannot be understood. */
export function readCriteria(parameters: SearchParameters, nowSeconds: number): SearchCriteria {
  const reader = createReader(parameters, nowSeconds);
  const anywhere = reader.text('searchall') ?? reader.text('quickFilter');
  const { scope } = parameters;
  // A search everywhere replaces every filter but those on the event's state (measured on MISP).
  if (anywhere !== null) {
    return {
      ...empty,
      event: readState(reader),
      anywhere: { text: anywhere, asPart: false },
      deleted: readDeleted(parameters.get('deleted')),
    };
  }
  return {
    attribute: readAttributeCriteria(reader, scope),
    event: readEventCriteria(reader, scope),
    object: scope === 'objects' ? readObjectCriteria(reader) : [],
    tags: readTagCriteria(reader),
    sharingGroups: scope === 'attributes' ? reader.firstList('sharinggroup', 'sharingGroup', 'sharing_group_id') : null,
    uuids: reader.list('uuid'),
    anywhere: null,
    deleted: readDeleted(parameters.get('deleted')),
  };
}

const empty = {
  attribute: [],
  event: [],
  object: [],
  tags: [],
  sharingGroups: null,
  uuids: null,
} satisfies Partial<SearchCriteria>;

type Reader = ReturnType<typeof createReader>;

function createReader(parameters: SearchParameters, nowSeconds: number) {
  const list = (name: string) => readListFilter(parameters.get(name), name);
  return {
    parameters,
    nowSeconds,
    list,
    /** The first of the names that is given: MISP has two words for some parameters. */
    firstList(...names: string[]): ListFilter | null {
      for (const name of names) {
        const filter = list(name);
        if (filter !== null) return filter;
      }
      return null;
    },
    text(name: string): string | null {
      const value = parameters.get(name);
      if (value === undefined || (Array.isArray(value) && value.length === 0)) return null;
      if (typeof value === 'string' || typeof value === 'number') return String(value).trim() || null;
      throw new BadRequest(`${name} takes a text.`);
    },
    time(name: string): TimeRange | null {
      return readTime(parameters.get(name), name, nowSeconds);
    },
  };
}

function readTime(value: unknown, name: string, nowSeconds: number): TimeRange | null {
  const range = parseTimeFilter(value, nowSeconds);
  if (range === 'invalid') throw new BadRequest(`${name} takes a time, or a list of two.`);
  return range.from === null && range.to === null ? null : range;
}

function readAttributeCriteria(reader: Reader, scope: SearchParameters['scope']): AttributeCriterion[] {
  const criteria: AttributeCriterion[] = [];
  for (const column of ['value', 'value1', 'value2', 'object_relation', 'comment'] as const) {
    const filter = reader.list(column);
    if (filter) criteria.push({ kind: 'list', column, filter });
  }
  const types = reader.list('type');
  if (types) criteria.push({ kind: 'list', column: 'type', filter: expandTypes(types) });
  const categories = reader.list('category');
  if (categories) criteria.push({ kind: 'list', column: 'category', filter: expandCategories(categories) });
  const toIds = readFlag(reader.parameters.get('to_ids'), 'to_ids');
  if (toIds !== null) criteria.push({ kind: 'flag', column: 'to_ids', value: toIds });
  if (scope === 'attributes' && reader.parameters.flag('allow_proposal_blocking')) criteria.push({ kind: 'unopposed' });
  const own = scope === 'attributes' ? reader.time('timestamp') : null;
  if (own) criteria.push({ kind: 'range', column: 'timestamp', range: own });
  const explicit = reader.time('attribute_timestamp');
  if (explicit) criteria.push({ kind: 'range', column: 'timestamp', range: explicit });
  if (scope === 'attributes') criteria.push(...readSeen(reader));
  return criteria;
}

/** first_seen and last_seen: a single time is a lower bound of the one and an upper bound of the other. */
function readSeen(reader: Reader): Extract<AttributeCriterion, { kind: 'range' }>[] {
  const criteria: Extract<AttributeCriterion, { kind: 'range' }>[] = [];
  for (const column of ['first_seen', 'last_seen'] as const) {
    const value = reader.parameters.get(column);
    const range = parseSeenFilter(value, reader.nowSeconds);
    if (range === 'invalid') throw new BadRequest(`${column} takes a time, or a list of two.`);
    const isUpper = column === 'last_seen' && !Array.isArray(value);
    const bounds = isUpper ? { from: null, to: range.from } : range;
    if (bounds.from !== null || bounds.to !== null) criteria.push({ kind: 'range', column, range: bounds });
  }
  return criteria;
}

/** Types are few and known: wild cards and case are resolved here, so that the index on the exact type serves. */
function expandTypes(filter: ListFilter): ListFilter {
  const or = filter.or.flatMap(typesLike);
  // MISP's legacy type `email` is found with either of its successors.
  if (or.includes('email-src') || or.includes('email-dst')) or.push('email');
  return { or: [...new Set(or)], and: filter.and.flatMap(typesLike), not: filter.not.flatMap(typesLike) };
}

function typesLike(text: string): string[] {
  const lower = text.toLowerCase();
  const matches =
    readPattern(text).kind === 'exact'
      ? attributeTypes.filter((type) => type.toLowerCase() === lower)
      : attributeTypes.filter((type) => likeExpression(lower).test(type.toLowerCase()));
  // An unknown type stays as it is and finds nothing: it must not turn into "not given".
  return matches.length > 0 ? matches : [text];
}

/** The same for categories, whose case counts. */
function expandCategories({ or, and, not }: ListFilter): ListFilter {
  return { or: or.flatMap(categoriesLike), and: and.flatMap(categoriesLike), not: not.flatMap(categoriesLike) };
}

function categoriesLike(text: string): string[] {
  if (readPattern(text).kind === 'exact') return [text];
  const matches = attributeCategories.filter((category) => likeExpression(text).test(category));
  return matches.length > 0 ? matches : [text];
}

function likeExpression(pattern: string): RegExp {
  const parts = pattern.split(/%+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** 0, 1, their texts, a list of both (= not given), MISP's word "exclude", and OR, AND and NOT lists of them. */
function readFlag(value: unknown, name: string): boolean | null {
  if (value === undefined) return null;
  const { wanted, unwanted } = isObject(value) ? readSides(value) : { wanted: value, unwanted: [] };
  const states = new Set([
    ...listOf(wanted).map((item) => flagOf(item, name)),
    ...listOf(unwanted).map((item) => !flagOf(item, name)),
  ]);
  const [state = null] = states;
  return states.size === 1 ? state : null;
}

function readSides(value: JsonObject): { wanted: unknown[]; unwanted: unknown[] } {
  const side = (word: string) =>
    Object.entries(value).flatMap(([key, entries]) => (key.toLowerCase() === word ? listOf(entries) : []));
  return { wanted: [...side('or'), ...side('and')], unwanted: side('not') };
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

function flagOf(item: unknown, name: string): boolean {
  if (typeof item === 'string' && item.startsWith('!')) return !flagOf(item.slice(1), name);
  if (item === 0 || item === '0' || item === false || item === 'exclude') return false;
  if (item === 1 || item === true || (typeof item === 'string' && /^(1|true|false|only|include)$/.test(item))) {
    // The text "false" counts as set, as in MISP 2.5.1.
    return true;
  }
  throw new BadRequest(`${name} takes 0, 1 or a list of them.`);
}

/** `published:false` is a filter in MISP, unlike other parameters set to false. */
function readPublished(parameters: SearchParameters): boolean | null {
  return readFlag(parameters.raw('published') === false ? 0 : parameters.get('published'), 'published');
}

function readState(reader: Reader): EventCriterion[] {
  const criteria: EventCriterion[] = [];
  const published = readPublished(reader.parameters);
  if (published !== null) criteria.push({ kind: 'flag', column: 'published', value: published });
  const distribution = reader.parameters.scope === 'events' ? reader.list('distribution') : null;
  if (distribution) criteria.push({ kind: 'number', column: 'distribution', filter: distribution });
  return criteria;
}

function readEventCriteria(reader: Reader, scope: SearchParameters['scope']): EventCriterion[] {
  const criteria = readState(reader);
  // Two parameters, of which each counts; in MISP too.
  for (const name of ['eventid', 'event_uuid']) {
    const filter = withoutAll(reader.list(name));
    if (filter) criteria.push({ kind: 'list', column: 'eventid', filter });
  }
  const info = reader.list('eventinfo');
  if (info) criteria.push({ kind: 'list', column: 'info', filter: info });
  const org = reader.list('org');
  if (org) criteria.push({ kind: 'organisation', column: 'orgc_id', filter: org });
  for (const column of ['threat_level_id', 'orgc_id'] as const) {
    const filter = reader.list(column);
    if (filter) criteria.push({ kind: 'number', column, filter });
  }
  criteria.push(...readEventTimes(reader, scope), ...(scope === 'events' ? readEventOnly(reader) : []));
  return criteria;
}

/** The word `all` is dropped from event ids, as clients of old exports send it. */
function withoutAll(filter: ListFilter | null): ListFilter | null {
  if (filter === null) return null;
  const or = filter.or.filter((text) => text !== 'all');
  return or.length + filter.and.length + filter.not.length === 0 ? null : { ...filter, or };
}

function readEventTimes(reader: Reader, scope: SearchParameters['scope']): EventCriterion[] {
  const criteria: EventCriterion[] = [];
  for (const name of ['last', 'publish_timestamp']) {
    const range = reader.time(name);
    if (range) criteria.push({ kind: 'range', column: 'publish_timestamp', range });
  }
  const names = scope === 'events' ? ['timestamp', 'event_timestamp'] : ['event_timestamp'];
  for (const name of names) {
    const range = reader.time(name);
    if (range) criteria.push({ kind: 'range', column: 'timestamp', range });
  }
  const from = readDay(reader.text('from'));
  const to = readDay(reader.text('to'));
  if (from !== null || to !== null) criteria.push({ kind: 'dates', from, to });
  const date = reader.time('date');
  if (date) criteria.push({ kind: 'dates', from: dayOf(date.from), to: dayOf(date.to) });
  return criteria;
}

/** A day as Y-m-d (a time behind it is cut), or an epoch; zero and anything else filter nothing, as in MISP. */
export function readDay(text: string | null): string | null {
  if (text === null || text === '0') return null;
  const day = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?$/.exec(text);
  if (day) {
    const [, year = '', month = '', date = ''] = day;
    const written = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
    return isRealDay(written) ? written : null;
  }
  return /^\d{1,11}$/.test(text) ? dayOf(Number(text)) : null;
}

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) && !day.startsWith('0000');
}

function dayOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 10);
}

function readEventOnly(reader: Reader): EventCriterion[] {
  const criteria: EventCriterion[] = [];
  for (const name of ['sharinggroup', 'sharing_group_id', 'sharingGroup']) {
    const filter = reader.list(name);
    if (filter) criteria.push({ kind: 'number', column: 'sharing_group_id', filter });
  }
  const isProtected = readFlag(reader.parameters.get('protected'), 'protected');
  if (isProtected !== null) criteria.push({ kind: 'flag', column: 'protected', value: isProtected });
  const extending = reader.list('eventsExtendingUuid');
  if (extending) criteria.push({ kind: 'extends', filter: extending });
  for (const column of ['sector', 'local', 'nationality'] as const) {
    const filter = reader.list(`org.${column}`);
    if (filter) criteria.push({ kind: 'organisation-field', column, filter });
  }
  return criteria;
}

function readObjectCriteria(reader: Reader): ObjectCriterion[] {
  const criteria: ObjectCriterion[] = [];
  const columns = {
    object_name: 'name',
    object_template_uuid: 'template_uuid',
    object_template_version: 'template_version',
  } as const;
  for (const [name, column] of Object.entries(columns)) {
    const filter = reader.list(name);
    if (filter) criteria.push({ kind: 'list', column, filter });
  }
  const timestamp = reader.time('timestamp');
  if (timestamp) criteria.push({ kind: 'range', column: 'timestamp', range: timestamp });
  criteria.push(...readSeen(reader));
  return criteria;
}

function readTagCriteria(reader: Reader): TagCriterion[] {
  const criteria: TagCriterion[] = [];
  for (const name of ['tags', 'tag']) {
    const filter = reader.list(name);
    if (filter) criteria.push({ level: 'any', filter });
  }
  const onEvent = reader.list('event_tags');
  if (onEvent) criteria.push({ level: 'event', filter: onEvent });
  return criteria;
}

/** Absent, 0, false: live rows; 1, true, 2, "only", [1]: deleted ones; [0, 1]: both. Throws `BadRequest` for others. */
export function readDeleted(value: unknown): DeletedState {
  if (value === undefined || value === null || value === false || value === '') return 'live';
  if (isObject(value) && Object.keys(value).length === 0) return 'live';
  const items = (Array.isArray(value) ? value : [value]).map((item) => isDeletedWord(item));
  if (items.length === 0) return 'live';
  if (items.every((item) => item)) return 'deleted';
  return items.some((item) => item) ? 'both' : 'live';
}

function isDeletedWord(item: unknown): boolean {
  if (item === 0 || item === '0' || item === false || item === 'false') return false;
  if (item === true || item === 1 || item === 2) return true;
  if (typeof item === 'string' && /^(1|2|true|only)$/.test(item)) return true;
  throw new BadRequest('deleted takes 0, 1, "only" or a list of them.');
}
