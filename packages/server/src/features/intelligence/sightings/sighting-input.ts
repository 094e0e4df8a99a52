import { parseDateText, readUuid, sightingTypes } from '@magpie/model';
import { isObject, type JsonObject, readId, readInteger, readList } from '../../../http/lenient.ts';
import type { NewSighting } from './queries.ts';

/** Which attributes are sighted: those of an id, a uuid, or with any of some values; `filters` narrow further. */
export interface SightingTarget {
  id: number | null;
  uuid: string | null;
  values: string[];
  /** Filters of attributes/restSearch; null without any. */
  filters: JsonObject | null;
}

/** A sighting as it is sent, or why it cannot be added. */
export type SightingInput = { sighting: NewSighting; target: SightingTarget } | { reason: string };

/** MISP's text when a sighting names nothing that it could be of. */
export const NO_TARGET = 'No valid attributes found.';

/** MISP's text when nothing visible has the sighted value. */
export const NO_MATCH = 'No valid attributes found that match the criteria.';
const BAD_TYPE = 'Invalid type, please change it before you POST 1000000 sightings.';
const LONGEST_SOURCE = 255;
/** The year 9999. */
const LATEST = 253_402_300_799;

/** Reads the body of sightings/add; an attribute in the path goes before one in the body. */
export function readSighting(body: JsonObject, attributeKey: string | undefined, now: number): SightingInput {
  const type = readType(body.type);
  if (type === null) return { reason: BAD_TYPE };
  const values = [...(readList(body.value) ?? []), ...(readList(body.values) ?? [])].flatMap(readValue);
  const filters = isObject(body.filters) && Object.keys(body.filters).length > 0 ? body.filters : null;
  const key = attributeKey ?? body.id ?? body.uuid;
  const target: SightingTarget = { id: null, uuid: null, values: [], filters };
  if (key !== undefined && key !== null && key !== '') {
    target.id = readId(key);
    target.uuid = readUuid(key);
    if (target.id === null && target.uuid === null) return { reason: NO_MATCH };
  } else target.values = values;
  if (target.id === null && target.uuid === null && values.length === 0 && filters === null) {
    return { reason: NO_TARGET };
  }
  const wrong = wrongTime(body, now);
  if (wrong !== null) return { reason: `Invalid ${wrong}.` };
  return { sighting: { type, source: readSource(body.source), dateSighting: readDate(body, now) }, target };
}

/** The field that tells a time nobody can read; null when all can be. */
function wrongTime(body: JsonObject, now: number): string | null {
  const isGiven = (name: string) => body[name] !== undefined && body[name] !== null && body[name] !== '';
  for (const name of ['timestamp', 'date_sighting']) {
    if (!isGiven(name)) continue;
    const seconds = readInteger(body[name]);
    return seconds === null || seconds < 0 || seconds > LATEST ? name : null;
  }
  if (!isGiven('date') && !isGiven('time')) return null;
  const text = [body.date, body.time].filter((part) => typeof part === 'string' && part !== '').join(' ');
  return parseDateText(text, now) === null ? 'date or time' : null;
}

/** 0, 1 or 2; 0 when none is given, null for anything else. */
export function readType(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return 0;
  const type = readInteger(value);
  return sightingTypes.some(({ id }) => id === type) ? type : null;
}

/** Text, cut where MISP's column ends; empty for anything else. */
export function readSource(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, LONGEST_SOURCE) : '';
}

/** Epoch seconds of `timestamp` or `date_sighting`, else of `date` with `time`; now where none can be read. */
export function readDate(body: JsonObject, now: number): number {
  const seconds = readInteger(body.timestamp) ?? readInteger(body.date_sighting);
  if (seconds !== null) return seconds >= 0 && seconds <= LATEST ? seconds : now;
  const text = [body.date, body.time].filter((part) => typeof part === 'string' && part !== '').join(' ');
  const parsed = text === '' ? null : parseDateText(text, now);
  const date = parsed === null ? now : Math.floor(parsed / 1_000_000);
  return date >= 0 && date <= LATEST ? date : now;
}

function readValue(value: unknown): string[] {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' ? [] : [text];
}
