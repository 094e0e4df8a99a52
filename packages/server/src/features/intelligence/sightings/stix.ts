import { parseDateText, readUuid } from '@magpie/model';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import type { NewSighting } from './queries.ts';
import { readSource } from './sighting-input.ts';

/** One sighting of a STIX document: what was seen, by uuid of an indicator or by values. */
export interface StixSighting {
  sighting: NewSighting;
  uuids: string[];
  values: string[];
}

/**
 * The sightings of a STIX 2.0 or 2.1 document (a bundle, or a sighting alone; OASIS STIX 2.1, sections 4.14 and 5.2):
 * of indicators by the uuid in their id and by the values that their pattern compares with, of observed data by its
 * observables. None where it is no such document.
 */
export function readStixSightings(document: unknown, now: number): StixSighting[] {
  const objects = objectsOf(document);
  const sightings = objects.filter(({ type }) => type === 'sighting');
  const byId = new Map(objects.map((object) => [textOf(object.id), object]));
  return sightings.map((sighting) => readOne(sighting, byId, now));
}

function objectsOf(document: unknown): JsonObject[] {
  if (Array.isArray(document)) return document.filter(isObject);
  if (!isObject(document)) return [];
  return Array.isArray(document.objects) ? document.objects.filter(isObject) : [document];
}

function readOne(sighting: JsonObject, byId: ReadonlyMap<string, JsonObject>, now: number): StixSighting {
  const target = textOf(sighting.sighting_of_ref);
  const indicator = byId.get(target);
  const observed = referenced(sighting.observed_data_refs, byId);
  const source = byId.get(textOf(listOf(sighting.where_sighted_refs)[0] ?? sighting.created_by_ref));
  const uuid = target.startsWith('indicator--') ? readUuid(target.slice('indicator--'.length)) : null;
  return {
    sighting: { type: 0, source: readSource(source?.name), dateSighting: dateOf(sighting, now) },
    uuids: uuid === null ? [] : [uuid],
    values: [
      ...patternValues(textOf(indicator?.pattern)),
      ...observed.flatMap((data) => observables(data, byId).flatMap(observableValues)),
    ],
  };
}

function dateOf(sighting: JsonObject, now: number): number {
  for (const text of [sighting.last_seen, sighting.first_seen, sighting.created]) {
    const parsed = typeof text === 'string' ? parseDateText(text, now) : null;
    if (parsed !== null && parsed >= 0) return Math.floor(parsed / 1_000_000);
  }
  return now;
}

/** The texts a pattern compares with by `=` (STIX patterning: single quotes, backslash escapes). */
function patternValues(pattern: string): string[] {
  return [...pattern.matchAll(/=\s*'((?:[^'\\]|\\.)*)'/g)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
}

/** STIX 2.0 holds observables in a map, 2.1 names them. */
function observables(data: JsonObject, byId: ReadonlyMap<string, JsonObject>): JsonObject[] {
  const held = isObject(data.objects) ? Object.values(data.objects).filter(isObject) : [];
  return [...held, ...referenced(data.object_refs, byId)];
}

function referenced(refs: unknown, byId: ReadonlyMap<string, JsonObject>): JsonObject[] {
  return listOf(refs)
    .map((ref) => byId.get(textOf(ref)))
    .filter((object) => object !== undefined);
}

function observableValues({ value, name, hashes }: JsonObject): string[] {
  const digests = isObject(hashes) ? Object.values(hashes) : [];
  return [value, name, ...digests].filter((text) => typeof text === 'string').filter((text) => text !== '');
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
