import { parseTimeFilter, readUuid, type TimeRange } from '@magpie/model';
import { BadRequest } from '../../../errors.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, readBoolean, readId, readInteger, readList, unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';
import { readType } from './sighting-input.ts';

/** Formats in which found sightings are answered. */
export type SightingFormat = 'json' | 'csv' | 'xml';

/** A search of sightings, read and checked. */
export interface SightingSearch {
  format: SightingFormat;
  /** What `ids` and `uuids` name; without context they are those of sightings. */
  context: 'event' | 'attribute' | null;
  ids: number[] | null;
  uuids: string[] | null;
  types: number[] | null;
  sources: string[] | null;
  /** Organisations by id or uuid. */
  wantedOrganisations: string[];
  excludedOrganisations: string[];
  range: TimeRange;
  limit: number | null;
  page: number;
  includeAttribute: boolean;
  includeEvent: boolean;
  includeUuid: boolean;
}

const DEFAULT_DAYS = 30;

/**
 * Reads sightings/restSearch: the body of a POST (flat or in `request`), over it named parameters. The last 30 days
 * unless `last` or both `from` and `to` are given. Throws `BadRequest`, 404 for an unknown format.
 */
export function readSightingSearch(call: Call, now: number): SightingSearch {
  const body = unwrap(call.body);
  const get = (name: string): unknown => call.named[name] ?? body[name];
  const flag = (name: string): boolean => readBoolean(get(name)) ?? false;
  const context = readContext(call.args.context ?? get('context'));
  const ids = readIds(call.named.id, body.id);
  const uuids = given(get('uuid')) ? texts(get('uuid'), 'uuid').flatMap((text) => readUuid(text) ?? []) : null;
  if (context !== null && ids === null && uuids === null) {
    throw new BadRequest('An ID or UUID must be provided if the context is set.');
  }
  const organisations = texts(get('org_id'), 'org_id');
  const limit = readInteger(get('limit'));
  return {
    format: readFormat(get('returnFormat')),
    context,
    ids,
    uuids,
    types: given(get('type')) ? (readList(get('type')) ?? []).map(readSearchedType) : null,
    sources: given(get('source')) ? texts(get('source'), 'source') : null,
    wantedOrganisations: organisations.filter((text) => !text.startsWith('!')),
    excludedOrganisations: organisations.flatMap((text) => (text.startsWith('!') ? [text.slice(1)] : [])),
    range: readTimes(get, now),
    limit: limit !== null && limit > 0 ? limit : null,
    page: Math.max(1, readInteger(get('page')) ?? 1),
    includeAttribute: flag('includeAttribute'),
    includeEvent: flag('includeEvent'),
    includeUuid: flag('includeUuid'),
  };
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}

function readContext(value: unknown): SightingSearch['context'] {
  if (!given(value)) return null;
  if (value === 'event' || value === 'attribute') return value;
  throw new BadRequest('Invalid context provided: event or attribute.');
}

/** MISP takes ids in a body as JSON integers only; in a path they are texts. */
function readIds(fromPath: unknown, fromBody: unknown): number[] | null {
  if (!given(fromPath) && !given(fromBody)) return null;
  const isPath = given(fromPath);
  return (readList(isPath ? fromPath : fromBody) ?? []).map((value) => {
    const id = isPath || typeof value === 'number' ? readId(value) : null;
    if (id === null) throw new BadRequest(`Invalid ID \`${isObject(value) ? '' : String(value)}\` provided.`);
    return id;
  });
}

function readSearchedType(value: unknown): number {
  const type = given(value) ? readType(value) : null;
  if (type === null) throw new BadRequest('Invalid type provided: 0, 1 or 2.');
  return type;
}

function texts(value: unknown, name: string): string[] {
  if (!given(value)) return [];
  return (readList(value) ?? []).map((item) => {
    if (typeof item === 'string' || typeof item === 'number') return String(item);
    throw new BadRequest(`${name} takes a text or a list of texts.`);
  });
}

function readTimes(get: (name: string) => unknown, now: number): TimeRange {
  const [last, from, to] = [get('last'), get('from'), get('to')];
  const otherwise = given(from) && given(to) ? [from, to] : now - DEFAULT_DAYS * 86_400;
  const wanted = last !== undefined && last !== null && last !== '' ? last : otherwise;
  const range = parseTimeFilter(wanted, now);
  if (range === 'invalid') throw new BadRequest('last, from and to take times.');
  return range;
}

function readFormat(value: unknown): SightingFormat {
  if (!given(value) || value === 'json' || value === 'download') return 'json';
  if (value === 'csv' || value === 'xml') return value;
  throw new HttpProblem(404, 'Invalid output format.');
}
