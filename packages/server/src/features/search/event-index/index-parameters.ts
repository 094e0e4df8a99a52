import { parseTimeFilter, type TimeRange } from '@magpie/model';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { BadRequest } from '../../../errors.ts';
import { unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';
import type { AttributeCriterion, EventCriterion, SearchCriteria, TagCriterion } from '../rest-search/criteria.ts';
import { type ListFilter, readListFilter } from '../rest-search/filter-forms.ts';
import { readDay } from '../rest-search/read-criteria.ts';

/** Filters of the event list by their lower-case names without `search`. */
export type IndexParameters = ReadonlyMap<string, unknown>;

// Other spellings of the same filter.
const aliases: Readonly<Record<string, string>> = {
  value: 'attribute',
  tags: 'tag',
  info: 'eventinfo',
  publish_timestamp: 'publishtimestamp',
  sharing_group_id: 'sharinggroup',
  threat_level_id: 'threatlevel',
};

/**
 * Gathers the filters of a call by name, with or without `search` before it: the body of a POST (flat or in
 * `request`), over it named parameters. `query` adds those of the query string, which MISP's own paths do not read.
 */
export function readIndexParameters(call: Call, options: { query: boolean }): IndexParameters {
  const values = new Map<string, unknown>();
  const keep = (name: string, value: unknown) => {
    const lower = name.toLowerCase();
    const bare = lower.startsWith('search') ? lower.slice('search'.length) : lower;
    values.set(aliases[bare] ?? bare, value);
  };
  if (call.method === 'POST') for (const [name, value] of Object.entries(unwrap(call.body))) keep(name, value);
  for (const [name, value] of Object.entries(call.named)) keep(name, value);
  if (options.query) for (const [name, value] of call.query) keep(name, value);
  return values;
}

/** What the events of the list must meet. Throws `BadRequest` for values that cannot be understood. */
export function readIndexCriteria(parameters: IndexParameters, viewer: Viewer, nowSeconds: number): SearchCriteria {
  const list = (name: string) => readBarList(parameters.get(name), name);
  const anywhere = readText(parameters.get('all'), 'all');
  return {
    attribute: readAttributes(list('attribute')),
    event: readEventFilters(parameters, viewer, nowSeconds),
    object: [],
    tags: readTags(parameters.get('tag')),
    sharingGroups: null,
    uuids: null,
    anywhere: anywhere === null ? null : { text: anywhere, asPart: true },
    deleted: 'live',
  };
}

function readAttributes(filter: ListFilter | null): AttributeCriterion[] {
  if (filter === null) return [];
  const bare = (texts: readonly string[]) => texts.map(withoutEnds).filter((text) => text !== '');
  const cleaned = { or: bare(filter.or), and: bare(filter.and), not: bare(filter.not) };
  return [{ kind: 'list', column: 'value part', filter: cleaned }];
}

/** `%x%` says what the filter means anyway. */
function withoutEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === '%') start += 1;
  while (end > start && text[end - 1] === '%') end -= 1;
  return text.slice(start, end);
}

function readEventFilters(parameters: IndexParameters, viewer: Viewer, nowSeconds: number): EventCriterion[] {
  const list = (name: string) => readBarList(parameters.get(name), name);
  const criteria: EventCriterion[] = [];
  const ids = list('eventid');
  if (ids) criteria.push({ kind: 'list', column: 'eventid', filter: ids });
  const info = list('eventinfo');
  if (info) criteria.push({ kind: 'substring', column: 'info', filter: withBackslashes(info) });
  const org = list('org');
  if (org) criteria.push({ kind: 'organisation', column: 'orgc_id', filter: org });
  const numbers = {
    threatlevel: 'threat_level_id',
    analysis: 'analysis',
    distribution: 'distribution',
    sharinggroup: 'sharing_group_id',
  } as const;
  for (const [name, column] of Object.entries(numbers)) {
    const filter = list(name);
    if (filter) criteria.push({ kind: 'number', column, filter });
  }
  criteria.push(...readTimes(parameters, nowSeconds), ...readStates(parameters), ...readEmail(parameters, viewer));
  return criteria;
}

