import { isJson, type Json, objects, text } from '../json.ts';
import { secondsOf, stamp, stampOfDate } from '../times.ts';
import type { EventOutput } from './event-output.ts';
import { LOST } from './lost-parts.ts';

/** STIX's word for an opinion of 0 to 100. */
function opinionWord(value: number): string {
  if (value >= 81) return 'strongly-agree';
  if (value >= 61) return 'agree';
  if (value >= 41) return 'neutral';
  return value >= 21 ? 'disagree' : 'strongly-disagree';
}

/**
 * Writes what others noted about an element, and where they saw it. `ids` is what the element was written as; `isPart`
 * says that this is an object which it is a part of.
 */
export function annotate(out: EventOutput, element: Json, ids: readonly string[], isPart = false): void {
  const about = isPart ? { about: text(element, 'uuid') } : {};
  writeAnalystData(out, element, ids, (object) => out.add(object), about);
  const { Sighting: sightings } = element;
  if (Array.isArray(sightings) && sightings.length > 0) {
    for (const sighting of sightings.filter(isJson)) writeSighting(out, sighting, ids);
  }
}

/**
 * Writes notes and opinions. Entries about entries point, as misp-stix has them, to what the first one is about; which
 * entry they answer, and which part of an object they are about, stands in Magpie's own property.
 */
export function writeAnalystData(
  out: EventOutput,
  element: Json,
  ids: readonly string[],
  add: (object: Json) => void,
  kept: Json = {},
): void {
  for (const kind of ['Note', 'Opinion'] as const) {
    for (const entry of objects(element, kind)) {
      const object = kind === 'Note' ? noteObject(out, entry) : opinionObject(out, entry);
      add({ ...object, object_refs: ids, ...(Object.keys(kept).length === 0 ? {} : { [LOST]: kept }) });
      writeAnalystData(out, entry, ids, add, { parent: text(entry, 'uuid') });
    }
  }
  for (const relationship of objects(element, 'Relationship')) {
    const [source] = ids;
    if (source !== undefined) out.relationships.push({ source, relationship, kept });
  }
}

function noteObject(out: EventOutput, note: Json): Json {
  const is21 = out.version === '2.1';
  const head = entryHead(out, is21 ? 'note' : 'x-misp-analyst-note', note);
  const authors = text(note, 'authors');
  const language = text(note, 'language');
  const content = text(note, 'note') || ' ';
  if (!is21) {
    return {
      ...head,
      ...(authors === '' ? {} : { x_misp_author: authors }),
      ...(language === '' ? {} : { x_misp_language: language }),
      x_misp_note: content,
    };
  }
  return {
    ...head,
    content,
    ...(authors === '' ? {} : { authors: [authors] }),
    labels: ['misp:context-layer="Analyst Note"'],
    ...(language === '' ? {} : { lang: language }),
  };
}

function opinionObject(out: EventOutput, opinion: Json): Json {
  const is21 = out.version === '2.1';
  const head = entryHead(out, is21 ? 'opinion' : 'x-misp-analyst-opinion', opinion);
  const value = Number(text(opinion, 'opinion')) || 0;
  const authors = text(opinion, 'authors');
  const comment = text(opinion, 'comment');
  if (!is21) {
    return {
      ...head,
      ...(authors === '' ? {} : { x_misp_author: authors }),
      ...(comment === '' ? {} : { x_misp_comment: comment }),
      x_misp_opinion: value,
    };
  }
  return {
    ...head,
    ...(comment === '' ? {} : { explanation: comment }),
    ...(authors === '' ? {} : { authors: [authors] }),
    opinion: opinionWord(value),
    labels: ['misp:context-layer="Analyst Opinion"'],
    x_misp_opinion: value,
  };
}

function entryHead(out: EventOutput, type: string, entry: Json): Json {
  const [created, modified] = entryTimes(entry);
  return out.head(type, text(entry, 'uuid').toLowerCase(), { created, modified, creator: null });
}

/** Times of an analyst's entry: dates in UTC. */
export function entryTimes(entry: Json): [string, string] {
  const created = stampOfDate(text(entry, 'created')) ?? stamp(0);
  const modified = stampOfDate(text(entry, 'modified')) ?? created;
  return modified < created ? [created, created] : [created, modified];
}

function writeSighting(out: EventOutput, sighting: Json, ids: readonly string[]): void {
  const type = text(sighting, 'type');
  const uuid = text(sighting, 'uuid').toLowerCase();
  if (type === '2' || uuid.length !== 36) return;
  const created = stamp(secondsOf(sighting.date_sighting));
  const organisation = isJson(sighting.Organisation) ? sighting.Organisation : {};
  const identity = text(organisation, 'uuid') === '' ? null : writeIdentity(out, organisation, created);
  if (type === '1') {
    writeFalsePositive(out, sighting, { created, identity }, ids);
    return;
  }
  const observed = ids.find((id) => id.startsWith('observed-data--'));
  const target = ids.find((id) => id.startsWith('indicator--')) ?? ids[0];
  if (target === undefined) return;
  const source = text(sighting, 'source');
  const is21 = out.version === '2.1';
  out.add({
    ...out.head('sighting', uuid, { created, creator: null }),
    ...(source === '' ? {} : { [is21 ? 'description' : 'x_misp_source']: source }),
    sighting_of_ref: target,
    ...(observed !== undefined && observed !== target ? { observed_data_refs: [observed] } : {}),
    ...(identity === null ? {} : { where_sighted_refs: [identity] }),
  });
}

function writeFalsePositive(
  out: EventOutput,
  sighting: Json,
  { created, identity }: { created: string; identity: string | null },
  ids: readonly string[],
): void {
  const is21 = out.version === '2.1';
  const name = isJson(sighting.Organisation) ? text(sighting.Organisation, 'name') : '';
  const source = text(sighting, 'source');
  const about = {
    explanation: 'False positive Sighting',
    ...(name === '' ? {} : { authors: [name] }),
    opinion: 'strongly-disagree',
  };
  out.add({
    ...out.head(is21 ? 'opinion' : 'x-misp-opinion', text(sighting, 'uuid').toLowerCase(), { created, creator: null }),
    ...(is21 ? about : Object.fromEntries(Object.entries(about).map(([key, value]) => [`x_misp_${key}`, value]))),
    object_refs: ids,
    ...(identity === null ? {} : { x_misp_author_ref: identity }),
    ...(source === '' ? {} : { [LOST]: { source } }),
  });
}

/** Writes an organisation, once in the bundle. Answers its id. */
export function writeIdentity(out: EventOutput, organisation: Json, created: string): string {
  const id = `identity--${text(organisation, 'uuid').toLowerCase()}`;
  out.addShared(
    id,
    () => ({
      ...out.head('identity', id.slice(-36), { created, creator: null }),
      name: text(organisation, 'name') || id.slice(-36),
      identity_class: 'organization',
    }),
    false,
  );
  return id;
}