/** MISP's title filter is a pattern in which a backslash is written twice: clients send it so, people do not. */
function withBackslashes(filter: ListFilter): ListFilter {
  const both = (texts: readonly string[]) => [...new Set(texts.flatMap((text) => [text, single(text)]))];
  const single = (text: string) => text.replaceAll('\\\\', '\\');
  return { or: both(filter.or), and: filter.and.map(single), not: both(filter.not) };
}

function readTimes(parameters: IndexParameters, nowSeconds: number): EventCriterion[] {
  const criteria: EventCriterion[] = [];
  const from = readDay(readText(parameters.get('datefrom'), 'datefrom'));
  const to = readDay(readText(parameters.get('dateuntil'), 'dateuntil'));
  if (from !== null || to !== null) criteria.push({ kind: 'dates', from, to });
  for (const [name, column] of [
    ['timestamp', 'timestamp'],
    ['publishtimestamp', 'publish_timestamp'],
  ] as const) {
    const range = readRange(parameters.get(name), name, nowSeconds);
    if (range) criteria.push({ kind: 'range', column, range });
  }
  return criteria;
}

function readRange(value: unknown, name: string, nowSeconds: number): TimeRange | null {
  const range = parseTimeFilter(value, nowSeconds);
  if (range === 'invalid') throw new BadRequest(`${name} takes a time, or a list of two.`);
  return range.from === null && range.to === null ? null : range;
}

/** 0 and 1; 2 and lists of both mean any. */
function readStates(parameters: IndexParameters): EventCriterion[] {
  const criteria: EventCriterion[] = [];
  const published = readState(parameters.get('published'));
  if (published !== null) criteria.push({ kind: 'flag', column: 'published', value: published });
  const proposal = readState(parameters.get('hasproposal'));
  if (proposal !== null) criteria.push({ kind: 'proposal', value: proposal });
  return criteria;
}

function readState(value: unknown): boolean | null {
  if (Array.isArray(value)) return value.length === 1 ? readState(value[0]) : null;
  if (value === true || value === 1 || value === '1' || value === 'true') return true;
  if (value === false || value === 0 || value === '0' || value === 'false') return false;
  return null;
}

/** Addresses of creators are for site administrators; others may ask for their own events. */
function readEmail(parameters: IndexParameters, viewer: Viewer): EventCriterion[] {
  const text = readText(parameters.get('email'), 'email');
  if (text === null) return [];
  if (isSiteAdmin(viewer)) return [{ kind: 'creator-email', text: withoutEnds(text) }];
  if (text.toLowerCase() !== viewer.email.toLowerCase()) return [{ kind: 'nothing' }];
  return [{ kind: 'number', column: 'user_id', filter: { or: [String(viewer.userId)], and: [], not: [] } }];
}

function readText(value: unknown, name: string): string | null {
  if (value === undefined || value === null || value === false) return null;
  if (typeof value === 'string' || typeof value === 'number') return String(value).trim() || null;
  if (Array.isArray(value) && value.length === 1) return readText(value[0], name);
  throw new BadRequest(`${name} takes a text.`);
}

/** `a|!b` and the forms of restSearch. */
function readBarList(value: unknown, name: string): ListFilter | null {
  return readListFilter(typeof value === 'string' ? value.split('|') : value, name);
}

/** `a|b` any, `a&b` all, `!c` none; of the event itself, by exact name or id. */
function readTags(value: unknown): TagCriterion[] {
  const filter = readBarList(value, 'tags');
  if (filter === null) return [];
  const joined = filter.or.filter((text) => text.includes('&'));
  const split = readListFilter(
    joined.flatMap((text) => text.split('&')),
    'tags',
  );
  return [
    {
      level: 'event',
      filter: {
        or: filter.or.filter((text) => !text.includes('&')),
        and: [...filter.and, ...(split?.or ?? [])],
        not: [...filter.not, ...(split?.not ?? [])],
      },
    },
  ];
}
